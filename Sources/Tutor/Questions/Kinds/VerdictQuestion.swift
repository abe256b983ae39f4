import Netfilter
import Simulation
import Wire

/// What becomes of the packet?
struct VerdictQuestion: QuestionKind {
  static let name = "verdict"
  private let subject: Subject
  private let facts: WalkFacts
  private let verdict: Verdict

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    subject = try Subject(spec, history)
    facts = try subject.walked()
    guard let verdict = facts.verdict else {
      throw QuestionError("the packet has no verdict: its walk is not modelled to its end")
    }
    self.verdict = verdict
    let chains = Set(facts.visits.map(\.step.chain))
    rejects = history.scenario.ruleset.tables.contains { table in
      table.chains.contains { chain in
        chains.contains(chain.name) && chain.rules.contains { $0.savedText.contains("-j REJECT") }
      }
    }
  }

  var correct: Answer { .verdict(verdict) }

  /// The visit that settled it: the last that was not left behind.
  private var last: RuleVisit? { facts.visits.last(where: \.matched) }
  private var hasLogged: Bool { !facts.logs.isEmpty }

  var distractors: [Choice] {
    [Verdict.accept, .drop, .reject, .routing].filter { $0 != verdict }.map { Choice(.verdict($0), idea($0)) }
  }

  /// A rule in one of the chains that the packet came to says REJECT.
  private let rejects: Bool

  /// The wrong idea that leads to `answer`, given what is right.
  private func idea(_ answer: Verdict) -> Misconception {
    let isByPolicy = last?.step.kind == .policy
    switch (verdict, answer) {
    case (.routing, .accept): return .ipLetsPass
    case (.routing, .drop): return .dropNeedsNoRule
    case (.routing, _): return .everyAnswerIsReject
    case (_, .routing): return .routingDecides
    case (.reject, .accept): return .policyAfterReject
    case (.reject, _): return .rejectIsDrop
    case (.drop, .accept): return .acceptIsDefault
    case (.drop, _): return .dropAnswers
    case (.accept, .drop): return hasLogged ? .logEndsTheWalk : isByPolicy ? .dropIsDefault : .policyOverridesRules
    case (.accept, .reject) where !rejects: return .rejectNeedsNoRule
    case (.accept, _): return isByPolicy ? .dropIsDefault : .laterRuleWins
    default: return .acceptIsDefault
    }
  }

  var view: QuestionView {
    QuestionView(
      bytes: subject.bytes, marks: subject.plainMarks,
      chain: last.map { ($0.step.table, $0.hook.rawValue) })
  }

  var prompt: Prompt { .verdict(isAnswer: subject.isAnswer) }

  var clues: [Clue] {
    guard let last else {
      let header = subject.dissection["ipv4"].map { $0.offset..<$0.offset + $0.length } ?? 0..<20
      return [.lookAtHeader(protocolName: "ipv4", shown: header), .orderRule("before-rules"), .orderRule("routing")]
    }
    return [
      .lookAtChain(last.step.chain),
      last.step.kind == .policy
        ? .rulesBeforeFail(chain: last.step.chain, count: last.step.number - 1)
        : .lookAtRule(chain: last.step.chain, rule: last.step.number, text: last.text),
      .targetOf(
        chain: last.step.chain, rule: last.step.number, target: last.step.kind == .policy ? last.text : last.target),
    ]
  }

  func read(_ text: String) -> Answer? {
    let words: [String: Verdict] = [
      "accept": .accept, "accepted": .accept, "drop": .drop, "dropped": .drop, "reject": .reject, "rejected": .reject,
      "passes": .accept, "delivered": .accept, "sent": .accept, "refused": .reject, "ip": .routing, "通る": .accept,
      "通す": .accept, "捨てる": .drop, "断る": .reject, "routing": .routing, "queue": .queue, "stolen": .stolen,
      "policy accept": .accept, "policy drop": .drop,
    ]
    return words[text].map { .verdict($0) }
  }

  func evidence(for answer: Answer) -> [Evidence] {
    guard verdict != .routing, let last else {
      return why + [.verdictOfRouting(verdict)]
    }
    var evidence: [Evidence] = []
    if case .verdict(.drop) = answer, let log = facts.logs.last?.visit, verdict == .accept {
      evidence.append(.goesOn(chain: log.step.chain, rule: log.step.number, target: log.target))
    }
    if let proof = last.comparisons.last(where: { $0.bytes != nil }) {
      evidence.append(subject.evidence(proof, chain: last.step.chain, rule: last.step.number))
    }
    return evidence + [.verdictBy(last.step, text: last.text, verdict)]
  }

  /// What IP ended it for, as far as the header shows: its checksum, its time to live, where it is to go.
  private var why: [Evidence] {
    if let badChecksum {
      return [subject.evidence(ofField: "header_checksum", in: "ipv4"), badChecksum].compactMap { $0 }
    }
    guard case .unsigned(let hops)? = subject.dissection["ipv4"]?["ttl"]?.value, hops > 1 else {
      return [subject.evidence(ofField: "ttl", in: "ipv4")].compactMap { $0 }
    }
    let passes = facts.hooks.contains(.input) || facts.hooks.contains(.forward)
    return passes ? [] : [subject.evidence(ofField: "destination_address", in: "ipv4")].compactMap { $0 }
  }

  /// The IP header's checksum where it does not fit; `nil` where it does, or nobody can tell.
  private var badChecksum: Evidence? {
    guard subject.edited.isEmpty, subject.unknown.isEmpty,
      let layer = subject.dissection["ipv4"], case .unsigned(let stored)? = layer["header_checksum"]?.value
    else { return nil }
    var sum = InternetChecksum()
    sum.add(subject.bytes(layer.offset..<layer.offset + layer.length))
    guard sum.folded != 0xffff else { return nil }
    var header = subject.bytes(layer.offset..<layer.offset + layer.length)
    for index in [10, 11] where header.indices.contains(index) { header[index] = 0 }
    return .badChecksum(stored: UInt16(truncatingIfNeeded: stored), expected: InternetChecksum.of(header))
  }
}
