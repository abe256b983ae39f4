import Wire

/// By how much the sequence numbers of a TCP connection are shifted, each way, since a helper has made a payload longer
/// or shorter (`net/netfilter/nf_conntrack_seqadj.c`).
package struct SequenceAdjustment: Sendable, Hashable {
  /// One direction's shift. Numbers up to `position` are shifted by `before`, later ones by `after`.
  package struct Shift: Sendable, Hashable {
    /// Sequence number, as its sender counts, of the last segment whose length was changed.
    package var position: UInt32 = 0
    package var before: Int32 = 0
    package var after: Int32 = 0

    /// A segment's payload was made longer by `shift` bytes; for one that was sent again nothing changes.
    mutating func add(_ shift: Int32, at sequence: UInt32) {
      guard before == after || position.isBefore(sequence) else { return }
      position = sequence
      before = after
      after &+= shift
    }

    /// The shift of a number as its sender counts.
    func amount(at sequence: UInt32) -> UInt32 {
      UInt32(bitPattern: sequence.isAfter(position) ? after : before)
    }

    /// A number as the other end knows it, as the sender counts.
    func undone(_ number: UInt32) -> UInt32 { number &- amount(at: number &- UInt32(bitPattern: before)) }
  }

  package var original = Shift()
  package var reply = Shift()

  package subscript(direction: FlowDirection) -> Shift {
    get { direction == .original ? original : reply }
    set { if direction == .original { original = newValue } else { reply = newValue } }
  }

  /// Shifts a segment's sequence number and acknowledgments (`nf_ct_seq_adjust`); `false` where it is too short or its
  /// options are not well formed, which drops it.
  func shift(_ packet: SocketBuffer, _ direction: FlowDirection) -> Bool {
    let start = packet.headerLength
    guard start >= 20, packet.bytes.count >= start + 20, let sequence = packet.bytes[...].uint32(at: start + 4),
      let acknowledgment = packet.bytes[...].uint32(at: start + 8)
    else { return false }
    let other = self[direction.opposite]
    let newSequence = sequence &+ self[direction].amount(at: sequence)
    packet.shift(at: start + 4, "sequence_number", from: sequence, to: newSequence)
    // Without ACK nothing is acknowledged, whatever stands there.
    guard packet.bytes[start + 13] & 0x10 != 0 else {
      if packet.hasPartialChecksum { packet.finishChecksum() }
      return true
    }
    packet.shift(at: start + 8, "acknowledgment_number", from: acknowledgment, to: other.undone(acknowledgment))
    let isWellFormed = shiftSelectiveAcknowledgments(packet, start, other)
    if packet.hasPartialChecksum { packet.finishChecksum() }
    return isWellFormed
  }

  /// The edges of selective acknowledgments (RFC 2018), in every such option.
  private func shiftSelectiveAcknowledgments(_ packet: SocketBuffer, _ start: Int, _ other: Shift) -> Bool {
    let end = start + Int(packet.bytes[start + 12] >> 4) * 4
    guard end <= packet.bytes.count else { return false }
    var offset = start + 20
    while offset < end {
      let kind = packet.bytes[offset]
      if kind == 0 { return true }
      if kind == 1 {
        offset += 1
        continue
      }
      guard offset + 1 < end, case let length = Int(packet.bytes[offset + 1]), length >= 2, offset + length <= end
      else { return false }
      if kind == 5, length >= 10, (length - 2) % 8 == 0 {
        for place in stride(from: offset + 2, to: offset + length, by: 4) {
          guard let edge = packet.bytes[...].uint32(at: place) else { continue }
          packet.shift(at: place, "sack_edge", from: edge, to: other.undone(edge))
        }
      }
      offset += length
    }
    return true
  }
}

extension SocketBuffer {
  /// Writes a number of the TCP header anew and brings the checksum up to date.
  fileprivate func shift(at offset: Int, _ what: String, from old: UInt32, to new: UInt32) {
    if !hasPartialChecksum { bytes.updateChecksum(at: headerLength + 16, from: old, to: new) }
    guard old != new else { return }
    bytes.store(new, at: offset)
    note("NAT", what, String(old), String(new), offset..<offset + 4)
  }
}
