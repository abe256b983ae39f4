import Wire

/// Everything netfilter keeps in one network namespace: tables, connection tracking, kernel log, sysctls and clock.
package final class NetworkNamespace {
  /// Nanoseconds since the host booted; the simulated host moves it to each packet's time.
  package var now: Int64 = 0
  /// Nanoseconds since 1970-01-01 UTC at `now == 0`, for `-m time`; `nil` where the capture gives no date.
  package var bootTime: Int64?
  /// Timer interrupts a second (CONFIG_HZ): the grain of `limit` and timeouts.
  package var hz: Int64 = 250 { didSet { tracker?.reloadParameters() } }
  /// By name as `sysctl` prints it; what is absent has the kernel's default.
  package var sysctls: [String: Int] = [:] { didSet { tracker?.reloadParameters() } }
  package private(set) var tables: [TableName: LoadedTable] = [:]
  /// The sets of ipset, by name, and what they were at first.
  package private(set) var sets: [String: LiveSet] = [:]
  package private(set) var setCatalog = SetCatalog()
  private var loadOrder: [TableName] = []
  /// How often a table was loaded.
  package private(set) var loads = 0
  /// `nil` where no rule needs tracking: a namespace without users of conntrack registers no hooks.
  package var tracker: ConnectionTracker?
  /// Fragments that wait for the rest of their packets.
  package private(set) lazy var fragments = FragmentReassembler(namespace: self)
  /// How many processors the host has; `nil` where nobody says.
  package var processors: Int?
  /// A rule wants whole packets, though none need be tracked.
  package var wantsReassembly = false
  /// What LOG wrote, oldest first.
  package var kernelLog: [LogLine] = []
  package weak var stack: (any NetworkStack)?
  /// What extensions share across rules by name (`recent` lists, `hashlimit` tables, sets).
  package var shared: [String: ExtensionState] = [:]
  /// For `statistic --mode random` and other choices the kernel makes at random; without a seed they are not
  /// modelled.
  package var seed: UInt64?

  /// While a copy that TEE made is on its way out (`in_nf_duplicate` of `struct task_struct`).
  package internal(set) var isDuplicating = false

  /// Called where a packet comes to a table's built-in chain, before any rule is asked.
  package var inspector: ((LoadedTable, PacketContext) -> Void)?

  package init() {}

  /// The clock in timer ticks.
  package var jiffies: Int64 { now / (1_000_000_000 / max(1, hz)) }

  /// A sysctl's value or the kernel's default for it.
  package func sysctl(_ name: String, default value: Int) -> Int { sysctls[name] ?? value }

  /// A sysctl was set: who keeps values of them reads them again.
  package func settingsChanged() {}

  /// Loads a table, replacing the one of that name: match state starts afresh, counters are the table's
  /// (`iptables-legacy` hands the old ones back in).
  package func load(_ table: Table) {
    loads += 1
    if tables[table.name] == nil { loadOrder.append(table.name) }
    tables[table.name] = LoadedTable(table, in: self)
  }

  /// Creates sets (`ipset restore`), in the place of those there were.
  package func create(_ catalog: SetCatalog) {
    setCatalog = catalog
    sets = [:]
    for definition in catalog.definitions { sets[definition.name] = LiveSet(definition, at: jiffies, hz: hz) }
  }

  /// Loads every table of a ruleset.
  package func load(_ ruleset: Ruleset) {
    for table in ruleset.tables { load(table) }
  }

  /// The tables as they stand, with counters, in the order they were first loaded.
  package var ruleset: Ruleset {
    var ruleset = Ruleset(tables: loadOrder.compactMap { tables[$0]?.table })
    ruleset.sets = setCatalog
    return ruleset
  }
}

/// How a hook ended for a packet.
package enum HookVerdict: Sendable, Hashable {
  case accept, drop, reject, queue, stolen
  /// The walk met something that is not modelled; `Walk.notModelled` says what.
  case unknown

  /// The verdict of a walk that ends here.
  package var verdict: Verdict? {
    switch self {
    case .accept: .accept
    case .drop: .drop
    case .reject: .reject
    case .queue: .queue
    case .stolen: .stolen
    case .unknown: nil
    }
  }
}

extension NetworkNamespace {
  private enum Stage {
    case table(TableName)
    case track, nat, confirm
  }

  /// What runs at each hook, by priority (`enum nf_ip_hook_priorities`). Reassembly, which comes before all of it,
  /// is the stack's, since it may hold the packet.
  private static let stages: [Hook: [Stage]] = [
    .prerouting: [.table(.raw), .track, .table(.mangle), .nat],
    .input: [.table(.mangle), .table(.filter), .table(.security), .nat, .confirm],
    .forward: [.table(.mangle), .table(.filter), .table(.security)],
    .output: [.table(.raw), .track, .table(.mangle), .nat, .table(.filter), .table(.security)],
    .postrouting: [.table(.mangle), .nat, .confirm],
  ]

  /// Takes a packet through everything registered at a hook (`nf_hook_slow`).
  package func run(_ hook: Hook, _ packet: SocketBuffer) -> HookVerdict {
    packet.walk.record(.hook(hook))
    for stage in Self.stages[hook] ?? [] {
      let verdict = run(stage, hook, packet)
      if verdict != .accept {
        if let tracker, !tracker.callKeys.isEmpty { tracker.abandon(packet) }
        return verdict
      }
    }
    return .accept
  }

  private func run(_ stage: Stage, _ hook: Hook, _ packet: SocketBuffer) -> HookVerdict {
    switch stage {
    case .table(let name):
      guard let table = tables[name] else { return .accept }
      if name == .mangle, hook == .output { return mangleOutput(table, packet) }
      return finish(traverse(table, hook, packet))
    case .track:
      guard let tracker else { return .accept }
      let verdict = tracker.track(packet, hook)
      if packet.walk.conntrack == nil { packet.walk.conntrack = packet.state }
      return verdict
    case .nat:
      // Without the table nobody registers the hooks.
      guard let tracker, let table = tables[.nat] else { return .accept }
      return tracker.translate(packet, hook) { traverse(table, hook, packet) }
    case .confirm:
      return tracker?.confirm(packet, hook) ?? .accept
    }
  }

  /// A program that sends is interrupted for what has come by `lo` meanwhile, once the table lets it be
  /// (`local_bh_enable`).
  private func finish(_ verdict: HookVerdict) -> HookVerdict {
    if !isDuplicating { stack?.tableEnded() }
    return verdict
  }

  /// mangle OUTPUT routes again what it changed (`ipt_mangle_out`).
  private func mangleOutput(_ table: LoadedTable, _ packet: SocketBuffer) -> HookVerdict {
    let before = (packet.mark, packet.bytes[...].byte(at: 1), packet.bytes[...].slice(at: 12, length: 8))
    let verdict = finish(traverse(table, .output, packet))
    guard verdict == .accept else { return verdict }
    let after = (packet.mark, packet.bytes[...].byte(at: 1), packet.bytes[...].slice(at: 12, length: 8))
    guard before.0 != after.0 || before.1 != after.1 || !before.2.elementsEqual(after.2) else { return .accept }
    return stack?.routeAgain(packet) == false ? .drop : .accept
  }
}
