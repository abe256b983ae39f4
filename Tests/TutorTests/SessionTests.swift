import Netfilter
import Simulation
import Testing

@testable import Tutor

@Suite("A session over the incident")
struct SessionTests {
  /// A session that steps the incident, asking nothing.
  private func watching(_ language: Language = .english) throws -> Session {
    var options = Session.Options()
    options.watches = true
    options.language = language
    var session = Session(library: Package.library, options: options)
    _ = session.step(try Package.incidentScenario())
    return session
  }

  @Test("next goes through every step, and everything fits 80 by 24", arguments: Language.allCases)
  func fits(language: Language) throws {
    var session = try watching(language)
    let end = session.phrases.say(.atEnd)
    for _ in 0..<500 {
      let output = session.handle("")
      #expect(output.lines.count <= 23, "\(output.text)")
      for line in output.lines { #expect(Layout.columns(line.text) <= 80, "\(line.text)") }
      if output.text == end { return }
    }
    Issue.record("the end never came")
  }

  @Test("no step shows the zeroed address, in any language", arguments: Language.allCases)
  func redacted(language: Language) throws {
    var session = try watching(language)
    for _ in 0..<200 { #expect(!session.handle("next").text.contains("108.162.0.0")) }
    for command in ["fields", "hex", "why", "rules"] { #expect(!session.handle(command).text.contains("108.162.0.0")) }
  }

  @Test("a comparison that fails is told with this packet's bytes")
  func sentence() throws {
    var session = try watching()
    let text = session.handle("goto rule INPUT 3").text + session.handle("next").text
    #expect(text.contains("Rule 3 needs destination port 22: bytes 22-23 are 0e 0a, 3594."))
  }

  @Test("back and goto lead to what next has shown")
  func thereAndBack() throws {
    var session = try watching()
    var seen: [String] = []
    for _ in 0..<40 { seen.append(session.handle("next").text) }
    #expect(session.handle("back").text == seen[38])
    #expect(session.handle("back 10").text == seen[28])
    #expect(session.handle("goto 12").text == seen[11])
    #expect(session.handle("n 3").text == seen[14])
    #expect(session.handle("goto start").text == seen[0])
    let last = session.handle("goto end").text
    #expect(session.handle("next").text.contains("This is the end"))
    _ = session.handle("goto start")
    for _ in 0..<200 { seen.append(session.handle("next").text) }
    #expect(seen.last { $0.contains("step ") } == last)
  }

  @Test(
    "until stops at the next packet, rule or verdict",
    arguments: [
      ("until packet", "packet 1 of 2, step 1"), ("until rule", "Rule 1 needs input interface lo"),
      ("until verdict", "Rule 4 fires"),
    ])
  func until(command: String, expected: String) throws {
    var session = try watching()
    #expect(session.handle(command).text.contains(expected))
  }

  @Test("a prediction comes before a chain, and the walk only goes on once it is answered or skipped")
  func prediction() throws {
    var session = Session(library: Package.library)
    _ = session.step(try Package.incidentScenario())
    let asked = session.handle("until verdict").text
    #expect(asked.contains("Which rule of INPUT is the first to fire"))
    #expect(!asked.contains("Rule 4 fires"))
    #expect(session.handle("next").text.contains("question open"))
    #expect(session.handle("banana").text.contains("does not count"))
    #expect(session.summary.answered == 0)
    #expect(session.handle("policy").text.contains("the policy of INPUT is never asked"))
    let right = session.handle("4").text
    #expect(right.contains("Right"))
    #expect(session.summary == Tally(answered: 1, right: 0, wrong: 1, .policyAfterReject))
    // The second tier: what kept the rule before from firing.
    #expect(right.contains("Rule 3 of INPUT does not fire. Which of its conditions fails?"))
    #expect(session.handle("-p tcp").text.contains("That condition holds for this packet"))
    #expect(session.handle("--dport 22").text.contains("bytes 22-23 are 0e 0a, 3594"))
    #expect(session.handle("until verdict").text.contains("Rule 4 fires"))
  }

  @Test("skip shows the answer and never counts as right")
  func skip() throws {
    var session = Session(library: Package.library)
    _ = session.step(try Package.incidentScenario())
    _ = session.handle("until verdict")
    #expect(session.handle("skip").text.contains("rule 4"))
    #expect(session.summary.right == 0)
    #expect(session.summary.skipped == 1)
  }

  @Test(
    "a misspelt command is answered with the nearest one",
    arguments: [("nxet", "next"), ("untl", "until"), ("feilds", "fields"), ("lessson", "lesson"), ("exti", "quit")])
  func nearest(typed: String, meant: String) throws {
    var session = try watching()
    #expect(session.handle(typed).text.contains("Did you mean \(meant)?"))
  }

  @Test(
    "what people type out of habit is answered with what does that here",
    arguments: [
      ("step", "next"), ("continue", "until verdict"), ("c", "until verdict"), ("run", "until verdict"),
      ("print tcp.flags", "fields"), ("list", "rules"), ("bt", "why"), ("man iptables", "help iptables"),
      ("man", "help"), ("man moon", "help"), ("vim rules.v4", "edit"), ("ping 192.0.2.1", "hping3"),
      ("nft list", "iptables"),
      ("clear", "Ctrl-L"), ("stop", "quit"), ("chainwalk lesson 1", "lesson 1"), ("quiz", "review"),
    ])
  func habits(typed: String, meant: String) throws {
    var session = try watching()
    #expect(session.handle(typed).text.contains("Did you mean \(meant)?"))
  }

  @Test(
    "what is near to nothing is answered with nothing",
    arguments: ["xyzzy", "zz", "apt install", "iptabels-legacy-save-x"])
  func nothingNear(typed: String) throws {
    var session = try watching()
    #expect(session.handle(typed).text.hasSuffix("Type help to see them all."))
  }

  @Test("the example of every command can be typed as it stands", arguments: Commands.names)
  func examples(name: String) throws {
    let command = try #require(Commands[name])
    var session = Session(library: Package.library, options: Session.Options())
    _ = session.step(try Package.incidentScenario())
    // A question is open for what goes with one, a place in a chain and a change for the rest.
    let before: [String]
    switch name {
    case "answer", "hint", "skip": before = ["until rule"]
    case "load": before = ["watch", "save my-server"]
    case "redo": before = ["watch", "delete packet 2", "undo"]
    default: before = ["watch", "goto rule INPUT 2", "delete packet 2", "undo"]
    }
    for line in before { _ = session.handle(line) }
    let output = session.handle(command.example)
    #expect(!output.lines.isEmpty || !output.effects.isEmpty)
    // conntrack counts its entries on standard error.
    let errors = output.lines.filter { $0.role == .error && !$0.text.hasPrefix("conntrack v") }
    #expect(errors.isEmpty, "\(output.text)")
    #expect(session.handle("help \(name)").text.contains(command.example.prefix(30)))
  }

  @Test("every command has help, in every language", arguments: Language.allCases)
  func help(language: Language) throws {
    for command in Commands.all {
      #expect(!language.phrases.help(command.name).summary.isEmpty, "\(command.name)")
    }
    var session = try watching(language)
    let output = session.handle("help")
    #expect(output.lines.count >= Commands.all.count)
    for line in output.lines { #expect(Layout.columns(line.text) <= 80) }
  }

  @Test(
    "nothing that is typed traps",
    arguments: [
      "goto", "goto x", "goto 0", "goto 99999999999999999999", "goto packet 3", "goto packet -1", "goto rule INPUT 9",
      "goto rule nat INPUT 1", "next 0", "next -4", "back 0", "until", "until never", "why not", "why not 0",
      "why not 99",
      "why not NAT 1", "answer", "hint", "skip", "lesson nothing", "lesson 99", "help nothing", "record", "reset",
      "rules X",
      "iptables", "iptables -A", "iptables -A INPUT -j NOWHERE", "iptables -t x -L", "\u{0}", "日本語", "answer 日本語",
      String(repeating: "9", count: 5000),
    ])
  func nothingTraps(input: String) throws {
    var fresh = Session(library: Package.library)
    _ = fresh.welcome()
    _ = fresh.handle(input)
    var session = try watching()
    _ = session.handle(input)
    _ = session.handle("next 35")
    #expect(!session.handle(input).lines.isEmpty)
    var asking = Session(library: Package.library)
    _ = asking.step(try Package.incidentScenario())
    _ = asking.handle("until verdict")
    #expect(!asking.handle(input).lines.isEmpty)
  }

  @Test("a rule put in by iptables changes what happens, and restore brings the first rules back")
  func whatIf() throws {
    var session = try watching()
    _ = session.handle("next")
    #expect(session.handle("iptables -I INPUT 3 -m state --state INVALID -j DROP").text.contains("Rules changed"))
    _ = session.handle("goto 1")
    #expect(session.handle("until verdict").text.contains("DROP ends the walk"))
    _ = session.handle("iptables restore")
    _ = session.handle("goto 1")
    #expect(session.handle("until verdict").text.contains("REJECT ends the walk"))
    #expect(
      session.handle("iptables -A INPUT -p tcp --dport abc -j DROP").text.contains(
        "invalid port/service `abc' specified"))
  }
}

extension Tally {
  fileprivate init(answered: Int, right: Int, wrong: Int, _ idea: Misconception) {
    self.init()
    (self.answered, self.right, self.wrong) = (answered, right, wrong)
    misconceptions = [idea: 1]
  }
}
