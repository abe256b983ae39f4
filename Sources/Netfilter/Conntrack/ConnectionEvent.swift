/// What changed about an entry since those who watch were last told (`enum ip_conntrack_events`).
struct ConnectionChanges: OptionSet, Sendable, Hashable {
  let rawValue: UInt8

  /// It was entered into the table.
  static let new = ConnectionChanges(rawValue: 1 << 0)
  static let reply = ConnectionChanges(rawValue: 1 << 1)
  static let assured = ConnectionChanges(rawValue: 1 << 2)
  /// The state of its TCP connection or SCTP association.
  static let protocolState = ConnectionChanges(rawValue: 1 << 3)
  static let mark = ConnectionChanges(rawValue: 1 << 4)
}

/// Something that happened to an entry, as the kernel tells those who watch (`ctnetlink_conntrack_event`).
package struct ConnectionEvent {
  package enum Kind: Sendable, Hashable { case new, update, destroy }

  package let kind: Kind
  /// The entry as it was then.
  package let entry: ConnectionTrackingEntry
  /// `NetworkNamespace.now` when it happened, in nanoseconds.
  package let time: Int64
  /// Seconds that were left; `nil` for an entry that goes because its time is up.
  package let remainingSeconds: Int64?
  /// The kernel tells a state that changed, and the last one of an entry that goes.
  package let tellsState: Bool
  package let tellsMark: Bool
  /// A program took the entry out, not the kernel.
  package let isByProgram: Bool
}

extension ConnectionTracker {
  /// Begins to keep what happens to entries, for `conntrack -E`.
  package func watch() {
    guard log == nil else { return }
    log = []
    table.keepsExpired = true
  }

  package var isWatched: Bool { log != nil }

  /// What has happened since `watch()`, oldest first; empty where nobody watches. An entry goes when its time is up,
  /// though the kernel may take some seconds to notice.
  ///
  /// Complexity: O(n log n) in events and entries.
  package var events: [ConnectionEvent] {
    guard let log else { return [] }
    table.sweep(at: namespace.jiffies)
    let perTick = 1_000_000_000 / max(1, namespace.hz)
    let expired = table.expired.map { event(.destroy, $0, at: $0.timeout &* perTick, hasExpired: true) }
    return (log + expired).enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      .map(\.element)
  }

  /// Tells what changed about an entry, once nothing dropped the packet that changed it
  /// (`nf_ct_deliver_cached_events`).
  func report(_ entry: ConnectionTrackingEntry) {
    guard log != nil, !entry.changes.isEmpty, entry.isConfirmed, !entry.status.contains(.dying) else { return }
    log?.append(event(entry.changes.contains(.new) ? .new : .update, entry, at: namespace.now))
    entry.changes = []
  }

  /// Tells that an entry is taken out before its time.
  func reportDeletion(_ entry: ConnectionTrackingEntry, byProgram: Bool) {
    guard log != nil, entry.isConfirmed, !entry.status.contains(.dying) else { return }
    log?.append(event(.destroy, entry, at: namespace.now, isByProgram: byProgram))
  }

  private func event(
    _ kind: ConnectionEvent.Kind, _ entry: ConnectionTrackingEntry, at time: Int64, isByProgram: Bool = false,
    hasExpired: Bool = false
  ) -> ConnectionEvent {
    let remaining = entry.remainingSeconds(at: namespace.jiffies, hz: namespace.hz)
    return ConnectionEvent(
      kind: kind, entry: ConnectionTrackingEntry(copying: entry), time: time,
      remainingSeconds: hasExpired || (kind == .destroy && remaining == 0) ? nil : remaining,
      tellsState: kind == .destroy || entry.changes.contains(.protocolState),
      tellsMark: entry.mark != 0 || entry.changes.contains(.mark), isByProgram: isByProgram)
  }
}
