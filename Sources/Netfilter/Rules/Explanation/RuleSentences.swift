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

  /// Says a match or a target as a whole, from all its options.
  typealias Composition = @Sendable (ExtensionOptions) -> String

  /// By extension and option, and value where it matters: `tcp dport`, `conntrack ctdir REPLY`.
  let conditions: [String: Phrase]
  /// By match: those whose options make sense only together.
  let compositions: [String: Composition]
  /// By target, or by target, option and, where it matters, value: `REJECT reject-with tcp-reset`.
  let effects: [String: String]
  /// By target: those whose values say what they do.
  let effectCompositions: [String: Composition]
  /// Values that have a name: `rule p tcp`.
  let values: [String: String]
  let words: Words

  /// The small words a sentence is put together with.
  struct Words: Sendable {
    let ifPacket: String
    let everyPacket: String
    let and: String
    /// Between what the options of one match say.
    let beside: String
    /// Whether the option that matters most comes last there.
    let endsWithFirst: Bool
    /// Between two things that happen.
    let then: String
    /// Between the last two of several values, and between the others.
    let or: String
    let comma: String
    let to: String
    let counts: String
    let jumps: String
    let goes: String
    let acts: String
    let goesOn: String
    let end: String
    let policy: String
    let chainEnd: String
    let chosen: String
    let inverted: String
    let notModelled: String
  }

  /// Targets after which the next rule is asked.
  private static let continuing: Set<String> = [
    "AUDIT", "CHECKSUM", "CLASSIFY", "CONNMARK", "CONNSECMARK", "CT", "DSCP", "ECN", "HMARK", "IDLETIMER", "LED", "LOG",
    "MARK", "NFLOG", "NOTRACK", "RATEEST", "SECMARK", "SET", "TCPMSS", "TCPOPTSTRIP", "TEE", "TOS", "TRACE", "TTL",
  ]

  /// Matches whose later options go with the first one instead of asking something more.
  private static let whole: Set<String> = [
    "addrtype", "connlabel", "dccp", "set", "string",
  ]

  /// Options whose value is text, in which commas and colons mean nothing.
  private static let texts: Set<String> = [
    "string string", "string hex-string", "u32 u32", "mac mac-source", "helper helper", "set match-set",
    "owner uid-owner", "bpf bytecode",
  ]

  /// One sentence about a rule, and another where something of it is not modelled.
  package func sentence(_ rule: Rule) -> String {
    var conditions = RuleOption.options(of: rule.header).map(phrase)
    for match in rule.matches { conditions += phrases(of: match) }
    conditions.removeAll(where: \.isEmpty)
    let subject =
      conditions.isEmpty ? words.everyPacket : subject(conditions.joined(separator: words.and))
    let missing = rule.notModelled
    let note = missing.isEmpty ? "" : words.notModelled.filled(missing.joined(separator: words.comma))
    return subject + effect(of: rule) + words.end + note
  }

  private func subject(_ conditions: String) -> String {
    // Where the word after the conditions is not Latin, a space keeps it apart from one that is.
    let needsSpace = conditions.unicodeScalars.last.map(\.isASCII) ?? false
    let isApart = words.ifPacket.unicodeScalars.allSatisfy { $0.isASCII } || !needsSpace
    return words.ifPacket.filled(isApart ? conditions : conditions + " ")
  }

  /// What happens to packets that no rule of the chain decided.
  package func sentence(policyOf chain: Chain) -> String {
    guard let policy = chain.policy else { return words.chainEnd }
    return words.policy.filled(effects[policy.rawValue] ?? policy.rawValue)
  }

  private func phrases(of match: any Match) -> [String] {
    let name = match.savedName
    let options = RuleOption.options(of: match, named: name)
    if let composition = compositions[name] { return [composition(ExtensionOptions(options))] }
    guard !options.isEmpty else { return [conditions["\(name) "]?.positive ?? ""] }
    let said = options.map(phrase).filter { !$0.isEmpty }
    guard Self.whole.contains(name) else { return said }
    return [(words.endsWithFirst ? said.reversed() : said).joined(separator: words.beside)]
  }

  private func phrase(_ option: RuleOption) -> String {
    var key = "\(option.owner) \(option.name)"
    var given = option.values.joined(separator: " ")
    if option.owner == "rule" {
      if ["s", "d"].contains(option.name), given.hasSuffix("/32") { given.removeLast(3) }
      if ["i", "o"].contains(option.name), given.hasSuffix("+") {
        given.removeLast()
        key += " +"
      }
    }
    if let composition = compositions[key], conditions["\(key) \(given)"] == nil {
      return composition(ExtensionOptions([option]))
    }
    let value = values["\(key) \(given)"] ?? (Self.texts.contains(key) ? given : list(given))
    guard let phrase = conditions["\(key) \(given)"] ?? conditions[key] else {
      let text = "-m \(option.owner) --\(option.name)" + (given.isEmpty ? "" : " \(given)")
      return (option.inverted ? words.inverted : words.chosen).filled(text)
    }
    return (option.inverted ? phrase.negative : phrase.positive).filled(value)
  }

  /// `22,80:90` as `22 or 80 to 90`.
  private func list(_ value: String) -> String {
    let parts = value.split(separator: ",").map { part -> String in
      let ends = part.split(separator: ":", omittingEmptySubsequences: false)
      guard ends.count == 2, ends.allSatisfy({ $0.allSatisfy(\.isNumber) && !$0.isEmpty }) else { return String(part) }
      return "\(ends[0])\(words.to)\(ends[1])"
    }
    guard parts.count > 1, let last = parts.last, !parts.contains("") else {
      return parts.count > 1 ? value : parts.first ?? value
    }
    return parts.dropLast().joined(separator: words.comma) + words.or + last
  }

  private func effect(of rule: Rule) -> String {
    switch rule.action {
    case .none: return words.counts + words.goesOn
    case .jump(let chain): return words.jumps.filled(chain)
    case .goto(let chain): return words.goes.filled(chain)
    case .target(let target):
      let name = target.savedName
      let tail = Self.continuing.contains(name) ? words.goesOn : ""
      let options = rule.effects
      if let composition = effectCompositions[name] { return composition(ExtensionOptions(options)) + tail }
      let parts = options.compactMap { option -> String? in
        let key = "\(name) \(option.name)"
        let value = option.values.joined(separator: " ")
        if value.hasPrefix(":"), let effect = effects["\(key) :"] { return effect.filled(String(value.dropFirst())) }
        return (effects["\(key) \(value)"] ?? effects[key])?.filled(key.hasSuffix("balance") ? list(value) : value)
      }
      guard effects[name] != nil || !parts.isEmpty else { return words.acts.filled(name + target.saved) + tail }
      return parts.reduce(effects[name] ?? "") { text, part in
        // What begins with a mark goes with what stands before; anything else is one more thing.
        let isMore = !text.isEmpty && part.first.map { !",。( ".contains($0) } ?? false
        return text + (isMore ? words.then : "") + part
      } + tail
    }
  }
}

/// The options of one match or target.
struct ExtensionOptions: Sendable {
  /// All of them in order.
  let options: [RuleOption]
  init(_ options: [RuleOption]) { self.options = options }

  /// What follows an option, its words joined; empty for an option that takes nothing, `nil` for one not given.
  subscript(name: String) -> String? { options.first { $0.name == name }?.values.joined(separator: " ") }

  func has(_ name: String) -> Bool { options.contains { $0.name == name } }
  func isInverted(_ name: String) -> Bool { options.first { $0.name == name }?.inverted ?? false }
  /// The first of these that is given.
  func first(of names: [String]) -> String? { names.first(where: has) }
  /// The single words of an option.
  func values(_ name: String) -> [String] { options.first { $0.name == name }?.values ?? [] }
}

/// What a value and a mask make of bits: those of the mask are cleared, then those of the value flipped.
enum BitChange {
  case set(String), raise(String), clear(String), flip(String)
  case change(value: String, mask: String)

  /// From `0x1/0xff`, as it is saved; `bits` is how many there are.
  init?(_ text: String, bits: Int) {
    let parts = text.split(separator: "/").map(String.init)
    let all = UInt64(1) << UInt64(bits) - 1
    guard let first = parts.first, let value = CNumber.parse(first, 0...all) else { return nil }
    guard parts.count == 2, let mask = CNumber.parse(parts[1], 0...all) else {
      self = .set(first)
      return
    }
    if mask == all {
      self = .set(first)
    } else if value == 0 {
      self = .clear(parts[1])
    } else if value == mask {
      self = .raise(first)
    } else if mask == 0 {
      self = .flip(first)
    } else {
      self = .change(value: first, mask: parts[1])
    }
  }
}

extension Rule {
  /// What of the rule nobody here can judge, by name.
  package var notModelled: [String] {
    var all = matches.compactMap(\.notModelled)
    if case .target(let target) = action, let what = target.notModelled { all.append(what) }
    return all
  }
}

extension String {
  /// The text with `%` replaced.
  func filled(_ value: String) -> String {
    split(separator: "%", omittingEmptySubsequences: false).joined(separator: value)
  }
}
