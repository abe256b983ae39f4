import Wire

/// `-m connlimit`: how many connections an address or network has (`net/netfilter/xt_connlimit.c`).
package struct ConnlimitMatch: Match {
  package static let name = "connlimit"
  package static let options = [
    OptionDefinition("connlimit-upto", invertible: true, excludes: ["connlimit-above"]),
    OptionDefinition("connlimit-above", invertible: true, excludes: ["connlimit-upto"]),
    OptionDefinition("connlimit-mask"),
    OptionDefinition("connlimit-saddr", argument: .none, excludes: ["connlimit-daddr"]),
    OptionDefinition("connlimit-daddr", argument: .none, excludes: ["connlimit-saddr"]),
  ]

  private var limit: UInt32?
  private var isAbove = true
  private var mask: UInt32 = .max
  private var countsDestination = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "connlimit-mask": mask = try AddressReading.prefixMask(option.value, of: option, Self.name)
    case "connlimit-saddr": countsDestination = false
    case "connlimit-daddr": countsDestination = true
    default:
      limit = try option.number(for: Self.name)
      isAbove = (option.name == "connlimit-above") != option.inverted
    }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if limit == nil { throw OptionError("You must specify \"--connlimit-above\" or \"--connlimit-upto\".") }
  }

  package var saved: String {
    " --connlimit-\(isAbove ? "above" : "upto") \(limit ?? 0) --connlimit-mask \(mask.nonzeroBitCount)"
      + " --connlimit-\(countsDestination ? "daddr" : "saddr")"
  }

  package func listed(numeric: Bool) -> String {
    " #conn \(countsDestination ? "dst" : "src")/\(mask.nonzeroBitCount) \(isAbove ? ">" : "<=") \(limit ?? 0)"
  }

  package func makeState(in namespace: NetworkNamespace) -> ExtensionState? { ConnectionCount() }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let count = state as? ConnectionCount, let limit, let ip = context.packet.ip,
      let tracker = context.namespace.tracker
    else { return .notModelled("-m connlimit without connection tracking") }
    let bytes = countsDestination ? 16..<20 : 12..<16
    let field = countsDestination ? "destination_address" : "source_address"
    if context.packet.isUnknown(bytes) { return context.unknown(field) }
    let address = countsDestination ? ip.destination : ip.source
    guard let connections = count.count(context.packet, under: address.rawValue & mask, tracker) else {
      return .hotdrop
    }
    let holds = (connections > Int(limit)) == isAbove
    return MatchResult(
      context.compare(
        holds,
        Comparison(
          "--connlimit-\(isAbove ? "above" : "upto")", .property("connections"),
          read: "\(connections) \(countsDestination ? "to" : "from") \(IPv4Address(rawValue: address.rawValue & mask))"
            + "/\(mask.nonzeroBitCount)",
          isAbove ? .above : .atMost, String(limit), holds: holds)))
  }
}

/// The connections that one rule has seen, by address (`net/netfilter/nf_conncount.c`).
final class ConnectionCount: ExtensionState {
  private struct List {
    var tuples: [FlowTuple]
    /// Timer tick at which the list was last looked through, and how long it was then.
    var lastSweep: Int64
    var lastCount: Int
  }

  /// How many may be added within a tick before the list is looked through again (`CONNCOUNT_GC_MAX_COLLECT`).
  private static let mostAtOnce = 64
  private var lists: [UInt32: List] = [:]

  /// Counts the packet's connection among those of an address; `nil` where it belongs to no flow, or where a
  /// connection that was not counted finds none left: such packets are dropped.
  func count(_ packet: SocketBuffer, under key: UInt32, _ tracker: ConnectionTracker) -> Int? {
    // A packet that tracking could not place counts by its own addresses and ports.
    guard let flow = packet.connection?.original ?? FlowTuple(packet: packet.bytes[...]) else { return nil }
    let entry = packet.connection ?? tracker.find(flow)?.entry
    let now = tracker.namespace.jiffies
    guard var list = lists[key] else {
      lists[key] = List(tuples: [flow], lastSweep: now, lastCount: 0)
      return 1
    }
    if let entry, entry.isConfirmed, entry.status.contains(.assured) {
      // Counted when it began, where the rule saw that.
      if now != list.lastSweep { sweep(&list, sparing: nil, tracker) }
    } else if entry?.isConfirmed != true, now == list.lastSweep,
      list.tuples.count - list.lastCount < Self.mostAtOnce
    {
      list.tuples.append(flow)
    } else if !sweep(&list, sparing: flow, tracker) {
      list.tuples.append(flow)
    }
    lists[key] = list
    return list.tuples.isEmpty ? nil : list.tuples.count
  }

  /// Takes out connections that are gone or closed; stops at `flow`, which is in the list already, and then gives
  /// `true`.
  @discardableResult
  private func sweep(_ list: inout List, sparing flow: FlowTuple?, _ tracker: ConnectionTracker) -> Bool {
    var kept: [FlowTuple] = []
    for (index, tuple) in list.tuples.enumerated() {
      guard index - kept.count <= Self.mostAtOnce else {
        kept += list.tuples[index...]
        break
      }
      guard let entry = tracker.find(tuple)?.entry else { continue }
      if tuple == flow {
        list.tuples = kept + list.tuples[index...]
        return true
      }
      if !Self.isClosed(entry) { kept.append(tuple) }
    }
    list.tuples = kept
    list.lastSweep = tracker.namespace.jiffies
    list.lastCount = kept.count
    return false
  }

  private static func isClosed(_ entry: ConnectionTrackingEntry) -> Bool {
    entry.tcp?.state == .timeWait || entry.tcp?.state == .close
  }

  var summary: String { "\(lists.values.reduce(0) { $0 + $1.tuples.count }) connections" }
}
