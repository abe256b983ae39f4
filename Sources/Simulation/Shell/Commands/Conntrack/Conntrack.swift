import Netfilter

/// `conntrack` (conntrack-tools 1.4.7): the table of connections.
enum Conntrack: ShellCommand {
  static let name = "conntrack"
  static let summary = "list (-L), watch (-E), delete (-D) tracked connections"
  static let example = "conntrack -L -p tcp --state ESTABLISHED"

  static func effect(of call: ShellCall) -> ShellEffect {
    guard let options = try? ConntrackOptions(call.arguments) else { return .reads }
    return [.delete, .flush].contains(options.command) || options.zeroesCounters ? .moves : .reads
  }

  static let version = "conntrack v1.4.7 (conntrack-tools)"
  /// The netlink port of the program, which the kernel names where it was asked to delete.
  private static let netlinkPort = 1407

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    let options: ConntrackOptions
    do { options = try ConntrackOptions(call.arguments) } catch {
      switch error {
      case .usage(let message):
        return .failure(
          "\(version): \(message)\nTry `conntrack -h' or 'conntrack --help' for more information.", status: 2)
      case .failed(let message): return .failure("\(version): \(message)")
      case .notModelled(let what): return .notModelled(what)
      }
    }
    // The table outlives the hooks that fill it.
    let tracker = shell.host.namespace.tracker ?? shell.host.idleTracker
    switch options.command {
    case .help: return ShellResult(output: ConntrackHelp.text)
    case .version: return ShellResult(output: version + "\n")
    case .count: return ShellResult(output: "\(count(options.table, tracker))\n")
    case .flush:
      if options.table == .connections { tracker?.deleteAll() }
      if options.table == .expectations { tracker?.forgetAll() }
      let table = options.table == .expectations ? "expectation" : "connection tracking"
      return ShellResult(errorOutput: "\(version): \(table) table has been emptied.\n")
    case .list where options.table == .expectations: return expectations(options, tracker, shell.host)
    case .events where options.table == .expectations: return expectationEvents(options, tracker, shell.host)
    case .list: return list(options, tracker, shell.host)
    case .delete: return delete(options, tracker, shell.host)
    case .get: return get(options, tracker, shell.host)
    case .events: return events(options, tracker, shell.host)
    }
  }

  // MARK: The table

  private static func matching(_ options: ConntrackOptions, _ tracker: ConnectionTracker?) -> [ConnectionTrackingEntry]
  {
    guard options.table == .connections else { return [] }
    return (tracker?.entries ?? []).filter { options.filter.holds($0) }
  }

  private static func count(_ table: ConntrackOptions.Table, _ tracker: ConnectionTracker?) -> Int {
    switch table {
    case .connections: tracker?.entries.count ?? 0
    case .expectations: tracker?.expected.count ?? 0
    case .dying, .unconfirmed: 0
    }
  }

  /// The kernel's count of who holds an entry: the table, and each connection that was expected of it.
  private static func references(_ entry: ConnectionTrackingEntry, _ tracker: ConnectionTracker?) -> Int {
    guard entry.helper != nil, let tracker else { return 1 }
    return 1 + tracker.entries.count { $0.master === entry }
  }

  private static func shown(
    _ entries: [ConnectionTrackingEntry], _ options: ConntrackOptions, _ host: SimulatedHost,
    _ tracker: ConnectionTracker?,
    held: Int = 0
  ) -> String {
    let namespace = host.namespace
    return options.output.list(
      entries.map {
        .init(
          entry: $0, remainingSeconds: $0.remainingSeconds(at: namespace.jiffies, hz: namespace.hz),
          references: references($0, tracker) + held)
      })
  }

  private static func list(
    _ options: ConntrackOptions, _ tracker: ConnectionTracker?, _ host: SimulatedHost
  ) -> ShellResult {
    let entries = matching(options, tracker)
    let text = shown(entries, options, host, tracker)
    if options.zeroesCounters { for entry in entries { tracker?.zeroCounters(of: entry) } }
    return ShellResult(output: text, errorOutput: "\(version): \(entries.count) flow entries have been shown.\n")
  }

  private static func delete(
    _ options: ConntrackOptions, _ tracker: ConnectionTracker?, _ host: SimulatedHost
  ) -> ShellResult {
    let entries = matching(options, tracker)
    let text = shown(entries, options, host, tracker)
    for entry in entries { tracker?.delete(entry, byProgram: true) }
    return ShellResult(
      output: text, errorOutput: "\(version): \(entries.count) flow entries have been deleted.\n",
      status: entries.isEmpty ? 1 : 0)
  }

  private static func get(
    _ options: ConntrackOptions, _ tracker: ConnectionTracker?, _ host: SimulatedHost
  ) -> ShellResult {
    guard let tuple = options.filter.tuple else { return .failure("\(version): Operation failed: invalid parameters") }
    guard let entry = tracker?.find(tuple)?.entry else {
      return .failure("\(version): Operation failed: such conntrack doesn't exist")
    }
    return ShellResult(
      output: shown([entry], options, host, tracker, held: 1),
      errorOutput: "\(version): 1 flow entries have been shown.\n")
  }

  // MARK: What happened

  /// What the real program, started before the first packet, would have printed by now, Ctrl-C then typed.
  private static func events(
    _ options: ConntrackOptions, _ tracker: ConnectionTracker?, _ host: SimulatedHost
  ) -> ShellResult {
    guard options.table == .connections else {
      return ShellResult(errorOutput: "\(version): 0 flow events have been shown.\n")
    }
    if let tracker, !tracker.isWatched { return .notModelled("conntrack -E on a host that keeps no record") }
    let events = (tracker?.events ?? []).filter { options.kinds.contains($0.kind) && options.filter.holds($0.entry) }
    let text = options.output.events(
      events.map {
        .init(
          event: $0, moment: CalendarTime(nanoseconds: host.clock(at: $0.time)), clock: host.clock(at: $0.time),
          port: netlinkPort)
      })
    return ShellResult(output: text, errorOutput: "\(version): \(events.count) flow events have been shown.\n")
  }
}
