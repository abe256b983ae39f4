/// Says a rule in a sentence, in one language.
package struct RuleSentences: Sendable {
  /// What is said of an option: with `%` for its value, and under `!`.
  struct Phrase: Sendable {
    let positive: String
    let negative: String

    init(_ positive: String, not negative: String = "") {
      self.positive = positive
      self.negative = negative
    }
  }

  /// By extension and option: `tcp dport`.
  let conditions: [String: Phrase]
  /// By target, or by target, option and, where it matters, value: `REJECT reject-with tcp-reset`.
  let effects: [String: String]
  /// Values that have a name: `rule p tcp`.
  let values: [String: String]
  /// Targets after which the next rule is asked.
  let continuing: Set<String>
  let words: Words

  /// The small words a sentence is put together with.
  struct Words: Sendable {
    let ifPacket: String
    let everyPacket: String
    let and: String
    let counts: String
    let jumps: String
    let goes: String
    let acts: String
    let goesOn: String
    let policy: String
    let chainEnd: String
    let chosen: String
    let inverted: String
  }

  /// One sentence about a rule.
  package func sentence(_ rule: Rule) -> String {
    let conditions = rule.conditions.map(phrase).filter { !$0.isEmpty }
    let subject =
      conditions.isEmpty
      ? words.everyPacket : words.ifPacket.filled(conditions.joined(separator: words.and))
    return "\(subject) \(effect(of: rule))."
  }

  /// What happens to packets that no rule of the chain decided.
  package func sentence(policyOf chain: Chain) -> String {
    guard let policy = chain.policy else { return words.chainEnd }
    return words.policy.filled(effects[policy.rawValue] ?? policy.rawValue)
  }

  private func phrase(_ option: RuleOption) -> String {
    let key = "\(option.owner) \(option.name)"
    let value = option.values.map { values["\(key) \($0)"] ?? $0 }.joined(separator: " ")
    guard let phrase = conditions["\(key) \(option.values.joined(separator: " "))"] ?? conditions[key] else {
      if option.name.isEmpty { return "" }
      let text = "-m \(option.owner) --\(option.name)" + (value.isEmpty ? "" : " \(value)")
      return (option.inverted ? words.inverted : words.chosen).filled(text)
    }
    return (option.inverted ? phrase.negative : phrase.positive).filled(value)
  }

  private func effect(of rule: Rule) -> String {
    switch rule.action {
    case .none: return words.counts + words.goesOn
    case .jump(let chain): return words.jumps.filled(chain)
    case .goto(let chain): return words.goes.filled(chain)
    case .target(let target):
      let name = target.savedName
      let parts = rule.effects.compactMap { option -> String? in
        let key = "\(name) \(option.name)"
        let value = option.values.joined(separator: " ")
        return (effects["\(key) \(value)"] ?? effects[key])?.filled(value)
      }
      let tail = continuing.contains(name) ? words.goesOn : ""
      guard effects[name] != nil || !parts.isEmpty else { return words.acts.filled(name + target.saved) }
      return (effects[name] ?? "") + parts.joined() + tail
    }
  }
}

extension String {
  /// The text with `%` replaced.
  fileprivate func filled(_ value: String) -> String {
    split(separator: "%", omittingEmptySubsequences: false).joined(separator: value)
  }
}
