import Wire

/// What the TCP tracker reads of a segment.
struct TCPSegment {
  let header: TCPHeader
  let kind: TCPSegmentKind
  /// Sequence number after the last byte, counting SYN and FIN (`segment_seq_plus_len`).
  let end: UInt32

  init(_ header: TCPHeader) {
    self.header = header
    kind = TCPSegmentKind(header.flags)
    var length = UInt32(truncatingIfNeeded: header.bytes.count - header.headerLength)
    if header.flags.contains(.syn) { length &+= 1 }
    if header.flags.contains(.fin) { length &+= 1 }
    end = header.sequenceNumber &+ length
  }

  var sequence: UInt32 { header.sequenceNumber }
  var acknowledgment: UInt32 { header.acknowledgmentNumber }
  var flags: TCPFlags { header.flags }
  var window: UInt16 { header.window }
  var options: Bytes { header.options }

  /// Combinations of control bits that a segment may have; PSH, ECE and CWR go with all (`tcp_valid_flags`).
  private static let validFlags: Set<TCPFlags> = [
    [.syn], [.syn, .urg], [.syn, .ack], [.rst], [.rst, .ack], [.fin, .ack], [.fin, .ack, .urg], [.ack], [.ack, .urg],
  ]

  var hasValidFlags: Bool { Self.validFlags.contains(flags.subtracting([.psh, .ece, .cwr])) }
}
