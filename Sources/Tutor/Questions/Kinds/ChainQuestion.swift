import Netfilter
import Simulation

/// A chain that a question asks about: its rules as written, and what this packet met in it.
struct ChainSubject: Sendable {
  let subject: Subject
  let facts: WalkFacts
  let table: TableName
  let chain: String
  let policy: String
  /// As `iptables-save` writes them.
  let rules: [String]
  let visits: [RuleVisit]

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    let packet = try Subject(spec, history)
    facts = try packet.walked()
    table = spec.table
    guard let name = spec.chain else { throw QuestionError("a question about a chain names it") }
    chain = name
    subject = packet.arriving(at: name, spec.table, spec, history)
    guard let written = history.scenario.ruleset[spec.table]?[name] else {
      throw QuestionError("the rules have no chain `\(name)` in the table \(spec.table.rawValue)")
    }
    rules = written.rules.map(\.savedText)
    policy = written.policy?.rawValue ?? "RETURN"
    visits = facts.visits(spec.table, name)
    guard !visits.isEmpty else { throw QuestionError("the packet never comes to \(name)") }
    guard facts.isModelled else { throw QuestionError("the packet's walk is not modelled to its end") }
  }

  /// The first rule that fires, or the end of the chain.
  var first: RuleVisit? { visits.first(where: \.matched) }

  /// Where the first rule that fires stands; `nil` when it is the policy that decides.
  var firstRule: Int? { first.flatMap { $0.step.kind == .rule ? $0.step.number : nil } }

  /// The visit of rule `number`, if the packet met it.
  func visit(_ number: Int) -> RuleVisit? { visits.first { $0.step.kind == .rule && $0.step.number == number } }

  /// The rule that ended this packet's way through the chain, if one did.
  var ending: RuleVisit? { visits.last { $0.matched && $0.step.kind == .rule && !$0.letsWalkGoOn } }

  var view: QuestionView {
    QuestionView(bytes: subject.bytes, marks: subject.plainMarks, chain: (table, chain))
  }

  /// Why rule `number` does not do what somebody thought: the comparison that fails, or that it is never asked.
  func evidence(againstRule number: Int) -> [Evidence] {
    guard number >= 1, number <= rules.count else {
      return [.noSuchRule(chain: chain, rule: number, count: rules.count)]
    }
    if let visit = visit(number) {
      if let failing = visit.comparisons.last(where: { !$0.holds }) {
        return [subject.evidence(failing, chain: chain, rule: number)]
      }
      if let firstRule, firstRule < number, let first {
        return [.goesOn(chain: chain, rule: firstRule, target: first.target)]
      }
      return [.allHold(chain: chain, rule: number, text: visit.text)]
    }
    // A jump whose chain ended the walk stands last among what was asked here.
    guard let ending = ending ?? visits.last(where: { $0.matched && $0.step.kind == .rule }) else { return [] }
    return [
      ending.jumps
        ? .jumps(chain: chain, rule: ending.step.number, target: ending.target)
        : .endedBy(chain: chain, rule: ending.step.number, target: ending.target)
    ]
  }

  /// It is one of the kernel's own, with a policy at its end.
  var isBuiltIn: Bool { Hook(rawValue: chain) != nil }

  /// The comparisons of the rules that were never asked, as far as each goes; looking costs a run up to the packet.
  func unasked(_ spec: QuestionSpec, _ history: History) -> [Int: [Comparison]] {
    guard spec.packet < 500, rules.indices.contains(where: { visit($0 + 1) == nil }) else { return [:] }
    let hook = visits.first?.hook
    let all = history.inspections(spec.packet, emission: spec.emission).first {
      $0.hook == hook && $0.rules.first?.table == table
    }
    return Dictionary(
      (all?.rules ?? []).filter { $0.chain == chain && visit($0.rule) == nil }.map { ($0.rule, $0.comparisons) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Reads `4`, `rule 4`, `INPUT 4`, `filter:INPUT:rule:4`, the rule's own text, `policy`.
  func read(_ text: String) -> Answer? {
    let lowerChain = chain.lowercased()
    if [
      "policy", "the policy", lowerChain + " policy", "policy " + policy.lowercased(),
      "\(table.rawValue):\(lowerChain):policy", "ポリシー", "none", "no rule", "end", "return", "なし",
    ]
    .contains(text) || text.hasPrefix("\(table.rawValue):\(lowerChain):policy") {
      return .policy
    }
    for prefix in [
      "", "rule ", "no. ", "#", lowerChain + " ", lowerChain + " rule ", "\(table.rawValue):\(lowerChain):rule:",
      "ルール ", "ルール",
    ] {
      guard text.hasPrefix(prefix), let number = Int(text.dropFirst(prefix.count)) else { continue }
      // A number that no rule has, a port say, is no answer.
      return rules.indices.contains(number - 1) ? .rule(number) : nil
    }
    let rule = text.hasPrefix("-a " + lowerChain + " ") ? String(text.dropFirst(lowerChain.count + 4)) : text
    return rules.firstIndex { $0.lowercased() == rule }.map { .rule($0 + 1) }
  }
}

extension Comparison {
  /// The condition as the rule writes it: `--dport 22`, `! -i lo`.
  package var condition: String { (inverted ? "! " : "") + option + (operand.isEmpty ? "" : " " + operand) }
}
