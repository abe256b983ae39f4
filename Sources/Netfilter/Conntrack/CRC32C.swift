import Wire

/// The checksum of SCTP (RFC 9260 appendix A): CRC32c, reflected polynomial 0x82f63b78.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82f6_3b78 : value >> 1 }
  }

  /// The four bytes that the checksum field of an SCTP packet must hold; the field itself counts as zero.
  static func ofSCTP(_ packet: Bytes) -> [UInt8] {
    var value: UInt32 = .max
    for (offset, byte) in packet.enumerated() {
      let byte = (8..<12).contains(offset) ? 0 : byte
      value = value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
    }
    value = ~value
    return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
