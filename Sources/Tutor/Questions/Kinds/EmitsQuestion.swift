import Netfilter
import Simulation
import Wire

/// What does the host send back?
struct EmitsQuestion: QuestionKind {
  static let name = "emits"
  private let subject: Subject
  private let facts: WalkFacts
  private let segment: (sequence: UInt32, acknowledgment: UInt32, flags: TCPFlags)?

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    subject = try Subject(spec, history)
    facts = try subject.walked()
    guard facts.isModelled else { throw QuestionError("the packet's walk is not modelled to its end") }
    let ip = IPv4Header(subject.bytes[...].slice(at: subject.networkOffset))
    segment = ip.flatMap { $0.protocolNumber == 6 ? TCPHeader($0.payload) : nil }
      .map { ($0.sequenceNumber, $0.acknowledgmentNumber, $0.flags) }
  }

  var correct: Answer { .sends(facts.replies.first?.reply) }

  var distractors: [Choice] {
    var choices: [Choice] = []
    if facts.replies.first != nil { choices.append(Choice(.sends(nil), .rejectIsDrop)) }
    if let segment {
      let next = segment.sequence &+ (segment.flags.contains(.syn) || segment.flags.contains(.fin) ? 1 : 0)
      choices += [
        Choice(
          .sends(Reply(kind: "RST, ACK", sequence: 0, acknowledgment: next)),
          facts.replies.isEmpty ? .dropAnswers : .resetAlwaysAcknowledges),
        Choice(
          .sends(Reply(kind: "RST", sequence: segment.sequence)), facts.replies.isEmpty ? .dropAnswers : .numbersSwapped
        ),
        Choice(
          .sends(Reply(kind: "RST", sequence: segment.acknowledgment)),
          facts.replies.isEmpty ? .dropAnswers : .flagOverlooked),
      ]
    }
    choices.append(
      Choice(.sends(Reply(kind: "ICMP type 3 code 3")), facts.replies.isEmpty ? .dropAnswers : .rejectIsAlwaysICMP))
    choices.append(
      Choice(.sends(Reply(kind: "ICMP type 3 code 13")), facts.replies.isEmpty ? .dropAnswers : .rejectIsAlwaysICMP))
    return choices
  }

  var view: QuestionView {
    let last = facts.visits.last(where: \.matched)
    return QuestionView(
      bytes: subject.bytes, marks: subject.plainMarks, chain: last.map { ($0.step.table, $0.hook.rawValue) })
  }

  var prompt: Prompt { .emits }

  var clues: [Clue] {
    guard let last = facts.visits.last(where: \.matched) else {
      return [.orderRule("stack"), .orderRule("stack"), .orderRule("stack")]
    }
    return [
      .lookAtRule(chain: last.step.chain, rule: last.step.number, text: last.text),
      .lookAtFlags(subject.packetName),
      .orderRule(segment?.flags.contains(.ack) == true ? "reset-with-ack" : "reset-without-ack"),
    ]
  }

  func read(_ text: String) -> Answer? {
    if ["nothing", "none", "no", "no packet", "なし", "何も"].contains(text) { return .sends(nil) }
    let all = [correct] + distractors.map(\.answer)
    let words = text.split { " ,+".contains($0) }.map(String.init)
    guard let first = words.first else { return nil }
    // `rst`, `rst ack`, `rst seq 235561828`.
    let flags = words.prefix { ["rst", "syn", "ack", "fin", "psh"].contains($0) }.map { $0.uppercased() }
    let numbers = words.compactMap(\.number)
    let matching = all.filter { answer in
      guard case .sends(let reply?) = answer else { return false }
      if reply.kind.lowercased().hasPrefix("icmp") { return first == "icmp" }
      guard Set(reply.kind.components(by: ", ")) == Set(flags) else { return false }
      return numbers.allSatisfy { number in
        [reply.sequence, reply.acknowledgment].contains { $0.map(UInt64.init) == number }
      }
    }
    return matching.count == 1 || numbers.isEmpty || matching.first == correct ? matching.first : nil
  }

  func evidence(for answer: Answer) -> [Evidence] {
    guard let sent = facts.replies.first else { return [.nothingSent(verdict: facts.verdict)] }
    return [.sent(sent.reply, by: sent.by)]
  }
}

extension String {
  fileprivate func components(by separator: String) -> [String] {
    split(separator: separator).map(String.init)
  }
}
