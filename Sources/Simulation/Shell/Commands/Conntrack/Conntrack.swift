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
    case .count: return ShellResult(output: "\(options.table == .connections ? tracker?.entries.count ?? 0 : 0)\n")
    case .flush:
      if options.table == .connections { tracker?.deleteAll() }
      let table = options.table == .expectations ? "expectation" : "connection tracking"
      return ShellResult(errorOutput: "\(version): \(table) table has been emptied.\n")
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

  private static func shown(
    _ entries: [ConnectionTrackingEntry], _ options: ConntrackOptions, _ host: SimulatedHost, references: Int = 1
  ) -> String {
    let namespace = host.namespace
    return options.output.list(
      entries.map {
        .init(
          entry: $0, remainingSeconds: $0.remainingSeconds(at: namespace.jiffies, hz: namespace.hz),
          references: references)
      })
  }

  private static func list(
    _ options: ConntrackOptions, _ tracker: ConnectionTracker?, _ host: SimulatedHost
  ) -> ShellResult {
    let entries = matching(options, tracker)
    let text = shown(entries, options, host)
    if options.zeroesCounters { for entry in entries { tracker?.zeroCounters(of: entry) } }
    let what = options.table == .expectations ? "expectations" : "flow entries"
    return ShellResult(output: text, errorOutput: "\(version): \(entries.count) \(what) have been shown.\n")
  }

  private static func delete(
    _ options: ConntrackOptions, _ tracker: ConnectionTracker?, _ host: SimulatedHost
  ) -> ShellResult {
    let entries = matching(options, tracker)
    let text = shown(entries, options, host)
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
      output: shown([entry], options, host, references: 2),
      errorOutput: "\(version): 1 flow entries have been shown.\n")
  }

  // MARK: What happened

  /// What the real program, started before the first packet, would have printed by now, Ctrl-C then typed.
  private static func events(
    _ options: ConntrackOptions, _ tracker: ConnectionTracker?, _ host: SimulatedHost
  ) -> ShellResult {
    guard options.table == .connections else {
      let what = options.table == .expectations ? "expectation" : "flow"
      return ShellResult(errorOutput: "\(version): 0 \(what) events have been shown.\n")
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
