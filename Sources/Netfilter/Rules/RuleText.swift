extension Rule {
  /// The rule as `iptables-save` writes it, without `-A CHAIN` and without counters: `-p tcp -m tcp --dport 22 -j ACCEPT`.
  package var savedText: String { String((savedConditions + savedAction).dropFirst()) }

  /// The part up to the target, each word with a leading space.
  package var savedConditions: String {
    var text = header.saved
    for match in matches { text += " -m \(match.savedName)\(match.saved)" }
    return text
  }

  /// ` -j ...` or ` -g ...`; empty for none.
  package var savedAction: String {
    switch action {
    case .none: ""
    case .target(let target): " -j \(target.savedName)\(target.saved)"
    case .jump(let chain): " -j \(chain)"
    case .goto(let chain): " -g \(chain)"
    }
  }
}

extension RuleHeader {
  /// The conditions as `iptables-save` writes them, each with a leading space (`print_rule4`).
  package var saved: String {
    var text = ""
    if let source {
      text += Self.inversion(source.inverted) + " -s \(AddressText.withMask(source.address, source.mask))"
    }
    if let destination {
      text +=
        Self.inversion(destination.inverted) + " -d \(AddressText.withMask(destination.address, destination.mask))"
    }
    // A lone `+` has no byte to compare, and so is not written, not even under `!`.
    if let input, input.name != "+" { text += Self.inversion(input.inverted) + " -i \(input.name)" }
    if let output, output.name != "+" { text += Self.inversion(output.inverted) + " -o \(output.name)" }
    if protocolNumber != 0 { text += Self.inversion(protocolInverted) + " -p \(ProtocolNames.text(protocolNumber))" }
    if fragment { text += Self.inversion(fragmentInverted) + " -f" }
    return text
  }

  private static func inversion(_ inverted: Bool) -> String { inverted ? " !" : "" }
}

extension Table {
  /// The table as `iptables-legacy-save` prints it, without its comment lines; `counters` is its option `-c`.
  package func savedText(counters: Bool) -> String {
    var text = "*\(name.rawValue)\n"
    for chain in chains {
      let count = chain.policy == nil ? Counters() : chain.counters
      text += ":\(chain.name) \(chain.policy?.rawValue ?? "-") [\(count.packets):\(count.bytes)]\n"
    }
    for chain in chains {
      for rule in chain.rules {
        if counters { text += "[\(rule.counters.packets):\(rule.counters.bytes)] " }
        let conditions = rule.savedText
        text += "-A \(chain.name)\(conditions.isEmpty ? "" : " ")\(conditions)\n"
      }
    }
    return text + "COMMIT\n"
  }
}

extension Ruleset {
  /// All tables as `iptables-legacy-save` prints them, without its comment lines: the table loaded last comes first.
  package func savedText(counters: Bool = false) -> String {
    tables.reversed().map { $0.savedText(counters: counters) }.joined()
  }
}
