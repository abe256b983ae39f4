/// The five places in the IPv4 path where netfilter looks at a packet (`enum nf_inet_hooks`).
package enum Hook: String, Sendable, CaseIterable {
  case prerouting = "PREROUTING"
  case input = "INPUT"
  case forward = "FORWARD"
  case output = "OUTPUT"
  case postrouting = "POSTROUTING"
}

/// The tables of iptables, in the order the kernel runs them where several share a hook.
package enum TableName: String, Sendable, CaseIterable, Comparable {
  case raw, mangle, nat, filter, security

  /// The hooks at which the table has a built-in chain, which carries the hook's name (`iptables(8)`, TABLES).
  package var hooks: [Hook] {
    switch self {
    case .raw: [.prerouting, .output]
    case .mangle: [.prerouting, .input, .forward, .output, .postrouting]
    case .nat: [.prerouting, .input, .output, .postrouting]
    case .filter, .security: [.input, .forward, .output]
    }
  }

  package static func < (a: Self, b: Self) -> Bool {
    allCases.firstIndex(of: a) ?? 0 < allCases.firstIndex(of: b) ?? 0
  }
}

/// How a packet's walk ended.
package enum Verdict: String, Sendable, Hashable {
  /// Delivered to this host, or sent.
  case accept = "ACCEPT"
  case drop = "DROP"
  /// Dropped by REJECT (an answer was sent where one may be).
  case reject = "REJECT"
  case queue = "QUEUE"
  case stolen = "STOLEN"
  /// IP itself ended it: TTL, no route, martian, a fragment held for reassembly.
  case routing = "ROUTING"
}
