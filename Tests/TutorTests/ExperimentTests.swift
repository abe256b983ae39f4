import Netfilter
import Simulation
import Testing

@testable import Tutor

@Suite("The host under the learner's hands")
struct ExperimentTests {
  /// A session over the incident that asks nothing.
  private func incident(_ language: Language = .english) throws -> Session {
    var options = Session.Options()
    options.watches = true
    options.language = language
    var session = Session(library: Package.library, options: options)
    _ = session.step(try Package.incidentScenario())
    return session
  }

  private static let invalidDrop = "iptables -I INPUT 3 -m state --state INVALID -j DROP"

  @Test("programs that look see the host as far as it was stepped")
  func asFarAsStepped() throws {
    var session = try incident()
    #expect(session.handle("dmesg").text == "")
    #expect(session.handle("iptables-save -c").text.contains("[0:0] -A INPUT -p tcp -j REJECT"))
    _ = session.handle("goto rule INPUT 4")
    // The rule compares; it has not counted yet.
    #expect(session.handle("iptables-save -c").text.contains("[0:0] -A INPUT -p tcp -j REJECT"))
    _ = session.handle("next")
    #expect(session.handle("iptables-save -c").text.contains("[1:44] -A INPUT -p tcp -j REJECT"))
    #expect(session.handle("iptables-save -c").text.contains(":OUTPUT ACCEPT [0:0]"))
    #expect(session.handle("dmesg").text == "")
    var steps = 0
    while session.handle("dmesg").text.isEmpty, steps < 60 {
      _ = session.handle("next")
      steps += 1
    }
    guard case .log? = session.step?.content else {
      Issue.record("the line came at another step than LOG's")
      return
    }
    #expect(
      session.handle("dmesg").text.contains("UNKNOWN_OUTGOING: IN= OUT=ifext SRC=89.238.65.123 DST=108.162.[edited]"))
    #expect(session.handle("iptables-save -c").text.contains(":OUTPUT ACCEPT [0:0]"))
    _ = session.handle("goto 56")
    #expect(session.handle("iptables-save -c").text.contains(":OUTPUT ACCEPT [1:40]"))
    _ = session.handle("goto 1")
    #expect(session.handle("dmesg").text == "")
  }

  @Test("the clock shows the time of the packet at hand, and sleep moves it after that packet")
  func clock() throws {
    var session = try incident()
    _ = session.handle("next")
    #expect(session.handle("date +%T").text == "11:48:37")
    #expect(session.handle("sleep 20m").text == "Packet 1 was played to its end first.")
    #expect(session.handle("date +%T").text == "12:08:37")
    _ = session.handle("goto packet 2")
    #expect(session.handle("date +%T").text == "12:08:37")
    #expect(session.handle("undo").text == "Undone: sleep 20m")
    #expect(session.handle("date +%T").text == "11:48:37")
  }

  @Test("a setting holds from the place where it was made")
  func setting() throws {
    var session = try incident()
    _ = session.handle("goto packet 2")
    #expect(session.handle("sysctl -w net.ipv4.ip_forward=1").text.contains("net.ipv4.ip_forward = 1"))
    #expect(session.handle("sysctl -n net.ipv4.ip_forward").text == "1")
    _ = session.handle("goto packet 1")
    #expect(session.handle("sysctl -n net.ipv4.ip_forward").text == "0")
  }

  @Test("errors keep the program's text and status")
  func errors() throws {
    var session = try incident()
    let text = session.handle("iptables -A INPUT -j NOWHERE").text
    #expect(text.contains("iptables v1.8.9 (legacy): Couldn't load target `NOWHERE':No such file or directory"))
    #expect(text.contains("(exit status 2)"))
    #expect(session.handle("edits").text == "Nothing has been changed.")
  }

  @Test("pipes, redirections and && work as in the host's shell")
  func shell() throws {
    var session = try incident()
    #expect(session.handle("iptables -S INPUT | grep -c ACCEPT").text == "4")
    #expect(session.handle("iptables-save > mine.v4").text == "")
    #expect(session.handle("iptables -F INPUT && iptables -S INPUT").text.hasPrefix("-P INPUT ACCEPT\nRules changed"))
    #expect(session.handle("iptables-restore < mine.v4").text.hasPrefix("Rules changed"))
    #expect(session.handle("diff").text.hasPrefix("No difference"))
  }

  @Test("rules that changed count from the beginning, and diff tells what that did")
  func silence() throws {
    var session = try incident()
    #expect(session.handle(Self.invalidDrop).text.hasPrefix("Rules changed: all 2 packets are walked again"))
    _ = session.handle("goto packet 2")
    _ = session.handle("next 60")
    #expect(session.handle("dmesg").text == "")
    let text = session.handle("diff").text
    for line in [
      "2 of 2 packets differ.",
      "  - path     filter INPUT 4  -p tcp -j REJECT --reject-with tcp-reset",
      "  + path     filter INPUT 3  -m state --state INVALID -j DROP",
      "    verdict  REJECT -> DROP",
      "  - log      UNKNOWN_OUTGOING: IN= OUT=ifext SRC=89.238.65.123",
      "    the host does not send it any more",
      "  + filter INPUT 3  [1 44]  -m state --state INVALID -j DROP",
      "    filter INPUT 5  [1 44] -> [0 0]  -p tcp -j REJECT --reject-with tcp-reset",
    ] {
      #expect(text.contains(line), "\(line) is missing in\n\(text)")
    }
    // Rules that only moved down are no difference.
    #expect(!text.contains("dport 22"))
  }

  @Test("an answer that the host does not send under other rules is not walked as if it had come from nowhere")
  func unsent() throws {
    var session = try incident()
    _ = session.handle(Self.invalidDrop)
    _ = session.handle("goto packet 2")
    #expect(session.handle("next 60").text.contains("it sends no such packet"))
    _ = session.handle("undo")
    _ = session.handle("goto packet 2")
    #expect(!session.handle("next 60").text.contains("it sends no such packet"))
  }

  @Test("undo and redo walk changes of every kind, and edits lists them")
  func undoRedo() throws {
    var session = try incident()
    let steps = [
      Self.invalidDrop, "edit packet 1 ttl 5", "insert packet after 2 udp 192.0.2.1:53 > 89.238.65.123:53",
      "delete packet 2", "move packet 2 to 1",
    ]
    var states = [session.scenario.map(Self.state)]
    for step in steps {
      _ = session.handle(step)
      states.append(session.scenario.map(Self.state))
    }
    #expect(Set(states).count == states.count)
    for (index, step) in steps.enumerated().reversed() {
      #expect(session.handle("undo").text == "Undone: \(step)")
      #expect(session.scenario.map(Self.state) == states[index])
    }
    #expect(session.handle("undo").text == "There is nothing to undo.")
    for (index, step) in steps.enumerated() {
      #expect(session.handle("redo").text == "Done again: \(step)")
      #expect(session.scenario.map(Self.state) == states[index + 1])
    }
    #expect(session.handle("redo").text == "There is nothing to do again.")
    _ = session.handle("undo")
    #expect(session.handle("edits").lines.count == steps.count)
    #expect(session.handle("edits").text.contains("  5  move packet 2 to 1  (undone)"))
  }

  private static func state(_ scenario: Scenario) -> [String] {
    [scenario.ruleset.savedText(counters: true)] + scenario.packets.map { "\($0.number) \($0.bytes.hex)" }
  }

  @Test("edit rule takes the rule's own words, quotes included")
  func editRule() throws {
    var session = try incident()
    _ = session.handle("edit rule OUTPUT 5 -m limit --limit 3/hour -j LOG --log-prefix \"MY OWN: \" --log-level 5")
    _ = session.handle("goto packet 1")
    _ = session.handle("next 60")
    #expect(session.handle("dmesg").text.contains("MY OWN: IN= OUT=ifext"))
    #expect(session.handle("edit rule INPUT 9 -j DROP").text.contains("iptables: Index of replacement too big."))
  }

  @Test(
    "what cannot be edited is said in words",
    arguments: [
      ("edit packet 1 ttl 300", "ttl takes 0 to 255, not `300`."),
      ("edit packet 1 nonsense 3", "no field `nonsense`"), ("edit packet 9 ttl 3", "There is no packet 9"),
      ("edit packet 1 checksum", "expected edit rule"), ("edit byte 99 00", "past the end"),
      ("edit byte 14 0", "pairs of hexadecimal digits"), ("edit bit 14.0", "Nobody knows byte 14"),
      ("edit bit 3", "expected edit rule"), ("edit", "expected edit rule"), ("delete packet 3", "There is no packet 3"),
      ("move packet 1 to 7", "There is no packet 7"), ("insert packet", "expected insert packet"),
      ("insert packet tcp x", "after tcp come SOURCE > DESTINATION"), ("diff everything", "expected diff"),
    ])
  func refused(input: String, expected: String) throws {
    var session = try incident()
    _ = session.handle("next")
    let text = session.handle(input).text
    #expect(text.contains(expected), "\(text)")
    #expect(session.handle("edits").text == "Nothing has been changed.")
  }

  @Test("a checksum that was left wrong is wrong for the kernel too, though a tool called the one before correct")
  func wrongChecksum() throws {
    var session = try incident()
    _ = session.handle("edit packet 1 tcp.flags ACK keep-checksum")
    _ = session.handle("goto packet 1")
    #expect(session.handle("why INVALID").text.contains("The kernel's own words: bad checksum."))
    _ = session.handle("undo")
    _ = session.handle("edit packet 1 tcp.flags ACK")
    #expect(session.handle("why NEW").text.hasPrefix("The packet is NEW."))
    _ = session.handle("edit packet 1 ttl 3 keep-checksum")
    #expect(session.history?.record(0)?.walk?.verdict == .routing)
  }

  @Test("a step of the host's own answer cannot be edited by its bytes")
  func answer() throws {
    var session = try incident()
    _ = session.handle("goto 45")
    #expect(session.step?.emission == [0])
    #expect(session.handle("edit byte 0 45").text.contains("follows from the rules"))
  }

  @Test("who stands at a packet's end still stands there after a change")
  func staysAtTheEnd() throws {
    var session = try incident()
    _ = session.handle("goto 56")
    _ = session.handle(Self.invalidDrop)
    #expect(session.handle("dmesg").text == "")
    _ = session.handle("undo")
    #expect(session.handle("dmesg").lines.count == 1)
    #expect(session.position == Position(packet: 0, step: 55))
  }

  @Test("a prediction that was open is put anew after the rules have changed")
  func predictionAgain() throws {
    var session = Session(library: Package.library)
    _ = session.step(try Package.incidentScenario())
    #expect(session.handle("until verdict").text.contains("Which rule of INPUT is the first to fire"))
    #expect(session.handle("sleep 1").text.contains("question open"))
    _ = session.handle(Self.invalidDrop)
    #expect(session.handle("until verdict").text.contains("rule 3  -m state --state INVALID -j DROP"))
    #expect(session.handle("3").text.contains("Right"))
  }

  @Test("every program has help with its example, in every language", arguments: Language.allCases)
  func programHelp(language: Language) throws {
    var session = try incident(language)
    for program in ShellCommands.all where program.name != "iptables" && program.name != "conntrack" {
      let text = session.handle("help \(program.name)").text
      #expect(text.contains(program.example), "\(program.name): \(text)")
      if language == .japanese { #expect(Japanese.programs[program.name] != nil, "\(program.name)") }
    }
    #expect(session.handle("dmseg").text.contains("dmesg"))
  }

  @Test("nothing that is typed about packets and rules traps", arguments: ["edit", "insert", "delete", "move", "diff"])
  func nothingTraps(command: String) throws {
    let tails = [
      "", " packet", " packet 0", " packet -1 ttl 4", " packet 99999999999999999999 x y", " byte -1 00", " byte 0 zz",
      " byte 44 000000", " bit 1.9", " bit -1.0", " bit 1.0 2", " bit .", " rule", " rule INPUT",
      " rule INPUT x -j DROP",
      " rule nat INPUT 1 -j ACCEPT", " packet 1 to 0", " packet 1 tcp.flags SYN,FOO", " packet 1 . 0",
      " packet 1 ihl 15",
      " packet 1 ihl 0", " packet 1 total_length 65535", " packet 1 data_offset 15", " packet 1 version 6", " last all",
      " packet after 99 tcp 1.2.3.4:1 > 1.2.3.4:2", " packet 1 protocol 17", " packet 1 fragment_offset 8191",
      " \u{0}", " 日本語",
    ]
    for tail in tails {
      var session = try incident()
      _ = session.handle(command + tail)
      _ = session.handle("next 30")
      #expect(!session.handle(command + tail).lines.isEmpty, "\(command + tail)")
      _ = session.handle("goto packet 1")
      _ = session.handle("next 100")
      _ = session.handle("iptables-save -c")
      _ = session.handle("diff")
    }
  }
}
