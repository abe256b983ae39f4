/// One option of a rule as `iptables-save` writes it, taken apart again.
package struct RuleOption: Sendable, Hashable {
  /// The extension's name, or `rule` for what iptables checks itself.
  package let owner: String
  /// Without dashes.
  package let name: String
  /// What follows the option; empty for nothing.
  package let values: [String]
  package let inverted: Bool
}

extension Rule {
  /// The conditions of the rule in the order the kernel checks them.
  package var conditions: [RuleOption] {
    var all = RuleOption.options(of: header)
    for match in matches {
      let options = RuleOption.options(of: match, named: match.savedName)
      all += options.isEmpty ? [RuleOption(owner: match.savedName, name: "", values: [], inverted: false)] : options
    }
    return all
  }

  /// The options of the target.
  package var effects: [RuleOption] {
    guard case .target(let target) = action else { return [] }
    return RuleOption.options(of: target, named: target.savedName)
  }
}

extension RuleOption {
  /// What iptables checks itself.
  static func options(of header: RuleHeader) -> [RuleOption] {
    options(of: "rule", in: header.saved) { $0 == "f" ? 0 : 1 }
  }

  static func options(of item: any RuleExtension, named name: String) -> [RuleOption] {
    let definitions = type(of: item).options
    return options(of: name, in: item.saved) { name in
      switch definitions.first(where: { $0.name == name })?.argument {
      case .required: 1
      case .pair: 2
      default: 0
      }
    }
  }

  /// The options within saved text: words that begin with `-` start one, `!` before it inverts it, unless they are what
  /// the option before them needs, so many words as `needed` says.
  private static func options(of owner: String, in saved: String, needed: (String) -> Int) -> [RuleOption] {
    let words: [RestoreWord]
    do { words = try RestoreWords.split(saved[...]) } catch { return [] }
    var options: [RuleOption] = []
    var inverted = false
    for word in words {
      // A quoted value may begin with a dash; its column tells it from an option.
      let isQuoted = saved.utf8.dropFirst(word.column - 1).first == UInt8(ascii: "\"")
      if let last = options.last, !inverted, last.values.count < needed(last.name) {
        options[options.count - 1] = RuleOption(
          owner: owner, name: last.name, values: last.values + [word.text], inverted: last.inverted)
      } else if word.text == "!", !isQuoted {
        inverted = true
      } else if word.text.hasPrefix("-"), !isQuoted {
        let name = String(word.text.drop { $0 == "-" })
        options.append(RuleOption(owner: owner, name: name, values: [], inverted: inverted))
        inverted = false
      } else if let last = options.popLast() {
        options.append(
          RuleOption(owner: owner, name: last.name, values: last.values + [word.text], inverted: last.inverted))
      }
    }
    return options
  }
}
