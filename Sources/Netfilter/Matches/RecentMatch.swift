import Wire

/// `-m recent`: lists of addresses seen lately (`net/netfilter/xt_recent.c`).
package struct RecentMatch: Match {
  private enum Action: String { case set, rcheck, update, remove }

  package static let name = "recent"
  private static let actions = ["set", "rcheck", "update", "remove"]
  package static let options =
    actions.map { OptionDefinition($0, argument: .none, invertible: true, excludes: actions) } + [
      OptionDefinition("seconds"),
      OptionDefinition("reap", argument: .none, requires: ["seconds"]),
      OptionDefinition("hitcount"),
      OptionDefinition("rttl", argument: .none, excludes: ["set", "remove"]),
      OptionDefinition("name"),
      OptionDefinition("rsource", argument: .none),
      OptionDefinition("rdest", argument: .none),
      OptionDefinition("mask"),
    ]
  /// In bytes; the rest is cut off without a word.
  private static let longestName = 199

  private var action: Action?
  private var inverted = false
  private var seconds: UInt32 = 0
  private var hitCount: UInt32 = 0
  private var reaps = false
  private var comparesTimeToLive = false
  private var listName = "DEFAULT"
  private var usesDestination = false
  private var mask = IPv4Address.broadcast

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "seconds": seconds = try option.number(1...UInt32.max, for: Self.name)
    case "reap": reaps = true
    case "hitcount": hitCount = try option.number(for: Self.name)
    case "rttl": comparesTimeToLive = true
    case "name": listName = SavedString.cut(option.value, to: Self.longestName)
    case "rsource": usesDestination = false
    case "rdest": usesDestination = true
    case "mask":
      let mask = try AddressReading.host(option.value)
      self.mask = mask
    default:
      action = Action(rawValue: option.name)
      inverted = option.inverted
    }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    guard action != nil else {
      throw OptionError("recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'")
    }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    if action == .set || action == .remove, seconds > 0 || hitCount > 0 || reaps || comparesTimeToLive {
      throw OptionError("recent: --seconds, --hitcount, --reap and --rttl go with --rcheck and --update only")
    }
    guard hitCount < 65_536 else { throw OptionError("recent: --hitcount is larger than 65535") }
    guard !listName.isEmpty, listName != ".", listName != "..", !listName.utf8.contains(UInt8(ascii: "/")) else {
      throw OptionError("recent: `\(listName)' cannot be the name of a list")
    }
  }

  package var saved: String {
    var text = "\(inverted ? " !" : "") --\((action ?? .set).rawValue)"
    if seconds > 0 { text += " --seconds \(Int32(truncatingIfNeeded: seconds))" }
    if reaps { text += " --reap" }
    if hitCount > 0 { text += " --hitcount \(Int32(truncatingIfNeeded: hitCount))" }
    if comparesTimeToLive { text += " --rttl" }
    return text + " --name \(listName) --mask \(mask) --\(usesDestination ? "rdest" : "rsource")"
  }

  package func listed(numeric: Bool) -> String {
    var text = "\(inverted ? " !" : "") recent: \(action == .rcheck ? "CHECK" : (action ?? .set).rawValue.uppercased())"
    if seconds > 0 { text += " seconds: \(Int32(truncatingIfNeeded: seconds))" }
    if reaps { text += " reap" }
    if hitCount > 0 { text += " hit_count: \(Int32(truncatingIfNeeded: hitCount))" }
    if comparesTimeToLive { text += " TTL-Match" }
    return text + " name: \(listName) side: \(usesDestination ? "dest" : "source") mask: \(mask)"
  }

  package func makeState(in namespace: NetworkNamespace) -> ExtensionState? {
    var room = 32
    if hitCount > 0 {
      room = 1
      while room < Int(hitCount) { room *= 2 }
    }
    let key = "recent \(listName)"
    if let list = namespace.shared[key] as? RecentList {
      list.makeRoom(room)
      return list
    }
    let list = RecentList(mask: mask.rawValue, room: room)
    namespace.shared[key] = list
    return list
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let list = state as? RecentList, let ip = context.packet.ip, let action else {
      return .notModelled("-m recent")
    }
    let bytes = usesDestination ? 16..<20 : 12..<16
    let field = usesDestination ? "destination_address" : "source_address"
    if context.packet.isUnknown(bytes) { return context.unknown(field) }
    let address = (usesDestination ? ip.destination : ip.source).rawValue & list.mask
    let now = context.namespace.jiffies
    var timeToLive = ip.timeToLive
    if !context.outputInterface.isEmpty, !context.packet.hasSocket { timeToLive &+= 1 }
    let index = list.find(address, timeToLive: comparesTimeToLive ? timeToLive : 0)
    let read = context.comparisons == nil ? "" : summary(list, index, now, context.namespace.hz)

    var isTrue = false
    if let index {
      switch action {
      case .set: isTrue = true
      case .remove:
        list.remove(index)
        isTrue = true
      case .rcheck, .update:
        let limit = now - Int64(truncatingIfNeeded: seconds &* UInt32(truncatingIfNeeded: context.namespace.hz))
        isTrue = list.hits(index, since: seconds > 0 ? limit : nil) >= max(1, Int(hitCount))
        let updates = action == .update && isTrue != inverted
        if reaps { list.reap(before: limit, sparing: updates ? index : nil) }
        if updates {
          list.touch(address, timeToLive: comparesTimeToLive ? timeToLive : 0, newTimeToLive: timeToLive, now)
        }
      }
      if action == .set { list.touch(address, timeToLive: 0, newTimeToLive: timeToLive, now) }
    } else if action == .set {
      list.add(address, timeToLive: timeToLive, now)
      isTrue = true
    }
    return context.judge(
      isTrue, "--\(action.rawValue)", .field("ipv4", field, bytes: bytes), read: read, .contains,
      listName, inverted: inverted)
  }

  private func summary(_ list: RecentList, _ index: Int?, _ now: Int64, _ hz: Int64) -> String {
    guard let index else { return "not listed" }
    let hits = list.hits(index, since: seconds > 0 ? now - Int64(seconds) * hz : nil)
    return seconds > 0 ? "seen \(hits) times in \(seconds) s" : "seen \(hits) times"
  }
}

extension SocketBuffer {
  /// Whether a socket sent the packet; what comes in by `lo` has left it.
  var hasSocket: Bool { inputInterface == nil && socket != .none }
}

/// A list of addresses with the times they were seen at (`struct recent_table`).
package final class RecentList: ExtensionState {
  private struct Entry {
    let address: UInt32
    var timeToLive: UInt8
    /// Timer ticks; a ring once it is full.
    var stamps: [Int64]
    var next: Int
    /// Counts up with each use: the entry with the least is the oldest.
    var used: Int
  }

  /// Addresses a list has room for (`ip_list_tot`).
  private static let mostEntries = 100

  let mask: UInt32
  private var room: Int
  private var entries: [Entry] = []
  private var uses = 0

  init(mask: UInt32, room: Int) {
    self.mask = mask
    self.room = room
  }

  /// Another rule wants more times kept: the list starts afresh.
  func makeRoom(_ room: Int) {
    guard room > self.room else { return }
    entries = []
    self.room = room
  }

  func find(_ address: UInt32, timeToLive: UInt8) -> Int? {
    entries.firstIndex {
      $0.address == address && (timeToLive == 0 || $0.timeToLive == 0 || timeToLive == $0.timeToLive)
    }
  }

  func remove(_ index: Int) { entries.remove(at: index) }

  func add(_ address: UInt32, timeToLive: UInt8, _ now: Int64) {
    if entries.count >= Self.mostEntries, let oldest { entries.remove(at: oldest) }
    uses += 1
    entries.append(Entry(address: address, timeToLive: timeToLive, stamps: [now], next: 1, used: uses))
  }

  /// Notes that an address was seen again.
  func touch(_ address: UInt32, timeToLive: UInt8, newTimeToLive: UInt8, _ now: Int64) {
    guard let index = find(address, timeToLive: timeToLive) else { return }
    uses += 1
    entries[index].used = uses
    entries[index].timeToLive = newTimeToLive
    let place = entries[index].next & (room - 1)
    if place < entries[index].stamps.count {
      entries[index].stamps[place] = now
    } else {
      entries[index].stamps.append(now)
    }
    entries[index].next = place + 1
  }

  /// How many of the kept times lie not before `limit`.
  func hits(_ index: Int, since limit: Int64?) -> Int {
    guard let limit else { return entries[index].stamps.count }
    return entries[index].stamps.count { $0 >= limit }
  }

  /// Drops the oldest entry where it was last seen before `limit`.
  func reap(before limit: Int64, sparing index: Int?) {
    guard let oldest, oldest != index else { return }
    let entry = entries[oldest]
    guard entry.stamps.indices.contains(entry.next - 1), entry.stamps[entry.next - 1] < limit else { return }
    entries.remove(at: oldest)
  }

  private var oldest: Int? { entries.indices.min { entries[$0].used < entries[$1].used } }

  package var summary: String { "\(entries.count) addresses" }
}
