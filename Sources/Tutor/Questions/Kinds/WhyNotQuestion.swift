import Netfilter
import Simulation

/// Which condition kept a rule from firing?
struct WhyNotQuestion: QuestionKind {
  static let name = "why_not"
  private let about: ChainSubject
  private let rule: Int
  private let text: String
  private let visit: RuleVisit?

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    about = try ChainSubject(spec, history)
    guard let rule = spec.rule, about.rules.indices.contains(rule - 1) else {
      throw QuestionError("\(about.chain) has no rule \(spec.rule ?? 0)")
    }
    self.rule = rule
    text = about.rules[rule - 1]
    visit = about.visit(rule)
    if let visit, visit.matched { throw QuestionError("rule \(rule) of \(about.chain) does fire") }
  }

  private var failing: Comparison? { visit?.comparisons.last { !$0.holds } }

  var correct: Answer { failing.map { .condition($0.condition) } ?? .neverAsked }

  var distractors: [Choice] {
    var choices: [Choice] = []
    for comparison in visit?.comparisons ?? [] where comparison.holds {
      choices.append(Choice(.condition(comparison.condition), .firstConditionFails))
    }
    if failing != nil { choices.append(Choice(.neverAsked, .earlierRuleEnds)) }
    for comparison in borrowed { choices.append(Choice(.condition(comparison.condition), .everyConditionFails)) }
    return choices
  }

  /// Conditions that other rules of the chain ask, to choose from.
  private var borrowed: [Comparison] {
    about.visits.filter { $0.step.number != rule }.flatMap(\.comparisons).filter { !text.contains($0.option) }
  }

  var view: QuestionView { about.view }
  var prompt: Prompt { .whyNot(chain: about.chain, rule: rule, text: text) }

  var clues: [Clue] {
    let look = Clue.lookAtRule(chain: about.chain, rule: rule, text: text)
    guard let failing else {
      let target = about.ending.map { Clue.targetOf(chain: about.chain, rule: $0.step.number, target: $0.target) }
      return [look, .lookAtChain(about.chain), target ?? .lookAtChain(about.chain)]
    }
    let place = failing.bytes.map { Clue.lookAtBytes(about.subject.shown($0)) } ?? .lookAtChain(about.chain)
    return [look, place, .comparison(chain: about.chain, rule: rule, failing)]
  }

  func read(_ text: String) -> Answer? {
    let plain = text.filter { $0 != "`" && $0 != "'" && $0 != "\"" }
    for comparison in (visit?.comparisons ?? []) + borrowed {
      let condition = comparison.condition.lowercased()
      let names = [
        condition, comparison.option, comparison.option.trimmingDashes, condition.trimmingDashes,
        comparison.operand.lowercased(),
      ]
      if names.contains(plain), !plain.isEmpty { return .condition(comparison.condition) }
    }
    return ["never", "never asked", "not asked", "not reached"].contains(plain) ? .neverAsked : nil
  }

  func evidence(for answer: Answer) -> [Evidence] {
    let proof: [Evidence]
    if let failing {
      proof = [about.subject.evidence(failing, chain: about.chain, rule: rule)]
    } else if let ending = about.ending {
      proof = [.endedBy(chain: about.chain, rule: ending.step.number, target: ending.target)]
    } else {
      proof = []
    }
    guard !isRight(answer), case .condition(let condition) = answer else { return proof }
    if let held = visit?.comparisons.first(where: { $0.condition == condition && $0.holds }) {
      return [about.subject.evidence(held, chain: about.chain, rule: rule)] + proof
    }
    return [.ruleDoesNotAsk(chain: about.chain, rule: rule, option: condition)] + proof
  }
}

extension String {
  /// Without leading dashes: `dport 22`.
  fileprivate var trimmingDashes: String { String(drop { $0 == "-" }) }
}
