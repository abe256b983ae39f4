/// A table in the kernel: rules with their counters and what their extensions keep (`struct xt_table_info`).
package final class LoadedTable {
  package let name: TableName
  package let chains: [LoadedChain]
  let indices: [String: Int]

  init(_ table: Table, in namespace: NetworkNamespace) {
    name = table.name
    chains = table.chains.map { LoadedChain($0, in: namespace) }
    indices = Dictionary(table.chains.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    for chain in chains {
      for rule in chain.rules { rule.targetChain = rule.targetName.flatMap { indices[$0] } }
    }
  }

  package subscript(chain: String) -> LoadedChain? { indices[chain].map { chains[$0] } }

  /// The table with its present counters.
  package var table: Table {
    Table(
      name: name,
      chains: chains.map { chain in
        Chain(
          name: chain.name, policy: chain.policy, counters: chain.counters,
          rules: chain.rules.map { loaded in
            var rule = loaded.rule
            rule.counters = loaded.counters
            return rule
          })
      })
  }
}

package final class LoadedChain {
  package let name: String
  package let policy: Chain.Policy?
  package let rules: [LoadedRule]
  /// One a rule, in the same order.
  let screens: [AddressScreen]
  package internal(set) var counters: Counters

  init(_ chain: Chain, in namespace: NetworkNamespace) {
    name = chain.name
    policy = chain.policy
    counters = chain.counters
    rules = chain.rules.map { LoadedRule($0, in: namespace) }
    screens = chain.rules.map { AddressScreen($0.header) }
  }
}

package final class LoadedRule {
  package let rule: Rule
  /// Parts of the rule beside it: whoever judges a packet need not copy the whole for one of them.
  let header: RuleHeader
  let matches: [any Match]
  let action: Action
  package internal(set) var counters: Counters
  let matchStates: [ExtensionState?]
  let targetState: ExtensionState?
  fileprivate(set) var targetChain: Int?
  /// The rule as `iptables-save` writes it, without `-A CHAIN`; made when first asked.
  package private(set) lazy var text = rule.savedText

  init(_ rule: Rule, in namespace: NetworkNamespace) {
    self.rule = rule
    header = rule.header
    matches = rule.matches
    action = rule.action
    counters = rule.counters
    matchStates = rule.matches.map { $0.makeState(in: namespace) }
    if case .target(let target) = rule.action {
      targetState = target.makeState(in: namespace)
    } else {
      targetState = nil
    }
  }

  fileprivate var targetName: String? {
    switch rule.action {
    case .jump(let name), .goto(let name): name
    case .none, .target: nil
    }
  }
}
