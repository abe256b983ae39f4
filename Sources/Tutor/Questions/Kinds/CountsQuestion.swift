import Netfilter
import Simulation

/// Which counters of a chain does the packet raise?
struct CountsQuestion: QuestionKind {
  static let name = "counts"
  private let about: ChainSubject
  /// Rules that fired, in order, then 0 where the policy decided.
  private let raised: [Int]
  /// Rules that were asked.
  private let asked: [Int]

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    about = try ChainSubject(spec, history)
    // The end of a chain of one's own has no counter.
    let isBuiltIn = about.isBuiltIn
    raised = about.visits.filter { $0.matched && ($0.step.kind == .rule || isBuiltIn) }.map {
      $0.step.kind == .rule ? $0.step.number : 0
    }
    asked = about.visits.filter { $0.step.kind == .rule }.map(\.step.number)
    guard Set(raised).count == raised.count else { throw QuestionError("the packet comes to \(about.chain) twice") }
    guard !raised.isEmpty else { throw QuestionError("the packet raises no counter of \(about.chain)") }
  }

  var correct: Answer { .counters(raised) }

  var distractors: [Choice] {
    var choices: [Choice] = []
    if raised.count > 1, let first = raised.first, let last = raised.last {
      choices.append(Choice(.counters([last]), .countersCountOnce))
      choices.append(Choice(.counters([first]), .countersCountOnce))
    }
    choices.append(Choice(.counters(asked), .askingCounts))
    if about.isBuiltIn, let last = raised.last, last != 0 {
      choices.append(Choice(.counters(raised + [0]), .policyAlwaysCounts))
    }
    if about.isBuiltIn { choices.append(Choice(.counters(asked + [0]), .askingCounts)) }
    return choices.filter { $0.answer != .counters([]) }
  }

  var view: QuestionView { about.view }
  var prompt: Prompt { .counts(chain: about.chain, table: about.table, isAnswer: about.subject.isAnswer) }

  var clues: [Clue] { [.lookAtChain(about.chain), .orderRule("counters"), .orderRule("counters-policy")] }

  /// `3`, `3 5`, `rules 3 and 5`, `3 and policy`, `policy`.
  func read(_ text: String) -> Answer? {
    let filler: Set<String> = ["rule", "rules", "and", "the", about.chain.lowercased(), "ルール", "と"]
    let words = text.split { " ,+、".contains($0) }.map(String.init).filter { !filler.contains($0) }
    let numbers = words.compactMap { ["policy", "ポリシー"].contains($0) ? 0 : Int($0).flatMap { $0 > 0 ? $0 : nil } }
    guard !words.isEmpty, numbers.count == words.count else { return nil }
    let rules = Set(numbers).subtracting([0]).sorted()
    return .counters(rules + (numbers.contains(0) ? [0] : []))
  }

  func misconception(of answer: Answer) -> Misconception? {
    guard case .counters(let given) = answer else { return nil }
    if let offered = distractors.first(where: { $0.answer == answer })?.misconception { return offered }
    if Set(given).isStrictSubset(of: raised) { return .countersCountOnce }
    return given.contains(0) && !raised.contains(0) ? .policyAlwaysCounts : .askingCounts
  }

  func evidence(for answer: Answer) -> [Evidence] {
    var evidence: [Evidence] = []
    // The first rule that was taken to count and did not fire, with its bytes.
    if case .counters(let given) = answer,
      let wrong = given.first(where: { $0 != 0 && !raised.contains($0) })
    {
      evidence += about.evidence(againstRule: wrong)
    }
    return evidence + [.counted(chain: about.chain, raised: raised, asked: asked.filter { !raised.contains($0) })]
  }
}
