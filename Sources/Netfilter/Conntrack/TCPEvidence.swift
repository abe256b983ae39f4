import Wire

/// Why the TCP tracker judges a segment as it does: the cell of its table, and the windows in numbers.
package struct TCPEvidence: Sendable, Hashable {
  /// What the table says of a segment of this kind, in this state and direction.
  package enum Cell: Sendable, Hashable {
    case to(TCPState)
    /// It passes but is not believed.
    case ignored
    case invalid
  }

  /// One of the four conditions that a segment must meet; sequence numbers are modulo 2^32.
  package struct Condition: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
      /// The segment's first number is below what the receiver has room for.
      case sequenceBelow
      /// Its end is above what the receiver has long had.
      case endAbove
      /// It acknowledges (SACK included) nothing that was not sent.
      case acknowledgmentBelow
      /// It acknowledges nothing too old.
      case acknowledgmentAbove
    }
    package var kind: Kind
    package var value: UInt32
    /// The value must be before, or after, this one.
    package var bound: UInt32
    package var holds: Bool
  }

  /// `SYN`, `SYN/ACK`, `FIN`, `ACK`, `RST`; `none` for a segment with none of these bits.
  package let kind: String
  package let direction: FlowDirection
  /// The entry's state before; `.none` where there is no entry.
  package let state: TCPState
  package let cell: Cell
  /// Whether the bits make a segment that TCP can send at all.
  package let hasValidFlags: Bool
  /// Empty where there is no window yet that the segment could be held against, or where the table alone decides.
  package let conditions: [Condition]

  private static let kinds = ["SYN", "SYN/ACK", "FIN", "ACK", "RST", "none"]

  /// - Parameters:
  ///   - bytes: the packet, from its IP header on.
  ///   - entry: as it stands before the packet is judged; `nil` where there is none.
  package init?(_ bytes: Bytes, _ entry: ConnectionTrackingEntry?, _ direction: FlowDirection) {
    guard let ip = IPv4Header(bytes), ip.protocolNumber == 6, let header = TCPHeader(ip.payload) else { return nil }
    let segment = TCPSegment(header)
    let tcp = entry?.tcp
    kind = Self.kinds[segment.kind.rawValue]
    self.direction = direction
    state = tcp?.state ?? .none
    hasValidFlags = segment.hasValidFlags
    switch TCPTransition.of(segment.kind, direction, in: state) {
    case .to(let next): cell = .to(next)
    case .ignore: cell = .ignored
    case .invalid: cell = .invalid
    }
    guard let tcp, case .to = cell else {
      conditions = []
      return
    }
    var (sender, receiver) = (tcp[direction], tcp[direction.opposite])
    conditions = TCPWindow.measure(segment, direction, tcp, &sender, &receiver)?.conditions ?? []
  }
}

/// A segment's numbers and the bounds that the windows seen so far set for them.
struct TCPWindowMeasure {
  var sequence: UInt32
  var end: UInt32
  var acknowledgment: UInt32
  /// The acknowledgment, or the highest SACK edge where that is higher.
  var highest: UInt32
  /// The sequence number must be before it.
  var sequenceLimit: UInt32
  /// The end must be after it, where the receiver's window is known.
  var oldestEnd: UInt32
  var hasReceiveWindow: Bool
  /// The highest acknowledgment must be before it, and after `oldestAck`.
  var acknowledgmentLimit: UInt32
  var oldestAck: UInt32

  var isSequenceInWindow: Bool { sequence.isBefore(sequenceLimit) }
  var isAcknowledgmentSent: Bool { highest.isBefore(acknowledgmentLimit) }
  var isEndNew: Bool { !hasReceiveWindow || end.isAfter(oldestEnd) }
  var isAcknowledgmentNew: Bool { highest.isAfter(oldestAck) }

  var conditions: [TCPEvidence.Condition] {
    [
      .init(kind: .sequenceBelow, value: sequence, bound: sequenceLimit, holds: isSequenceInWindow),
      .init(kind: .acknowledgmentBelow, value: highest, bound: acknowledgmentLimit, holds: isAcknowledgmentSent),
    ] + (hasReceiveWindow ? [.init(kind: .endAbove, value: end, bound: oldestEnd, holds: isEndNew)] : [])
      + [.init(kind: .acknowledgmentAbove, value: highest, bound: oldestAck, holds: isAcknowledgmentNew)]
  }
}
