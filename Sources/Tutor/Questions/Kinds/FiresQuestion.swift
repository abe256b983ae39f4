import Netfilter
import Simulation

/// Which rule of a chain is the first to fire?
struct FiresQuestion: QuestionKind {
  static let name = "fires"
  private let about: ChainSubject
  private let spec: QuestionSpec
  /// What rules that were never asked would have said.
  private let unasked: [Int: [Comparison]]

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    self.spec = spec
    about = try ChainSubject(spec, history)
    unasked = about.unasked(spec, history)
  }

  var correct: Answer { about.firstRule.map { .rule($0) } ?? .policy }

  var distractors: [Choice] {
    var choices: [Choice] = []
    if let fired = about.firstRule {
      choices.append(Choice(.policy, idea(ofPolicyOver: fired)))
    }
    let other = about.rules.indices.map { $0 + 1 }.filter { $0 != about.firstRule }
    // Rules that came closest first: some of their conditions hold.
    let ranked = other.sorted { closeness($0) == closeness($1) ? $0 < $1 : closeness($0) > closeness($1) }
    return choices + ranked.map { Choice(.rule($0), idea(ofRule: $0)) }
  }

  private func closeness(_ number: Int) -> Int {
    guard let visit = about.visit(number) else { return 0 }
    let tracks = visit.comparisons.contains { $0.option == "--state" || $0.option == "--ctstate" }
    return visit.comparisons.filter(\.holds).count + (tracks ? 2 : 0)
  }

  private func idea(ofPolicyOver fired: Int) -> Misconception {
    guard let first = about.first else { return .policyOverridesRules }
    if first.jumps { return .jumpIsNoRule }
    if first.letsWalkGoOn { return .logIsNoRule }
    guard about.isBuiltIn else { return .endOfChainFirst }
    return first.target == "REJECT" ? .policyAfterReject : .policyOverridesRules
  }

  private func idea(ofRule number: Int) -> Misconception {
    guard let comparisons = about.visit(number)?.comparisons ?? unasked[number] else { return .laterRuleWins }
    guard let failing = comparisons.last(where: { !$0.holds }) else {
      guard about.visit(number) != nil, let first = about.first, first.letsWalkGoOn else { return .laterRuleWins }
      return first.jumps ? .jumpIsNoRule : .logIsNoRule
    }
    if failing.option == "--state" || failing.option == "--ctstate" { return idea(ofState: failing) }
    return comparisons.contains(where: \.holds) ? .oneConditionIsEnough : .askedMeansFires
  }

  /// The wrong idea behind taking a state for what it is not.
  private func idea(ofState failing: Comparison) -> Misconception {
    let state = about.facts.state
    if about.subject.isAnswer, state == .invalid { return .replyIsRelated }
    if failing.operand.contains("ESTABLISHED") {
      if about.subject.tcpFlags?.contains(.ack) == true { return .ackMeansEstablished }
      if state == .invalid { return .relatedMeansSimilar }
      return about.subject.looksLikeAnswer ? .looksLikeAnswer : .establishedAtOnce
    }
    if failing.operand.contains("NEW") { return state == .invalid ? .firstSeenIsNew : .everyPacketBegins }
    return .invalidMeansUnwanted
  }

  func misconception(of answer: Answer) -> Misconception? {
    switch answer {
    case .rule(let number): about.rules.indices.contains(number - 1) ? idea(ofRule: number) : nil
    case .policy: about.firstRule.map(idea(ofPolicyOver:))
    default: nil
    }
  }

  var view: QuestionView {
    var view = about.view
    view.isChainInChoices = about.rules.count < 5
    return view
  }

  var prompt: Prompt { .fires(chain: about.chain, table: about.table, isAnswer: about.subject.isAnswer) }

  var clues: [Clue] {
    var clues: [Clue] = [.lookAtChain(about.chain)]
    guard let fired = about.firstRule, let visit = about.first else {
      let nearest = about.visits.filter { !$0.matched }.max { closeness($0.step.number) < closeness($1.step.number) }
      let near = nearest.flatMap { visit in
        visit.comparisons.last { !$0.holds }.map {
          Clue.comparison(chain: about.chain, rule: visit.step.number, $0)
        }
      }
      return clues + [
        near ?? .lookAtFlags(about.subject.packetName),
        .rulesBeforeFail(chain: about.chain, count: about.rules.count),
      ]
    }
    clues.append(.rulesBeforeFail(chain: about.chain, count: fired - 1))
    if let last = visit.comparisons.last {
      clues.append(.comparison(chain: about.chain, rule: fired, last))
    } else {
      clues.append(.lookAtRule(chain: about.chain, rule: fired, text: visit.text))
    }
    return clues
  }

  func read(_ text: String) -> Answer? { about.read(text) }

  /// Which condition failed in the rule before, where the answer does not lie in the open: some of its conditions hold.
  var followUp: QuestionSpec? {
    guard let before = about.visits.last(where: { !$0.matched && $0.step.number < (about.firstRule ?? .max) }),
      before.step.kind == .rule, before.comparisons.contains(where: \.holds)
    else { return nil }
    var spec = spec
    spec.kind = WhyNotQuestion.name
    spec.rule = before.step.number
    return spec
  }

  func evidence(for answer: Answer) -> [Evidence] {
    if isRight(answer) { return proof }
    switch answer {
    case .rule(let number):
      let against = about.evidence(againstRule: number)
      // A rule that only comes later is answered by the one that comes first.
      if about.visit(number).map(\.matched) == true { return proof }
      guard let failing = unasked[number]?.last(where: { !$0.holds }) else { return against }
      return against + [.wouldNotFire(rule: number), about.subject.evidence(failing, chain: about.chain, rule: number)]
    case .policy:
      guard let first = about.first else { return [] }
      if first.letsWalkGoOn { return proof }
      return [
        about.isBuiltIn
          ? .policyNotAsked(chain: about.chain, rule: first.step.number, target: first.target)
          : .endNotReached(chain: about.chain, rule: first.step.number, target: first.target)
      ]
    default: return []
    }
  }

  private var proof: [Evidence] {
    guard let visit = about.first, let fired = about.firstRule else {
      return [.policyDecides(chain: about.chain, policy: about.policy, rules: about.rules.count)]
    }
    guard let last = visit.comparisons.last else {
      return [.allHold(chain: about.chain, rule: fired, text: visit.text)]
    }
    return [about.subject.evidence(last, chain: about.chain, rule: fired)]
  }
}
