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
    guard facts.replies.count < 2 else { throw QuestionError("the packet makes the host send more than one") }
    let ip = IPv4Header(subject.bytes[...].slice(at: subject.networkOffset))
    segment = ip.flatMap { $0.protocolNumber == 6 ? TCPHeader($0.payload) : nil }
      .map { ($0.sequenceNumber, $0.acknowledgmentNumber, $0.flags) }
  }

  var correct: Answer { .sends(facts.replies.first?.reply) }

  var distractors: [Choice] {
    var choices: [Choice] = []
    func add(_ reply: Reply?, _ idea: Misconception) {
      let silence: Misconception = facts.verdict == .reject ? .rejectAlwaysAnswers : .dropAnswers
      choices.append(Choice(.sends(reply), facts.replies.isEmpty ? silence : idea))
    }
    if facts.replies.first != nil { add(nil, byItself ?? .rejectIsDrop) }
    let isReset = facts.replies.first?.reply.kind.hasPrefix("RST") ?? true
    if let segment {
      let next = segment.sequence &+ (segment.flags.contains(.syn) || segment.flags.contains(.fin) ? 1 : 0)
      let hasACK = segment.flags.contains(.ack)
      let other: Misconception? = isReset ? nil : byItself ?? .rejectIsAlwaysReset
      add(Reply(kind: "RST, ACK", sequence: 0, acknowledgment: next), other ?? .resetAlwaysAcknowledges)
      add(Reply(kind: "RST", sequence: segment.sequence), other ?? .resetRepeatsNumber)
      add(
        Reply(kind: "RST", sequence: segment.acknowledgment),
        other
          ?? (hasACK
            ? .resetAlwaysAcknowledges
            : segment.acknowledgment == 0 ? .resetNeverAcknowledges : .numberCountsWithoutACK))
    } else {
      add(Reply(kind: "RST"), byItself ?? .rejectIsAlwaysReset)
    }
    let icmp = byItself ?? (isReset ? .rejectIsAlwaysICMP : .errorCodeOverlooked)
    add(Reply(kind: "ICMP type 3 code 3"), icmp)
    add(Reply(kind: "ICMP type 3 code 13"), icmp)
    return choices
  }

  /// No rule made it: the host's own stack, or IP.
  private var isByStack: Bool { byItself != nil }

  /// What is overlooked where the host's own stack speaks, or IP; `nil` where a rule does.
  private var byItself: Misconception? {
    switch facts.replies.first?.by {
    case "stack"?: .stackOnlyRefuses
    case "ip"?: .onlyRulesSpeak
    default: nil
    }
  }

  var view: QuestionView {
    let last = facts.visits.last(where: \.matched)
    return QuestionView(
      bytes: subject.bytes, marks: subject.plainMarks, chain: last.map { ($0.step.table, $0.hook.rawValue) })
  }

  var prompt: Prompt { .emits }

  var clues: [Clue] {
    guard let last = facts.visits.last(where: \.matched) else {
      return [.lookAtFlags(subject.packetName), .orderRule("stack"), .orderRule("stack-answers")]
    }
    return [
      .lookAtRule(chain: last.step.chain, rule: last.step.number, text: last.text),
      .lookAtFlags(subject.packetName),
      .orderRule(lastRung),
    ]
  }

  private var lastRung: String {
    if facts.replies.isEmpty { return facts.verdict == .drop ? "drop-is-silent" : "no-answer" }
    if isByStack { return "stack-answers" }
    guard facts.replies.first?.reply.kind.hasPrefix("RST") == true else { return "icmp-answer" }
    return segment?.flags.contains(.ack) == true ? "reset-with-ack" : "reset-without-ack"
  }

  func read(_ text: String) -> Answer? {
    if ["nothing", "nothing at all", "none", "no", "no packet", "silence", "なし", "何も", "何も送らない"].contains(text) {
      return .sends(nil)
    }
    let all = [correct] + distractors.map(\.answer)
    let words = text.split { " ,+/&、".contains($0) }.map { $0 == "reset" || $0 == "リセット" ? "rst" : String($0) }
      .filter { !["a", "an", "the", "and", "with", "packet", "segment"].contains($0) }
    guard let first = words.first else { return nil }
    // `rst`, `a reset`, `rst/ack`, `rst seq 235561828`.
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
    let flags = subject.evidence(ofField: "flags", in: "tcp")
    guard let sent = facts.replies.first else {
      let last = facts.visits.last(where: \.matched)
      let refused = facts.verdict == .reject ? last.map { Evidence.verdictBy($0.step, text: $0.text, .reject) } : nil
      let ended = facts.verdict == .routing ? Evidence.verdictOfRouting(.routing) : nil
      return [flags, refused, ended].compactMap { $0 } + [.nothingSent(verdict: facts.verdict)]
    }
    // The number that the reset's own comes from.
    let number = segment.flatMap { segment in
      sent.reply.kind.hasPrefix("RST")
        ? subject.evidence(
          ofField: segment.flags.contains(.ack) ? "acknowledgment_number" : "sequence_number", in: "tcp") : nil
    }
    return [flags, number].compactMap { $0 } + [.sent(sent.reply, by: sent.by)]
  }
}

extension String {
  fileprivate func components(by separator: String) -> [String] {
    split(separator: separator).map(String.init)
  }
}
