import Wire

/// What tracking keeps about a TCP connection (`struct ip_ct_tcp`).
package struct TCPTracking: Sendable, Hashable {
  package internal(set) var state: TCPState = .none
  /// What the initiator sent.
  package internal(set) var original = TCPEndpoint()
  /// What the other end sent.
  package internal(set) var reply = TCPEndpoint()
  /// By how much numbers are shifted on their way; `nil` while they are not.
  var adjustment: SequenceAdjustment?
  /// The last segment believed, or the last one let pass unbelieved.
  var last = LastSegment()
  /// Equal acknowledgments in a row; wraps around at 256 as the kernel's byte does.
  var retransmissions: UInt8 = 0

  package subscript(direction: FlowDirection) -> TCPEndpoint {
    get { direction == .original ? original : reply }
    set { if direction == .original { original = newValue } else { reply = newValue } }
  }

  /// What later segments are held against.
  struct LastSegment: Sendable, Hashable {
    var direction: FlowDirection = .original
    var kind: TCPSegmentKind?
    var sequence: UInt32 = 0
    var acknowledgment: UInt32 = 0
    /// Sequence number after its last byte.
    var end: UInt32 = 0
    /// Not scaled.
    var window: UInt16 = 0
    var windowScale: UInt8 = 0
    /// The options of a SYN that was ignored, and what its answer may be.
    var options: TCPEndpoint.Flags = []
    /// A challenge ACK (RFC 5961) may come.
    var expectsChallenge = false
    var isSimultaneousOpen = false
  }
}

/// The window of one end, as far as it was seen (`struct ip_ct_tcp_state`). Sequence numbers are modulo 2^32.
package struct TCPEndpoint: Sendable, Hashable {
  package struct Flags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let windowScale = Flags(rawValue: 0x01)
    package static let sackPermitted = Flags(rawValue: 0x02)
    /// Sent the first FIN.
    package static let closeInitiator = Flags(rawValue: 0x04)
    package static let liberal = Flags(rawValue: 0x08)
    package static let dataUnacknowledged = Flags(rawValue: 0x10)
    package static let maximumAckSet = Flags(rawValue: 0x20)
  }

  /// One more than the highest sequence number sent.
  package internal(set) var end: UInt32 = 0
  /// One more than the highest sequence number that the other end allows.
  package internal(set) var maximumEnd: UInt32 = 0
  /// The largest window offered, scaled; 0 while nothing was seen from this end.
  package internal(set) var maximumWindow: UInt32 = 0
  /// The highest acknowledgment number sent.
  package internal(set) var maximumAck: UInt32 = 0
  /// Window scale, 0 to 14 (RFC 7323).
  package internal(set) var windowScale: UInt8 = 0
  package internal(set) var flags: Flags = []

  /// Forgets all but whether to be liberal (`nf_ct_tcp_state_reset`).
  mutating func reset() {
    let kept = flags.intersection(.liberal)
    self = TCPEndpoint()
    flags = kept
  }

  /// Notes window scale and SACK permission of a SYN (`tcp_options`); without options nothing changes.
  mutating func readOptions(_ options: Bytes) {
    guard !options.isEmpty else { return }
    windowScale = 0
    flags.formIntersection(.liberal)
    TCPOptionWalk.each(options) { kind, value in
      switch (kind, value.count) {
      case (4, 0): flags.insert(.sackPermitted)
      case (3, 1):
        windowScale = min(value.first ?? 0, 14)
        flags.insert(.windowScale)
      default: break
      }
      return true
    }
  }
}

/// TCP options one after the other, as tracking reads them: it stops at the first that does not fit.
enum TCPOptionWalk {
  /// Calls `body` with each option's kind and what follows its length, until it gives `false`.
  static func each(_ options: Bytes, _ body: (UInt8, Bytes) -> Bool) {
    var offset = 0
    while let kind = options.byte(at: offset), kind != 0 {
      if kind == 1 {
        offset += 1
        continue
      }
      guard let length = options.byte(at: offset + 1), length >= 2, offset + Int(length) <= options.count else {
        return
      }
      guard body(kind, options.slice(at: offset + 2, length: Int(length) - 2)) else { return }
      offset += Int(length)
    }
  }

  /// The highest right edge of the first SACK option, or `acknowledgment` where none is higher (`tcp_sack`).
  static func highestAcknowledged(_ options: Bytes, _ acknowledgment: UInt32) -> UInt32 {
    var highest = acknowledgment
    each(options) { kind, value in
      guard kind == 5, value.count >= 8, value.count % 8 == 0 else { return true }
      for offset in stride(from: 4, to: value.count, by: 8) {
        if let edge = value.uint32(at: offset), edge.isAfter(highest) { highest = edge }
      }
      return false
    }
    return highest
  }
}

extension UInt32 {
  /// Sequence number comparison modulo 2^32 (`before` in `net/tcp.h`).
  func isBefore(_ other: UInt32) -> Bool { Int32(bitPattern: self &- other) < 0 }
  func isAfter(_ other: UInt32) -> Bool { other.isBefore(self) }
}
