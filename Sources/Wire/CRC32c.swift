/// The CRC with Castagnoli's polynomial that SCTP uses (RFC 9260 appendix A).
package struct CRC32c: Sendable {
  private var register: UInt32 = .max

  package init() {}

  package mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      register = Self.table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] ^ register >> 8
    }
  }

  /// The checksum; sent least significant byte first.
  package var value: UInt32 { ~register }

  /// Polynomial 0x1EDC6F41, bits reflected.
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0x82f6_3b78 ^ value >> 1 : value >> 1 }
  }

  /// The four bytes that the checksum field of an SCTP packet must hold; the field itself counts as zero.
  package static func ofSCTP(_ packet: Bytes) -> [UInt8] {
    var crc = CRC32c()
    crc.add(packet.prefix(8))
    crc.add([0, 0, 0, 0])
    crc.add(packet.dropFirst(12))
    return [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: crc.value >> $0) }
  }
}
