import Wire

/// All confirmed entries, found by either tuple (`nf_conntrack_hash`).
struct ConnectionTable {
  typealias Place = (entry: ConnectionTrackingEntry, direction: FlowDirection)
  private var places: [FlowTuple: Place] = [:]
  /// Entries by the source of their original tuple, newest first, for those whose source was decided on
  /// (`nf_nat_bysource`).
  private var bySource: [SourceKey: [ConnectionTrackingEntry]] = [:]
  /// Expired entries are swept out when the table has grown to this.
  private var nextSweep = 1024
  /// Whether entries whose time was up are kept, for those who watch.
  var keepsExpired = false
  private(set) var expired: [ConnectionTrackingEntry] = []

  struct SourceKey: Hashable {
    var address: IPv4Address
    var port: UInt16
    var protocolNumber: UInt8

    init(_ tuple: FlowTuple) {
      address = tuple.source
      port = tuple.sourcePort
      protocolNumber = tuple.protocolNumber
    }
  }

  /// Entries in the table; those that expired count until they are met or swept out.
  private(set) var count = 0

  /// The entry that has `tuple` in either direction; one that expired is taken out when it is met.
  mutating func find(_ tuple: FlowTuple, at jiffies: Int64) -> Place? {
    guard let place = places[tuple] else { return nil }
    guard place.entry.isExpired(at: jiffies) else { return place }
    expire(place.entry)
    return nil
  }

  mutating func insert(_ entry: ConnectionTrackingEntry, at jiffies: Int64) {
    if count >= nextSweep { sweep(at: jiffies) }
    places[entry.original] = (entry, .original)
    places[entry.reply] = (entry, .reply)
    noteSource(entry)
    count += 1
  }

  /// Enters an entry that shares its original tuple with another.
  mutating func insertReply(_ entry: ConnectionTrackingEntry) {
    places[entry.reply] = (entry, .reply)
    noteSource(entry)
    count += 1
  }

  mutating func remove(_ entry: ConnectionTrackingEntry) {
    guard !entry.status.contains(.dying) else { return }
    entry.status.insert(.dying)
    for tuple in [entry.original, entry.reply] where places[tuple]?.entry === entry {
      places[tuple] = nil
    }
    let key = SourceKey(entry.original)
    bySource[key]?.removeAll { $0 === entry }
    if bySource[key]?.isEmpty == true { bySource[key] = nil }
    count -= 1
  }

  /// What of a new entry is in the table already.
  enum Clash {
    case none
    /// Another entry for the same flow.
    case same(ConnectionTrackingEntry)
    /// Only the original tuple.
    case original
    case reply
  }

  mutating func clash(with entry: ConnectionTrackingEntry, at jiffies: Int64) -> Clash {
    let byOriginal = find(entry.original, at: jiffies)
    let byReply = find(entry.reply, at: jiffies)
    for case let place? in [byOriginal, byReply] where Self.isSameFlow(place.entry, entry) {
      return .same(place.entry)
    }
    if byReply != nil { return .reply }
    return byOriginal == nil ? .none : .original
  }

  private static func isSameFlow(_ a: ConnectionTrackingEntry, _ b: ConnectionTrackingEntry) -> Bool {
    (a.original == b.original && a.reply == b.reply) || (a.original == b.reply && a.reply == b.original)
  }

  /// Entries whose flows come from the source of `tuple`, newest first.
  func entries(from tuple: FlowTuple, at jiffies: Int64) -> [ConnectionTrackingEntry] {
    (bySource[SourceKey(tuple)] ?? []).filter { !$0.isExpired(at: jiffies) }
  }

  /// All entries that have not expired, in the order they were made. Complexity: O(n log n).
  func entries(at jiffies: Int64) -> [ConnectionTrackingEntry] {
    // A flow of a host with itself may look the same both ways, and is found as its reply.
    places.values.lazy.filter {
      ($0.direction == .original || $0.entry.original == $0.entry.reply) && !$0.entry.isExpired(at: jiffies)
    }
    .map(\.entry)
    .sorted { $0.serial < $1.serial }
  }

  private mutating func noteSource(_ entry: ConnectionTrackingEntry) {
    guard entry.status.contains(.sourceNATDone) else { return }
    bySource[SourceKey(entry.original), default: []].insert(entry, at: 0)
  }

  private mutating func expire(_ entry: ConnectionTrackingEntry) {
    if keepsExpired, !entry.status.contains(.dying) { expired.append(entry) }
    remove(entry)
  }

  /// Takes out all entries whose time is up. Complexity: O(n).
  mutating func sweep(at jiffies: Int64) {
    for place in Array(places.values) where place.entry.isExpired(at: jiffies) { expire(place.entry) }
    nextSweep = max(1024, count * 2)
  }
}
