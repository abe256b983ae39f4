import Wire

/// Which way a packet of a flow goes: as its first packet did, or back.
package enum FlowDirection: Sendable, Hashable {
  case original, reply

  package var opposite: FlowDirection { self == .original ? .reply : .original }
  /// As the kernel's messages number it.
  var index: Int { self == .original ? 0 : 1 }
}

extension ConnectionInfo {
  /// The direction of a packet with this relation (`CTINFO2DIR`).
  package var direction: FlowDirection { self == .establishedReply || self == .relatedReply ? .reply : .original }
}

/// What happened to a flow so far (`enum ip_conntrack_status`).
package struct ConnectionStatus: OptionSet, Sendable, Hashable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// An expectation of another connection made it.
  package static let expected = ConnectionStatus(rawValue: 1 << 0)
  package static let seenReply = ConnectionStatus(rawValue: 1 << 1)
  /// Both ends spoke as their protocol wants: not the first to go when the table is full.
  package static let assured = ConnectionStatus(rawValue: 1 << 2)
  /// In the table: the first packet left the host or was delivered.
  package static let confirmed = ConnectionStatus(rawValue: 1 << 3)
  package static let sourceNAT = ConnectionStatus(rawValue: 1 << 4)
  package static let destinationNAT = ConnectionStatus(rawValue: 1 << 5)
  package static let sequenceAdjust = ConnectionStatus(rawValue: 1 << 6)
  /// The source was decided on, be it to leave it.
  package static let sourceNATDone = ConnectionStatus(rawValue: 1 << 7)
  package static let destinationNATDone = ConnectionStatus(rawValue: 1 << 8)
  /// Taken out of the table; packets under way may still hold it.
  package static let dying = ConnectionStatus(rawValue: 1 << 9)
  package static let fixedTimeout = ConnectionStatus(rawValue: 1 << 10)
  /// Not a connection: what `-j CT` puts before tracking, which makes the packet's new connection after it.
  package static let template = ConnectionStatus(rawValue: 1 << 11)
  /// Shares its original tuple with another entry: found by replies only.
  package static let natClash = ConnectionStatus(rawValue: 1 << 12)

  /// A rule gave it its helper.
  package static let helper = ConnectionStatus(rawValue: 1 << 13)

  static let anyNAT: ConnectionStatus = [.sourceNAT, .destinationNAT]
  static let allNATDone: ConnectionStatus = [.sourceNATDone, .destinationNATDone]
}

/// One flow that connection tracking knows (`struct nf_conn`).
package final class ConnectionTrackingEntry {
  /// As the first packet looked before any translation.
  package let original: FlowTuple
  /// As answers look when they arrive; differs from the inverse of `original` where addresses are translated.
  package internal(set) var reply: FlowTuple
  package internal(set) var status: ConnectionStatus = [] {
    didSet {
      let gained = status.subtracting(oldValue)
      if gained.contains(.seenReply) { changes.insert(.reply) }
      if gained.contains(.assured) { changes.insert(.assured) }
    }
  }
  /// Timer tick (`NetworkNamespace.jiffies`) at which the entry ends; until it is confirmed, the ticks it will live.
  package internal(set) var timeout: Int64 = 0
  /// `ct->mark`, set by CONNMARK.
  package var mark: UInt32 = 0 { didSet { if mark != oldValue { changes.insert(.mark) } } }
  /// The connection that this one belongs to, for those that an expectation made.
  package internal(set) var master: ConnectionTrackingEntry?
  /// Reads the connection for others that it announces; what a template hands to the connections it makes.
  package internal(set) var helper: (any ConnectionHelper)?
  /// What is known of a TCP connection.
  package internal(set) var tcp: TCPTracking? {
    didSet { if tcp?.state != oldValue?.state { changes.insert(.protocolState) } }
  }
  /// What is known of an SCTP association.
  package internal(set) var sctp: SCTPTracking? {
    didSet { if sctp?.state != oldValue?.state { changes.insert(.protocolState) } }
  }
  /// Packets and bytes each way; `nil` unless accounting was on when the entry was made.
  package internal(set) var counters: FlowCounters?
  /// Counts entries in the order they were made.
  package let serial: Int
  /// `NetworkNamespace.now` when it was made, in nanoseconds.
  package let created: Int64
  /// A UDP flow still busy after this tick is a stream (`stream_ts`).
  var streamStart: Int64 = 0
  /// The kernel picked a port at random: the one here is but one it may have taken.
  package internal(set) var hasRandomPort = false
  /// The interface that MASQUERADE took the address of.
  var masqueradeInterface: String?
  /// What those who watch were not told yet.
  var changes: ConnectionChanges = []

  package init(original: FlowTuple, reply: FlowTuple, serial: Int = 0, created: Int64 = 0) {
    self.original = original
    self.reply = reply
    self.serial = serial
    self.created = created
  }

  /// The entry as it is now, which what happens later does not change.
  init(copying other: ConnectionTrackingEntry) {
    original = other.original
    reply = other.reply
    status = other.status
    timeout = other.timeout
    mark = other.mark
    tcp = other.tcp
    sctp = other.sctp
    counters = other.counters
    serial = other.serial
    created = other.created
    helper = other.helper
  }

  package subscript(direction: FlowDirection) -> FlowTuple { direction == .original ? original : reply }

  package var protocolNumber: UInt8 { original.protocolNumber }
  package var isConfirmed: Bool { status.contains(.confirmed) }

  /// Seconds left at a tick, as `conntrack -L` counts them: rounded down, not below 0 (`nf_ct_expires`).
  package func remainingSeconds(at jiffies: Int64, hz: Int64) -> Int64 {
    max(0, isConfirmed ? timeout - jiffies : timeout) / max(1, hz)
  }

  /// The same as `--ctexpire` counts them. The timeout of an entry that is not confirmed yet is a span, and the kernel
  /// takes it for a time all the same: its ticks count from 300 s before the machine started.
  func comparedSeconds(at jiffies: Int64, hz: Int64) -> Int64 {
    max(0, timeout - (isConfirmed ? jiffies : jiffies - 300 * hz)) / max(1, hz)
  }

  func isExpired(at jiffies: Int64) -> Bool { timeout - jiffies <= 0 }
}

/// Packets and bytes of a flow, each way (`struct nf_conn_acct`).
package struct FlowCounters: Sendable, Hashable {
  package var original = Counters()
  package var reply = Counters()

  package subscript(direction: FlowDirection) -> Counters {
    get { direction == .original ? original : reply }
    set { if direction == .original { original = newValue } else { reply = newValue } }
  }
}
