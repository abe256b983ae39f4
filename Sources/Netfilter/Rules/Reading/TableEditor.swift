/// A table being changed by commands, before the kernel sees it (`libiptc`).
package struct TableEditor {
  /// Why a command cannot be carried out, as `iptc_strerror` says it.
  package struct Refusal: Error {
    package let message: String
    init(_ message: String) { self.message = message }
  }

  package private(set) var table: Table
  private var indices: [String: Int]
  /// Chains whose policy has been given counters: what sets counters to zero passes over them.
  private var countedPolicies: Set<String> = []

  package init(_ name: TableName) { self.init(Table(empty: name)) }

  /// Goes on from a table that is loaded.
  package init(_ table: Table) {
    self.table = table
    for chain in table.chains.indices {
      for rule in table.chains[chain].rules.indices where table.chains[chain].rules[rule].isNew {
        self.table.chains[chain].rules[rule].isNew = false
      }
    }
    indices = Dictionary(uniqueKeysWithValues: table.chains.enumerated().map { ($1.name, $0) })
  }

  package func has(_ chain: String) -> Bool { indices[chain] != nil }

  package func isBuiltIn(_ chain: String) -> Bool { indices[chain].map { table.chains[$0].policy != nil } ?? false }

  /// The table with its own chains in the order `iptables-legacy-save` prints them: by the bytes of their names.
  package var sorted: Table {
    var result = table
    let own = table.chains.filter { $0.policy == nil }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    result.chains = table.chains.filter { $0.policy != nil } + own
    return result
  }

  // MARK: chains

  package mutating func create(_ chain: String) throws(Refusal) {
    guard !has(chain), !["ACCEPT", "DROP", "QUEUE", "RETURN"].contains(chain) else {
      throw Refusal("Chain already exists.")
    }
    indices[chain] = table.chains.count
    table.chains.append(Chain(name: chain, policy: nil))
  }

  package mutating func delete(_ chain: String?) throws(Refusal) {
    guard let chain else {
      for name in table.chains.filter({ $0.policy == nil }).map(\.name) { try delete(name) }
      return
    }
    let index = try index(of: chain)
    guard table.chains[index].policy == nil else { throw Refusal("Invalid argument. Maybe a built-in chain?") }
    guard !isJumpedTo(chain) else { throw Refusal("Too many links. The chain is still in use.") }
    guard table.chains[index].rules.isEmpty else { throw Refusal("Directory not empty. The chain has rules.") }
    table.chains.remove(at: index)
    reindex()
  }

  package mutating func rename(_ chain: String, to name: String) throws(Refusal) {
    guard !has(name), !["ACCEPT", "DROP", "QUEUE", "RETURN"].contains(name) else { throw Refusal("File exists.") }
    guard let index = indices[chain], table.chains[index].policy == nil, name.utf8.count < 32 else {
      throw Refusal("No chain/target/match by that name.")
    }
    table.chains[index].name = name
    reindex()
    for chainIndex in table.chains.indices {
      for ruleIndex in table.chains[chainIndex].rules.indices {
        switch table.chains[chainIndex].rules[ruleIndex].action {
        case .jump(chain): table.chains[chainIndex].rules[ruleIndex].action = .jump(name)
        case .goto(chain): table.chains[chainIndex].rules[ruleIndex].action = .goto(name)
        default: break
        }
      }
    }
  }

  package mutating func flush(_ chain: String?) throws(Refusal) {
    let range = chain == nil ? Array(table.chains.indices) : [try index(of: chain ?? "")]
    for index in range { table.chains[index].rules = [] }
  }

  package mutating func zero(_ chain: String?, rule number: Int? = nil) throws(Refusal) {
    let range = chain == nil ? Array(table.chains.indices) : [try index(of: chain ?? "")]
    for index in range {
      if let number {
        guard table.chains[index].rules.indices.contains(number - 1) else { throw Refusal("Index of counter too big.") }
        if !table.chains[index].rules[number - 1].isNew { table.chains[index].rules[number - 1].counters = Counters() }
        continue
      }
      if !countedPolicies.contains(table.chains[index].name) { table.chains[index].counters = Counters() }
      for rule in table.chains[index].rules.indices where !table.chains[index].rules[rule].isNew {
        table.chains[index].rules[rule].counters = Counters()
      }
    }
  }

  package mutating func setPolicy(_ chain: String, _ policy: String, _ counters: Counters?) throws(Refusal) {
    guard let index = indices[chain], table.chains[index].policy != nil else {
      throw Refusal("Bad built-in chain name")
    }
    guard let policy = Chain.Policy(rawValue: policy) else { throw Refusal("Bad policy name") }
    table.chains[index].policy = policy
    table.chains[index].counters = counters ?? Counters()
    countedPolicies.insert(chain)
  }

  // MARK: rules

  package mutating func append(_ rules: [Rule], to chain: String) throws(Refusal) {
    let index = try index(of: chain)
    try refuseBuiltInTargets(of: rules)
    table.chains[index].rules += rules
  }

  /// Each rule in turn goes to that place, so that several end up in reverse order.
  package mutating func insert(_ rules: [Rule], into chain: String, at number: Int) throws(Refusal) {
    let index = try index(of: chain)
    for rule in rules {
      guard number - 1 <= table.chains[index].rules.count else { throw Refusal("Index of insertion too big.") }
      try refuseBuiltInTargets(of: [rule])
      table.chains[index].rules.insert(rule, at: number - 1)
    }
  }

  package mutating func replace(_ rule: Rule, in chain: String, at number: Int) throws(Refusal) {
    let index = try index(of: chain)
    guard table.chains[index].rules.indices.contains(number - 1) else { throw Refusal("Index of replacement too big.") }
    try refuseBuiltInTargets(of: [rule])
    table.chains[index].rules[number - 1] = rule
  }

  package mutating func delete(number: Int, from chain: String) throws(Refusal) {
    let index = try index(of: chain)
    guard table.chains[index].rules.indices.contains(number - 1) else { throw Refusal("Index of deletion too big.") }
    table.chains[index].rules.remove(at: number - 1)
  }

  package mutating func delete(_ rules: [Rule], from chain: String) throws(Refusal) {
    guard let index = indices[chain] else { throw Self.noSuchRule }
    try refuseBuiltInTargets(of: rules)
    for rule in rules {
      guard let place = table.chains[index].rules.firstIndex(where: { $0.isSame(as: rule) }) else {
        throw Self.noRule(like: rule)
      }
      table.chains[index].rules.remove(at: place)
    }
  }

  package func check(_ rules: [Rule], in chain: String) throws(Refusal) {
    guard let index = indices[chain] else { throw Self.noSuchRule }
    try refuseBuiltInTargets(of: rules)
    for rule in rules where !table.chains[index].rules.contains(where: { $0.isSame(as: rule) }) {
      throw Self.noRule(like: rule)
    }
  }

  /// No rule can jump to a built-in chain (`iptcc_map_target`).
  private func refuseBuiltInTargets(of rules: [Rule]) throws(Refusal) {
    guard let name = rules.lazy.compactMap(\.targetChain).first(where: isBuiltIn) else { return }
    throw Refusal("Invalid argument. `\(name)' is a built-in chain, which no rule can jump to")
  }

  /// Where a chain or an extension is the rule's target, what was looked up last is that, and iptables names it.
  private static func noRule(like rule: Rule) -> Refusal {
    switch rule.action {
    case .none: noSuchRule
    case .target(let target): type(of: target).isStandard ? noSuchRule : Refusal("No chain/target/match by that name.")
    case .jump, .goto: Refusal("No chain/target/match by that name.")
    }
  }

  private static let noSuchRule = Refusal("Bad rule (does a matching rule exist in that chain?).")

  private func index(of chain: String) throws(Refusal) -> Int {
    guard let index = indices[chain] else { throw Refusal("No chain/target/match by that name.") }
    return index
  }

  private func isJumpedTo(_ chain: String) -> Bool {
    table.chains.contains { $0.rules.contains { $0.targetChain == chain } }
  }

  private mutating func reindex() {
    indices = Dictionary(table.chains.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension Rule {
  /// The chain that the rule jumps or goes to.
  package var targetChain: String? {
    switch action {
    case .jump(let name), .goto(let name): name
    case .none, .target: nil
    }
  }

  /// Whether `-D` would take one for the other: counters do not count.
  fileprivate func isSame(as other: Rule) -> Bool { header == other.header && savedText == other.savedText }
}
