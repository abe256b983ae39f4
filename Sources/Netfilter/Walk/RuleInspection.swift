/// What every rule of a table would compare with a packet, whether it is reached or not and whether an earlier condition
/// of it holds or not: for who asks which rules read a byte.
package struct RuleInspection: Sendable, Hashable {
  package var table: TableName
  package var chain: String
  /// From 1.
  package var rule: Int
  /// As `iptables-save` writes it.
  package var text: String
  /// In the order the kernel would make them, had none failed.
  package var comparisons: [Comparison]
}

extension NetworkNamespace {
  /// Asks all rules of a table's chains everything. Matches that keep something (token buckets, lists) change by it, so
  /// the namespace is of no use afterwards.
  package func inspect(_ table: LoadedTable, _ context: PacketContext) -> [RuleInspection] {
    let before = (context.comparisons, context.chain, context.ruleNumber, context.dropsAfterRule)
    context.goesOn = true
    defer {
      context.goesOn = false
      (context.comparisons, context.chain, context.ruleNumber, context.dropsAfterRule) = before
    }
    var found: [RuleInspection] = []
    for chain in table.chains {
      for (index, rule) in chain.rules.enumerated() {
        context.comparisons = []
        (context.chain, context.ruleNumber) = (chain.name, index + 1)
        _ = rule.rule.header.evaluate(context)
        // A match of a protocol is never asked about a packet of another one.
        if context.comparisons?.contains(where: { $0.option == "-p" && !$0.holds }) != true {
          for (place, match) in rule.rule.matches.enumerated() { _ = match.evaluate(context, rule.matchStates[place]) }
        }
        found.append(
          RuleInspection(
            table: table.name, chain: chain.name, rule: index + 1, text: rule.text,
            comparisons: context.comparisons ?? []))
      }
    }
    return found
  }
}

extension LoadedTable {
  /// Whether any of its matches keeps something from one packet to the next.
  package var keepsState: Bool {
    chains.contains { $0.rules.contains { $0.matchStates.contains { $0 != nil } } }
  }
}
