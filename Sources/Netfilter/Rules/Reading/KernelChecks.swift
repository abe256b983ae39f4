/// What the kernel checks when a table is loaded (`translate_table` in `net/ipv4/netfilter/ip_tables.c`).
package struct KernelChecks {
  private let table: Table
  /// For each chain and rule, the hooks from which it is reached (`comefrom`).
  private var reached: [[Set<Hook>]]
  private let indices: [String: Int]

  /// A rule that the kernel refuses, or `nil` where chains call each other in a circle.
  package struct Refusal: Error {
    package let rule: Rule?
    package let message: String
    /// What iptables says of it: the error number that the system call gives (`strerror(3)`).
    package let systemText: String
  }

  package static func check(_ table: Table) throws(Refusal) {
    var checks = KernelChecks(table)
    for chain in table.chains.indices {
      guard table.chains[chain].policy != nil, let hook = Hook(rawValue: table.chains[chain].name) else { continue }
      var path: Set<Int> = []
      try checks.follow(chain, hook, &path)
    }
    try checks.checkRules()
  }

  private init(_ table: Table) {
    self.table = table
    reached = table.chains.map { Array(repeating: [], count: $0.rules.count) }
    indices = Dictionary(table.chains.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Marks what a hook reaches (`mark_source_chains`): what stands after a rule that always ends the chain is not
  /// looked at, a chain that reaches itself is refused.
  private mutating func follow(_ chain: Int, _ hook: Hook, _ path: inout Set<Int>) throws(Refusal) {
    guard path.insert(chain).inserted else {
      throw Refusal(
        rule: nil,
        message: "the chain `\(table.chains[chain].name)' leads back to itself (Too many levels of symbolic links)",
        systemText: "Too many levels of symbolic links")
    }
    defer { path.remove(chain) }
    for index in table.chains[chain].rules.indices {
      if !reached[chain][index].insert(hook).inserted { return }
      let rule = table.chains[chain].rules[index]
      if let target = rule.targetChain, let next = indices[target] { try follow(next, hook, &path) }
      if rule.alwaysEndsChain { return }
    }
  }

  private func checkRules() throws(Refusal) {
    var shared: [String: any SharingExtension] = [:]
    for (chain, marks) in zip(table.chains, reached) {
      for (rule, hooks) in zip(chain.rules, marks) {
        let placement = RulePlacement(table: table.name, hooks: hooks, header: rule.header, matches: rule.matches)
        do {
          for match in rule.matches {
            try check(match, "match", placement)
            guard let sharing = match as? any SharingExtension else { continue }
            let key = "\(type(of: match).name) \(sharing.sharedName)"
            if let first = shared[key] { try sharing.check(beside: first) } else { shared[key] = sharing }
          }
          if case .target(let target) = rule.action { try check(target, "target", placement) }
        } catch { throw Refusal(rule: rule, message: error.message, systemText: error.systemText) }
      }
    }
  }

  private func check(_ item: any RuleExtension, _ what: String, _ placement: RulePlacement) throws(OptionError) {
    let type = type(of: item)
    if !type.tables.isEmpty, !type.tables.contains(placement.table) {
      let names = type.tables.map(\.rawValue).joined(separator: ", ")
      throw OptionError("the \(type.name) \(what) stands only in the table \(names)")
    }
    if !type.hooks.isEmpty, let wrong = placement.hooks.subtracting(type.hooks).map(\.rawValue).min() {
      throw OptionError("the \(type.name) \(what) cannot be used from \(wrong)")
    }
    if let number = type.protocolNumber,
      placement.header.protocolNumber != number || placement.header.protocolInverted
    {
      throw OptionError("the \(type.name) \(what) needs `-p \(ProtocolNames.text(number))'")
    }
    try item.check(placement)
  }
}

extension Rule {
  /// An unconditional ACCEPT, DROP, QUEUE or RETURN: nothing after it in the chain is ever asked.
  fileprivate var alwaysEndsChain: Bool {
    guard case .target(let target) = action, type(of: target).isStandard else { return false }
    return matches.isEmpty && header == RuleHeader()
  }
}
