import Netfilter
import Simulation

/// What is written to the kernel log?
struct LogsQuestion: QuestionKind {
  static let name = "logs"
  private let subject: Subject
  private let facts: WalkFacts
  /// The chains the packet passed, with their LOG rules.
  private let logRules: [(chain: String, rule: Int, prefix: String, text: String)]
  /// `IN=eth0 OUT=`, as a line about this packet would say it.
  private let interfaces: String

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    subject = try Subject(spec, history)
    facts = try subject.walked()
    guard facts.isModelled else { throw QuestionError("the packet's walk is not modelled to its end") }
    let device = history.record(spec.packet)?.interface ?? ""
    let isOut = subject.isAnswer || facts.hooks.first == .output
    interfaces = isOut ? "IN= OUT=\(device)" : "IN=\(device) OUT="
    var rules: [(String, Int, String, String)] = []
    for table in history.scenario.ruleset.tables {
      for chain in table.chains {
        for (index, rule) in chain.rules.enumerated() where rule.savedText.contains("-j LOG") {
          rules.append((chain.name, index + 1, Self.prefix(of: rule.savedText), rule.savedText))
        }
      }
    }
    logRules = rules
  }

  /// The quoted or bare word after `--log-prefix`.
  private static func prefix(of rule: String) -> String {
    guard let at = rule.firstRange(of: "--log-prefix ") else { return "" }
    let rest = rule[at.upperBound...]
    if rest.hasPrefix("\"") { return String(rest.dropFirst().prefix { $0 != "\"" }) }
    return String(rest.prefix { $0 != " " })
  }

  /// The line up to its interfaces, which tell its direction: `UNKNOWN_OUTGOING: IN= OUT=ifext`.
  static func head(_ line: String) -> String {
    let words = line.split(separator: " ", omittingEmptySubsequences: true)
    guard let at = words.firstIndex(where: { $0.hasPrefix("OUT=") }) else { return line }
    return words[...at].joined(separator: " ")
  }

  var correct: Answer { .logs(facts.logs.first.map { Self.head($0.line.text) }) }

  var distractors: [Choice] {
    var choices: [Choice] = []
    if let line = facts.logs.first {
      let words = Self.head(line.line.text).split(separator: " ").map(String.init)
      let device = words.compactMap {
        $0.hasPrefix("IN=") || $0.hasPrefix("OUT=") ? $0.split(separator: "=").dropFirst().first : nil
      }.first
      let prefix = words.filter { !$0.hasPrefix("IN=") && !$0.hasPrefix("OUT=") }.joined(separator: " ")
      let isFull = bucket.map { Set($0.read.split(separator: " ").filter { $0.first?.isNumber ?? false }).count == 1 }
      let idea: Misconception = isFull.map { $0 ? .limitSilencesFirst : .tokensNeverReturn } ?? .logIsNoRule
      choices.append(Choice(.logs(nil), idea))
      if let device {
        let isOut = words.contains("IN=")
        let swapped = isOut ? "IN=\(device) OUT=" : "IN= OUT=\(device)"
        choices.append(Choice(.logs((prefix + " " + swapped).drop { $0 == " " }.description), .logShowsCause))
        choices.append(Choice(.logs("REJECT: " + swapped), .everyRuleLogs))
      }
    } else {
      for rule in logRules { add(rule.prefix.trimmed, idea(of: rule.chain, rule.rule)) }
      add("", .everyRuleLogs)
      add("DROP:", .everyRuleLogs)
    }
    /// A line that might be, with the interfaces as this packet's would be.
    func add(_ prefix: String, _ idea: Misconception) {
      choices.append(Choice(.logs((prefix + " " + interfaces).drop { $0 == " " }.description), idea))
    }
    return choices
  }

  /// Why a LOG rule that one might think of did not write.
  private func idea(of chain: String, _ rule: Int) -> Misconception {
    guard let visit = facts.visits.first(where: { $0.step.chain == chain && $0.step.number == rule }) else {
      return .logIsAlwaysReached
    }
    let failing = visit.comparisons.last { !$0.holds }
    return failing?.subject == .property("token bucket") ? .bucketNeverEmpties : .oneConditionIsEnough
  }

  /// The token bucket that the line was written by.
  private var bucket: Comparison? {
    facts.logs.first?.visit?.comparisons.first { $0.subject == .property("token bucket") }
  }

  /// What kept the LOG rules that the packet might have met from writing: a condition, or a rule before them.
  private var kept: Evidence? {
    let failing = facts.visits.first { $0.target == "LOG" && !$0.matched }
    if let visit = failing, let comparison = visit.comparisons.last(where: { !$0.holds }) {
      return subject.evidence(comparison, chain: visit.step.chain, rule: visit.step.number)
    }
    let chains = Set(logRules.map(\.chain))
    let ending = facts.visits.last {
      $0.matched && $0.step.kind == .rule && !$0.letsWalkGoOn && chains.contains($0.step.chain)
    }
    return ending.map { .endedBy(chain: $0.step.chain, rule: $0.step.number, target: $0.target) }
  }

  var view: QuestionView {
    let last = facts.visits.last
    return QuestionView(
      bytes: subject.bytes, marks: subject.plainMarks, chain: last.map { ($0.step.table, $0.hook.rawValue) })
  }

  var prompt: Prompt { .logs(isAnswer: subject.isAnswer) }

  var clues: [Clue] {
    let chain = facts.logs.first?.visit?.step.chain ?? facts.visits.last?.step.chain ?? "INPUT"
    let visit = facts.logs.first?.visit
    let written = logRules.first.map { Clue.lookAtRule(chain: $0.chain, rule: $0.rule, text: $0.text) }
    return [
      .lookAtChain(chain),
      visit.map { .lookAtRule(chain: chain, rule: $0.step.number, text: $0.text) } ?? written ?? .orderRule("log-only"),
      .logRuleFires(!facts.logs.isEmpty),
    ]
  }

  func read(_ text: String) -> Answer? {
    if ["nothing", "nothing at all", "none", "no", "no line", "なし", "何も", "何も残さない"].contains(text) {
      return .logs(nil)
    }
    if ["yes", "a line", "a log line"].contains(text), !facts.logs.isEmpty { return correct }
    let wanted = ([correct] + distractors.map(\.answer)).compactMap { answer -> (String, Answer)? in
      if case .logs(let line?) = answer { return (line.lowercased(), answer) }
      return nil
    }
    if let line = facts.logs.first?.line.text.lowercased(), text.count > 3, line.hasPrefix(text) { return correct }
    return wanted.first { $0.0 == text }?.1
  }

  func evidence(for answer: Answer) -> [Evidence] {
    guard let log = facts.logs.first, let visit = log.visit else {
      return [kept].compactMap { $0 } + [.notLogged]
    }
    var evidence: [Evidence] = []
    if answer == .logs(nil), let bucket {
      evidence.append(subject.evidence(bucket, chain: visit.step.chain, rule: visit.step.number))
    }
    return evidence + [.logged(chain: visit.step.chain, rule: visit.step.number, line: Self.head(log.line.text))]
  }
}

extension String {
  fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}
