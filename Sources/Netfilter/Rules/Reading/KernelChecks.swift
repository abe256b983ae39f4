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

  /// - Parameter loaded: the tables that are there, an older one of the same name among them: it goes only once the new
  ///   one is in its place, and what both name is shared meanwhile.
  package static func check(_ table: Table, beside loaded: @autoclosure () -> [Table] = []) throws(Refusal) {
    var checks = KernelChecks(table)
    for chain in table.chains.indices {
      guard table.chains[chain].policy != nil, let hook = Hook(rawValue: table.chains[chain].name) else { continue }
      var path: Set<Int> = []
      try checks.follow(chain, hook, &path)
    }
    try checks.checkRules()
    try checks.checkShared(beside: loaded())
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
    for (chain, marks) in zip(table.chains, reached) {
      for (rule, hooks) in zip(chain.rules, marks) {
        let placement = RulePlacement(table: table.name, hooks: hooks, header: rule.header, matches: rule.matches)
        do {
          for match in rule.matches {
            try check(match, "match", placement)
          }
          if case .target(let target) = rule.action { try check(target, "target", placement) }
        } catch { throw Refusal(rule: rule, message: error.message, systemText: error.systemText) }
      }
    }
  }

  /// Rules that name the same thing must agree on it, whatever table they stand in.
  private func checkShared(beside loaded: @autoclosure () -> [Table]) throws(Refusal) {
    guard table.rules.contains(where: { !$0.sharing.isEmpty }) else { return }
    var shared: [String: any SharingExtension] = [:]
    for item in loaded().flatMap(\.rules).flatMap(\.sharing) where shared[item.key] == nil { shared[item.key] = item }
    for rule in table.rules {
      for item in rule.sharing {
        guard let first = shared.updateValue(shared[item.key] ?? item, forKey: item.key) else { continue }
        do { try item.check(beside: first) } catch {
          throw Refusal(rule: rule, message: error.message, systemText: error.systemText)
        }
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

extension Table {
  fileprivate var rules: [Rule] { chains.flatMap(\.rules) }
}

extension SharingExtension {
  fileprivate var key: String { "\(Self.name) \(sharedName)" }
}

extension Rule {
  fileprivate var sharing: [any SharingExtension] {
    var all = matches.compactMap { $0 as? any SharingExtension }
    if case .target(let target) = action, let item = target as? any SharingExtension { all.append(item) }
    return all
  }

  /// An unconditional ACCEPT, DROP, QUEUE or RETURN: nothing after it in the chain is ever asked.
  fileprivate var alwaysEndsChain: Bool {
    guard case .target(let target) = action, type(of: target).isStandard else { return false }
    return matches.isEmpty && header == RuleHeader()
  }
}
