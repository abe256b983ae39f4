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
    var all = RuleOption.options(of: "rule", in: header.saved)
    for match in matches {
      let options = RuleOption.options(of: match.savedName, in: match.saved)
      all += options.isEmpty ? [RuleOption(owner: match.savedName, name: "", values: [], inverted: false)] : options
    }
    return all
  }

  /// The options of the target.
  package var effects: [RuleOption] {
    guard case .target(let target) = action else { return [] }
    return RuleOption.options(of: target.savedName, in: target.saved)
  }
}

extension RuleOption {
  /// The options within saved text: words that begin with `-` start one, `!` before it inverts it.
  static func options(of owner: String, in saved: String) -> [RuleOption] {
    let words: [RestoreWord]
    do { words = try RestoreWords.split(saved[...]) } catch { return [] }
    var options: [RuleOption] = []
    var inverted = false
    for word in words {
      // A quoted value may begin with a dash; its column tells it from an option.
      let isQuoted = saved.utf8.dropFirst(word.column - 1).first == UInt8(ascii: "\"")
      if word.text == "!", !isQuoted {
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
