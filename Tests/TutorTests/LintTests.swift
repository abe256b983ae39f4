import Foundation
import Simulation
import Testing

@testable import Tutor

@Suite("Lint")
struct LintTests {
  @Test("finds nothing wrong with the package's lessons")
  func clean() {
    let lint = Lint(Package.library)
    for finding in lint.findings { Issue.record("\(finding)") }
    #expect(lint.stepCount > 150)
    #expect(lint.questionCount > 90)
  }

  /// A change to one file of a lesson that breaks a rule; an empty replacement text takes the file away.
  struct Breakage: Sendable, CustomTestStringConvertible {
    var rule: LintFinding.Rule
    var lesson = "the-stray-reset"
    var file = "lesson.yaml"
    var from: String
    var to: String
    var testDescription: String { "\(rule.rawValue): \(to.prefix(50))" }
  }

  static let breakages: [Breakage] = [
    .init(rule: .unreadable, from: "steps:", to: "steps: ["),
    .init(rule: .unreadable, from: "walk: note padding", to: "wlak: note padding"),
    .init(rule: .unreadable, from: "ask: why_not", to: "ask: why_so"),
    .init(rule: .unreadable, file: "rules.v4", from: "--dport 22", to: "--dport x"),
    .init(rule: .unreadable, file: "trace.txt", from: "0x0010:", to: "0x0090:"),
    .init(rule: .unreadable, file: "en.md", from: "### hint 2", to: "### hint 7"),
    .init(rule: .identifier, from: "id: the-stray-reset", to: "id: another-reset"),
    .init(rule: .identifier, from: "id: first-look", to: "id: First_look"),
    .init(rule: .repeated, from: "id: first-look", to: "id: the-riddle"),
    .init(rule: .requirement, from: "[the-five-states]", to: "[the-six-states]"),
    .init(rule: .requirement, lesson: "bytes-and-hex", from: "minutes:", to: "requires: [the-stray-reset]\nminutes:"),
    .init(rule: .prose, file: "ja.md", from: "## first-look", to: "## second-look"),
    .init(rule: .prose, file: "en.md", from: "## first-look\n\n", to: "## first-look\n\n## nothing-like-it\n\n"),
    .init(rule: .prose, file: "ja.md", from: "", to: ""),
    .init(rule: .place, from: "walk: note padding", to: "walk: rule INPUT 9"),
    .init(rule: .place, from: "show: confirms", to: "show: emission"),
    .init(rule: .question, from: "chain: INPUT\n    rule: 3", to: "chain: INPUT\n    rule: 4"),
    .init(rule: .question, from: "field: tcp.flags", to: "field: ipv4.source_address"),
    .init(
      rule: .hints, file: "en.md",
      from: "### hint 3\n\nThe acknowledgment number is the next four bytes: 0e 0a 63 64.\n", to: ""),
    .init(
      rule: .hints, file: "en.md", from: "## ip-header\n",
      to: "## ip-header\n\nWords.\n\n### hint 1\n\nNo question here.\n"),
    .init(rule: .idea, from: "needs: [states, handshake]", to: "needs: [states, telepathy]"),
    .init(rule: .idea, from: "    needs: [conditions]\n", to: ""),
    .init(
      rule: .room, file: "en.md", from: "## first-look\n",
      to: "## first-look\n\n" + String(repeating: "A long story. ", count: 150) + "\n"),
    .init(rule: .repair, lesson: "the-repairs", file: "repair.let-them-go.sh", from: "", to: ""),
    .init(
      rule: .repair, lesson: "the-repairs", file: "repair.let-them-go.sh", from: "RST RST -j ACCEPT",
      to: "RST RST -j LOG"),
    .init(rule: .repair, lesson: "the-repairs", file: "repair.let-them-go.sh", from: "-I OUTPUT 5", to: "-I OUTPUT 50"),
    .init(
      rule: .repair, lesson: "the-repairs", from: "goals: [{silent: true, packet: 1}]",
      to: "goals: [{silent: true, packet: 1}, {answered: true, packet: 1}]"),
    .init(
      rule: .repair, lesson: "the-repairs", from: "      - {answered: true, packet: 1}",
      to: "      - {unanswered: true, packet: 1}"),
    .init(
      rule: .repair, lesson: "nat", from: "{reaches: \"10.0.0.5:22\", packet: 5}",
      to: "{reaches: \"10.0.0.5:23\", packet: 5}"),
    .init(
      rule: .unreadable, lesson: "nat", from: "{reaches: \"10.0.0.5:22\", packet: 5}", to: "{reaches: [], packet: 5}"),
    .init(
      rule: .room, file: "ja.md", from: "    UNKNOWN_OUTGOING: IN= OUT=ifext",
      to: "    UNKNOWN_OUTGOING: IN= OUT=ifext MAC=52:54:00:12:34:56"),
    .init(rule: .practice, lesson: "fail2ban", from: "- fail2ban-client status\n", to: "- fail2ban-client statis\n"),
    .init(
      rule: .repair, lesson: "the-repairs", file: "repair.let-them-go.sh", from: "! iptables -D OUTPUT 5",
      to: "! iptables -I OUTPUT 5 -p tcp -j ACCEPT"),
    .init(
      rule: .repair, lesson: "the-repairs", file: "repair.let-them-go.sh",
      from: "| iptables -I OUTPUT 5 -p tcp -j ACCEPT",
      to: "| iptables -D OUTPUT 5"),
    .init(
      rule: .repair, lesson: "the-repairs", file: "repair.let-them-go.sh", from: "! iptables -D OUTPUT 5",
      to: "! iptables -D OUTPUT 9"),
    .init(rule: .practice, lesson: "the-five-states", from: "try: [conntrack -L]", to: "try: [contrack -L]"),
    .init(
      rule: .place, lesson: "the-five-states", from: "try: [conntrack -L]\n    packet: 10",
      to: "try: [conntrack -L]\n    packet: 77"),
    .init(rule: .repair, lesson: "hping3", file: "craft.make-it-log.sh", from: "", to: ""),
    .init(rule: .repair, lesson: "hping3", file: "craft.make-it-log.sh", from: "! ", to: ""),
    .init(
      rule: .repair, lesson: "hping3", file: "craft.make-it-log.sh", from: "hping3 -c 1 -S -A", to: "hping3 -c 1 -S"),
    .init(
      rule: .repair, lesson: "hping3", file: "craft.make-it-log.sh", from: "hping3 -c 1 -S -A", to: "hping3 -c 1 -S -y"),
    .init(
      rule: .hints, file: "ja.md", from: "### hint 2\n\nポートはバイト20から23、シーケンス番号はバイト24から27です。",
      to: "### hint 2\n\nバイト20から数えましょう。2バイト、2バイト、4バイト。その次です。"),
  ]

  @Test(
    "an id that is gone, or not yet written down, is found",
    arguments: [
      ("bytes-and-hex/the-dump\n", "", "01-bytes-and-hex/lesson.yaml"),
      ("bytes-and-hex/the-dump\n", "bytes-and-hex/the-dump\nbytes-and-hex/the-lost-step\n", "ids.txt"),
    ])
  func stability(from: String, to: String, file: String) throws {
    let text = try #require(Package.library.identifiers)
    #expect(text.contains(from))
    let changed = text.replacingOccurrences(of: from, with: to)
    let findings = Lint(Library(folders: Package.library.folders, identifiers: changed)).findings
    let found = try #require(findings.first { $0.rule == .stability })
    #expect(found.file == file)
    #expect(found.line != nil)
  }

  @Test("a finding names the line of the lesson's file where there is one")
  func lines() throws {
    let folder = try #require(Package.library["the-stray-reset"])
    var files = Package.files(in: "Lessons/" + folder.name)
    let text = String(decoding: try #require(files["en.md"]), as: UTF8.self)
    let line = try #require(
      text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex(of: "## first-look"))
    files["en.md"] = Array(
      text.replacingOccurrences(
        of: "## first-look\n", with: "## first-look\n\n" + String(repeating: "Words. ", count: 300)
      )
      .utf8)
    let broken = files
    let folders = Package.library.folders.map {
      $0.name == folder.name ? Library.Folder(name: folder.name) { broken } : $0
    }
    let finding = try #require(
      Lint(Library(folders: folders), only: ["the-stray-reset"]).findings.first { $0.rule == .room })
    #expect(finding.description.hasPrefix("08-the-stray-reset/en.md:\(line + 1): room: "))
  }

  @Test("finds each kind of mistake in a broken copy", arguments: breakages)
  func broken(_ breakage: Breakage) throws {
    let folder = try #require(Package.library[breakage.lesson])
    var files = Package.files(in: "Lessons/" + folder.name)
    let text = String(decoding: try #require(files[breakage.file]), as: UTF8.self)
    if breakage.from.isEmpty {
      files[breakage.file] = nil
    } else {
      let range = try #require(text.range(of: breakage.from), "nothing to break")
      files[breakage.file] = Array(text.replacingCharacters(in: range, with: breakage.to).utf8)
    }
    let broken = files
    let folders = Package.library.folders.map {
      $0.name == folder.name ? Library.Folder(name: folder.name) { broken } : $0
    }
    let lint = Lint(Library(folders: folders), only: [breakage.lesson, "another-reset"])
    #expect(lint.findings.contains { $0.rule == breakage.rule }, "\(lint.findings)")
  }

  /// A kind of question that goes wrong as it is told to.
  struct Crooked: QuestionKind {
    static let name = "crooked"
    var correct: Answer { .rule(1) }
    var distractors: [Choice] { [] }
    var view: QuestionView { QuestionView(bytes: [], marks: Step.Marks()) }
    var prompt: Prompt { .emits }
    var clues: [Clue] = [.lookAtChain("X"), .lookAtChain("X"), .lookAtChain("X")]
    var proves = true
    var acceptsEverything = false

    init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {}
    init(clues: Int = 3, proves: Bool = true, acceptsEverything: Bool = false) {
      self.clues = Array(self.clues.prefix(clues))
      self.proves = proves
      self.acceptsEverything = acceptsEverything
    }
    func read(_ text: String) -> Answer? { nil }
    func isRight(_ answer: Answer) -> Bool { acceptsEverything || answer == correct }
    func evidence(for answer: Answer) -> [Evidence] { proves ? [.notLogged] : [] }
  }

  static let crooked: [(Crooked, [Choice], LintFinding.Rule)] = [
    (Crooked(), [Choice(.rule(2)), Choice(.rule(3))], .choices),
    (Crooked(), [Choice(.rule(1)), Choice(.rule(1))], .choices),
    (Crooked(), [Choice(.rule(1))], .choices),
    (Crooked(acceptsEverything: true), [Choice(.rule(1)), Choice(.rule(2))], .distractor),
    (Crooked(proves: false), [Choice(.rule(1)), Choice(.rule(2))], .distractor),
    (Crooked(proves: false), [Choice(.rule(1)), Choice(.rule(2))], .question),
    (Crooked(clues: 2), [Choice(.rule(1)), Choice(.rule(2), .laterRuleWins)], .hints),
    (Crooked(clues: 3), [Choice(.rule(1)), Choice(.rule(2), .laterRuleWins)], .hints),
    (Crooked(), [Choice(.rule(1)), Choice(.rule(2))], .distractor),
  ]

  @Test("finds each kind of mistake in what the engine computes", arguments: 0..<crooked.count)
  func engine(index: Int) {
    let (kind, choices, rule) = Self.crooked[index]
    let question = Question(id: "x", QuestionSpec(kind: "crooked", packet: 0), kind: kind, choices: choices)
    #expect((Lint.problems(of: question) + Lint.clueProblems(of: question)).contains { $0.rule == rule })
  }

  @Test("every rule has a mistake that breaks it here")
  func matrix() {
    let shown = Set(Self.breakages.map(\.rule)).union(Self.crooked.map(\.2)).union([.stability])
    #expect(Set(LintFinding.Rule.allCases) == shown)
  }

  @Test("a question that is sound is let be")
  func sound() {
    let question = Question(
      id: "x", QuestionSpec(kind: "crooked", packet: 0), kind: Crooked(),
      choices: [Choice(.rule(1)), Choice(.rule(2), .laterRuleWins)])
    #expect(Lint.problems(of: question).isEmpty)
  }
}

@Suite("The course")
struct CourseTests {
  /// Every wrong choice of every question first, then on: the end must be reached all the same.
  @Test(
    "a run with every answer wrong reaches the end, told the idea and the evidence each time",
    arguments: Package.library.folders.map(\.id), Language.allCases)
  func allWrong(id: String, language: Language) throws {
    var options = Session.Options()
    options.language = language
    var session = Session(library: Package.library, options: options)
    var output = session.begin(try #require(Package.library[id]).lesson())
    var questions = 0
    for _ in 0..<3_000 {
      if output.effects.contains(where: { if case .progress(let event) = $0 { event.kind == .finished } else { false } }
      ) {
        #expect(session.summary.right == 0)
        #expect(session.summary.skipped == questions)
        return
      }
      guard let open = session.open else {
        output = session.handle("")
        continue
      }
      questions += 1
      let isChoice = ![RepairQuestion.name, CraftQuestion.name].contains(open.question.spec.kind)
      for (index, choice) in open.question.choices.enumerated()
      where isChoice && !open.question.kind.isRight(choice.answer) {
        let told = session.handle("answer " + Question.letter(index))
        let text = told.text.withoutBreaks
        let idea = try #require(choice.misconception, "\(id) \(open.question.id)")
        #expect(text.contains(language.phrases.explanation(idea).withoutBreaks), "\(id) \(open.question.id): \(text)")
        for evidence in open.question.kind.evidence(for: choice.answer) {
          let words = Self.redacted(language.phrases.evidence(evidence), session).withoutBreaks
          #expect(text.contains(words), "\(id) \(open.question.id): \(words)")
        }
        #expect(session.isAsking)
      }
      if open.question.spec.kind == RepairQuestion.name {
        let told = session.handle("answer").text.withoutBreaks
        let goal = try #require(open.question.spec.goals.first)
        #expect(told.contains(language.phrases.evidence(.goalMissed(goal, packet: 0)).withoutBreaks))
        #expect(session.isAsking)
      }
      output = session.handle("skip")
    }
    Issue.record("the end never came")
  }

  private static func redacted(_ text: String, _ session: Session) -> String {
    (session.history?.redactions ?? []).reduce(text) { $0.replacingOccurrences(of: $1.zeroed, with: $1.shown) }
  }

  @Test("every idea that a wrong answer can stand for is met somewhere in the course or said for every language")
  func ideasAreSaid() {
    for language in Language.allCases {
      let texts = Misconception.allCases.map(language.phrases.explanation)
      #expect(Set(texts).count == texts.count)
    }
  }

  @Test("a lesson goes on where it was left")
  func resumes() throws {
    var memory = LearnerMemory()
    memory.apply(ProgressEvent(.reached, lesson: "the-stray-reset", step: "the-riddle"))
    memory.apply(ProgressEvent(.reached, lesson: "the-stray-reset", step: "control-bits"))
    var session = Session(library: Package.library, memory: memory)
    #expect(session.handle("lesson the-stray-reset").text.contains("Byte 33 holds the TCP control bits"))
    #expect(session.lessonStepID == "control-bits")
  }

  @Test("reset forgets a lesson only once it is confirmed")
  func reset() {
    var memory = LearnerMemory()
    memory.apply(ProgressEvent(.finished, lesson: "nat"))
    var session = Session(library: Package.library, memory: memory)
    _ = session.handle("reset nat")
    #expect(session.handle("lessons").text.contains("Nothing was changed") || session.memory.finished == ["nat"])
    _ = session.handle("reset nat")
    let output = session.handle("reset yes")
    #expect(session.memory.finished.isEmpty)
    #expect(output.effects.contains(.progress(ProgressEvent(.reset, lesson: "nat"))))
  }
}

extension String {
  /// Without spaces and line ends, so that wrapping plays no part.
  fileprivate var withoutBreaks: String { filter { !$0.isWhitespace } }
}
