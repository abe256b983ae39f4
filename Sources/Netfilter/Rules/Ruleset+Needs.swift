extension Ruleset {
  /// Matches and targets that make the kernel track connections (`nf_ct_netns_get` in their check functions).
  private static let trackingExtensions: Set<String> = [
    "state", "conntrack", "connmark", "connbytes", "connlimit", "connlabel", "helper", "cluster", "CT", "NOTRACK",
    "CONNMARK", "CONNSECMARK", "SYNPROXY", "SNAT", "DNAT", "MASQUERADE", "REDIRECT", "NETMAP",
  ]
  /// Those that only want whole packets (`nf_defrag_ipv4_enable`).
  private static let reassemblingExtensions: Set<String> = ["socket", "TPROXY"]

  /// Whether loading the ruleset starts connection tracking: a namespace without users of it has none. The nat
  /// table alone is a user.
  package var needsConnectionTracking: Bool { self[.nat] != nil || names(anyOf: Self.trackingExtensions) }

  /// Whether loading the ruleset has fragments put together, tracked or not.
  package var needsReassembly: Bool { names(anyOf: Self.reassemblingExtensions) }

  private func names(anyOf extensions: Set<String>) -> Bool {
    tables.contains { table in
      table.chains.contains { $0.rules.contains { rule in rule.extensionNames.contains(where: extensions.contains) } }
    }
  }
}

extension Rule {
  /// Names of the rule's matches and target.
  fileprivate var extensionNames: [String] {
    var names = matches.map { type(of: $0).name }
    if case .target(let target) = action { names.append(type(of: target).name) }
    return names
  }
}
