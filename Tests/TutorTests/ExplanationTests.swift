import Netfilter
import Simulation
import Testing
import Wire

@testable import Tutor

/// What a wrong answer is told must be true of this packet, not only of the kind of question.
@Suite("A wrong answer")
struct ExplanationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var lesson: String
    var step: String
    var answer: String
    var idea: Misconception
    init(_ lesson: String, _ step: String, _ answer: String, _ idea: Misconception) {
      (self.lesson, self.step, self.answer, self.idea) = (lesson, step, answer, idea)
    }
    var testDescription: String { "\(lesson) \(step): \(answer)" }
  }

  private static func question(_ lesson: String, _ step: String) throws -> Question {
    let lesson = try #require(Package.library[lesson]).lesson()
    let found = try #require(lesson.steps.first { $0.id == step })
    guard case .ask(let spec) = found.action else {
      Issue.record("\(step) asks nothing")
      throw CancellationError()
    }
    return try Question(id: step, spec, History(try #require(lesson.scenario(of: found))))
  }

  static let cases: [Case] = [
    // A rule further down that would not have fired either was not kept from it by its place.
    Case("chains-and-policies", "ssh", "3", .oneConditionIsEnough),
    Case("chains-and-policies", "shadowed-ssh", "3", .laterRuleWins),
    Case("chains-and-policies", "telnet", "policy", .logIsNoRule),
    Case("chains-and-policies", "telnet-not-ssh", "not asked", .earlierRuleEnds),
    Case("fail2ban", "into-the-chain", "policy", .jumpIsNoRule),
    Case("fail2ban", "the-banned", "policy", .endOfChainFirst),
    Case("what-reject-does", "answer-a-reset", "rst", .rejectAlwaysAnswers),
    Case("what-reject-does", "silence", "rst", .dropAnswers),
    Case("checksums", "a-broken-one", "drop", .dropNeedsNoRule),
    Case("checksums", "a-broken-one", "accept", .ipLetsPass),
    Case("forwarding", "time-is-up", "nothing", .onlyRulesSpeak),
    Case("icmp-errors", "a-lie", "established", .looksLikeAnswer),
    Case("icmp-errors", "a-pong-alone", "new", .errorBeginsSomething),
    Case("icmp-errors", "its-end", "2", .relatedMeansSimilar),
    Case("the-five-states", "the-answer", "new", .establishedNeedsHandshake),
    Case("the-five-states", "third-packet", "new", .everyPacketBegins),
    Case("udp-and-dns", "too-late", "established", .looksLikeAnswer),
    Case("udp-and-dns", "through-the-hole", "reject", .rejectNeedsNoRule),
    Case("log-and-limit", "the-first", "nothing", .limitSilencesFirst),
    Case("log-and-limit", "after-a-while", "nothing", .tokensNeverReturn),
    Case("what-reject-does", "answer-a-syn", "rst seq 0", .resetNeverAcknowledges),
    Case("scan-or-backscatter", "third-state", "established", .ackMeansEstablished),
    Case("scan-or-backscatter", "third-state", "related", .relatedMeansSimilar),
    Case("the-repairs", "the-days-work", "2", .establishedAtOnce),
    Case("hping3", "without-ack-log", "unknown_outgoing: in= out=eth0", .logIsAlwaysReached),
  ]

  @Test("is told the idea that it stands for here", arguments: cases)
  func idea(_ row: Case) throws {
    guard case .wrong(_, let idea) = try Self.question(row.lesson, row.step).judge(row.answer) else {
      Issue.record("not judged wrong")
      return
    }
    #expect(idea == row.idea)
  }

  @Test("about flags is told the byte bit by bit, and which bit was missed")
  func flags() throws {
    let question = try Self.question("the-tcp-header", "data-flags")
    let evidence = question.kind.evidence(for: .value(0x0a, text: "SYN, PSH"))
    #expect(evidence.contains(.flagBits([.psh, .ack], taken: [.syn, .psh])))
    let words = English().evidence(.flagBits([.psh, .ack], taken: [.syn, .psh]))
    #expect(words.contains("18 is 0001 1000") && words.contains("ACK is 10, and that bit is 1"))
    #expect(words.contains("SYN is 02, and that bit is 0") && !words.contains("PSH is"))
  }

  @Test("about a number is told how its bytes make it up")
  func reckoning() {
    #expect(English().evidence(.reckoning([0x3c], value: "60", .number)) == "3c is 3 x 16 + 12 = 60.")
    #expect(
      English().evidence(.reckoning([0x01, 0x02], value: "258", .number))
        == "01 is 1 and 02 is 2, and the first counts 256 times: 1 x 256 + 2 = 258.")
    #expect(Japanese().evidence(.reckoning([0x3c], value: "60", .number)) == "3c は 3 × 16 + 12 = 60 です。")
  }

  @Test("about bytes names every field that they belong to")
  func owners() throws {
    let question = try Self.question("the-tcp-header", "where-is-the-sequence")
    let names = ["sequence_number", "acknowledgment_number"].map { FieldName(protocolName: "tcp", name: $0) }
    #expect(question.kind.evidence(for: .bytes(25..<29)).contains(.belongsTo(shown: 25..<29, fields: names)))
  }

  @Test("about a flow whose entry is forgotten is told when it was last seen")
  func forgotten() throws {
    let evidence = try Self.question("udp-and-dns", "too-late").kind.evidence(for: .state(.established))
    #expect(evidence.contains(.entryForgotten(packet: 2, seconds: 39)))
  }

  @Test("that names a rule which does not exist does not count")
  func noSuchRule() throws {
    guard case .unreadable = try Self.question("chains-and-policies", "ssh").judge("22") else {
      Issue.record("read as an answer")
      return
    }
  }

  @Test("never offers a counter that a chain of one's own does not have")
  func ownChains() throws {
    let lesson = try #require(Package.library["forwarding"]).lesson()
    let history = History(try #require(lesson.scenarios["main"]))
    let spec = QuestionSpec(kind: CountsQuestion.name, packet: 1, chain: "mail")
    let question = try Question(id: "x", spec, history)
    #expect(question.kind.correct == .counters([2]))
    #expect(
      question.choices.allSatisfy { if case .counters(let numbers) = $0.answer { !numbers.contains(0) } else { false } }
    )
  }
}
