import Netfilter
import Simulation
import Testing

@testable import Tutor

@Suite("Questions about the incident")
struct QuestionTests {
  private func question(_ spec: QuestionSpec) throws -> Question {
    try Question(id: "test", spec, History(try Package.incidentScenario()))
  }

  private static let fires = QuestionSpec(kind: "fires", packet: 0, chain: "INPUT")
  private static let port = QuestionSpec(kind: "field_value", packet: 0, protocolName: "tcp", field: "destination_port")
  private static let bytes = QuestionSpec(
    kind: "field_bytes", packet: 0, protocolName: "tcp", field: "destination_port")
  private static let flags = QuestionSpec(kind: "field_value", packet: 0, protocolName: "tcp", field: "flags")
  private static let whyNot = QuestionSpec(kind: "why_not", packet: 0, chain: "INPUT", rule: 3)
  private static let order = QuestionSpec(kind: "table_order", packet: 0)
  private static let state = QuestionSpec(kind: "state", packet: 0, emission: [0])
  private static let emits = QuestionSpec(kind: "emits", packet: 0)

  @Test(
    "equivalent answers are right",
    arguments: [
      (
        fires,
        [
          "4", "rule 4", "INPUT 4", "input rule 4", "-p tcp -j REJECT --reject-with tcp-reset",
          "-A INPUT -p tcp -j REJECT --reject-with tcp-reset", "filter:INPUT:rule:4", "４",
        ]
      ),
      (port, ["3594", "0x0e0a", "0xE0A", "3,594"]),
      (
        bytes,
        [
          "22-23", "22..23", "22, 23", "22 23", "bytes 22-23", "0x16-0x17", "0e 0a", "0e0a", "22 to 23", "２２－２３",
          "22〜23",
        ]
      ),
      (flags, ["SYN, ACK", "syn ack", "SYN+ACK", "SYN/ACK", "S.", "[S.]", "0x12", "18"]),
      (whyNot, ["--dport 22", "dport", "dport 22", "--dport"]),
      (
        order,
        [
          "conntrack, routing, filter", "conntrack routing filter", "conntrack -> routing -> filter",
          "tracking, routing, filter",
        ]
      ),
      (state, ["INVALID", "invalid"]),
      (emits, ["RST", "rst seq 235561828", "a RST", "a reset", "リセット"]),
    ])
  func equivalent(spec: QuestionSpec, answers: [String]) throws {
    let question = try question(spec)
    for answer in answers {
      guard case .right = question.judge(answer) else {
        Issue.record("\(answer) is not taken as right: \(question.judge(answer))")
        continue
      }
    }
  }

  @Test(
    "a wrong answer is told with the idea behind it",
    arguments: [
      (fires, "policy", Misconception.policyAfterReject), (fires, "2", .ackMeansEstablished),
      (fires, "3", .oneConditionIsEnough),
      (port, "80", .portsSwapped), (port, "2574", .bytesReadBackwards), (bytes, "2-3", .offsetsFromOwnHeader),
      (bytes, "23-24", .offsetsFromOne), (bytes, "20-21", .portsSwapped), (whyNot, "-p tcp", .firstConditionFails),
      (order, "routing, conntrack, filter", .routingComesFirst), (state, "related", .replyIsRelated),
      (emits, "nothing", .rejectIsDrop), (emits, "rst ack", .resetAlwaysAcknowledges),
    ])
  func ideas(spec: QuestionSpec, answer: String, idea: Misconception) throws {
    let question = try question(spec)
    guard case .wrong(_, let found) = question.judge(answer) else {
      Issue.record("\(question.judge(answer))")
      return
    }
    #expect(found == idea)
  }

  @Test(
    "what cannot be read as an answer is not judged",
    arguments: [fires, port, bytes, flags, whyNot, order, state, emits])
  func unreadable(spec: QuestionSpec) throws {
    for text in ["", "what?", "z", "-", "わからない"] {
      guard case .unreadable = try question(spec).judge(text) else {
        Issue.record("`\(text)` was judged for \(spec.kind)")
        continue
      }
    }
  }

  @Test(
    "the right answer is among the choices once, and every other is judged wrong", arguments: [1, 2, 3] as [UInt64])
  func choices(seed: UInt64) throws {
    let history = History(try Package.incidentScenario())
    let specs = QuizGenerator(history: history, seed: seed).questions(count: 200)
    #expect(specs.count > 30)
    #expect(Set(specs.map(\.kind)).count >= 8)
    for spec in specs {
      let question = try Question(id: spec.stableID, spec, history, seed: seed)
      #expect(question.choices.count { question.kind.isRight($0.answer) } == 1, "\(spec)")
      for (index, choice) in question.choices.enumerated() {
        switch question.judge(Question.letter(index)) {
        case .right: #expect(question.kind.isRight(choice.answer))
        case .wrong: #expect(!question.kind.isRight(choice.answer))
        case .unreadable: Issue.record("a letter is an answer")
        }
        #expect(!question.kind.evidence(for: choice.answer).isEmpty, "\(spec) \(choice)")
      }
      #expect(question.kind.clues.count == 3, "\(spec)")
    }
  }

  @Test("a question about bytes that were edited out is refused")
  func edited() {
    #expect(throws: QuestionError.self) {
      try question(QuestionSpec(kind: "field_value", packet: 0, protocolName: "ipv4", field: "source_address"))
    }
  }

  @Test(
    "a question that makes no sense here says why",
    arguments: [
      QuestionSpec(kind: "fires", packet: 7, chain: "INPUT"), QuestionSpec(kind: "fires", packet: 0, chain: "NOWHERE"),
      QuestionSpec(kind: "fires", packet: 0, chain: "FORWARD"), QuestionSpec(kind: "fires", packet: 0),
      QuestionSpec(kind: "why_not", packet: 0, chain: "INPUT", rule: 4),
      QuestionSpec(kind: "why_not", packet: 0, chain: "INPUT", rule: 9),
      QuestionSpec(kind: "state", packet: 1), QuestionSpec(kind: "nonsense", packet: 0),
      QuestionSpec(kind: "field_value", packet: 0),
      QuestionSpec(kind: "verdict", packet: 0, emission: [3]), QuestionSpec(kind: "repair", packet: 0),
    ])
  func refused(spec: QuestionSpec) { #expect(throws: QuestionError.self) { try question(spec) } }

  @Test("the same seed gives the same quiz, another another")
  func seeds() throws {
    let history = History(try Package.incidentScenario())
    let quiz = { (seed: UInt64) in QuizGenerator(history: history, seed: seed).questions(count: 10) }
    #expect(quiz(7) == quiz(7))
    #expect(quiz(7) != quiz(8))
  }
}
