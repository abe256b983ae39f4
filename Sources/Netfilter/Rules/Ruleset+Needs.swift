extension Ruleset {
  /// Matches and targets that make the kernel track connections (`nf_ct_netns_get` in their check functions).
  private static let trackingExtensions: Set<String> = [
    "state", "conntrack", "connmark", "connbytes", "connlimit", "connlabel", "helper", "cluster", "socket", "CT",
    "NOTRACK",
    "CONNMARK", "CONNSECMARK", "SYNPROXY", "SNAT", "DNAT", "MASQUERADE", "REDIRECT", "NETMAP", "TPROXY",
  ]

  /// Whether loading the ruleset starts connection tracking: a namespace without users of it has none. The nat
  /// table alone is a user.
  package var needsConnectionTracking: Bool {
    tables.contains { table in
      table.name == .nat
        || table.chains.contains {
          $0.rules.contains { rule in rule.extensionNames.contains(where: Self.trackingExtensions.contains) }
        }
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
