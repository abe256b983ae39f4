/// The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words.
public struct InternetChecksum: Sendable {
  private var sum: UInt64 = 0
  private var odd = false

  public init() {}

  /// Adds `bytes`, padding a last odd byte with zero only when `value` is asked.
  public mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      sum &+= odd ? UInt64(byte) : UInt64(byte) << 8
      odd.toggle()
    }
  }

  /// Adds one 16-bit word.
  public mutating func add(_ word: UInt16) { sum &+= UInt64(word) }

  /// The sum folded to 16 bits: `0xffff` when the bytes hold a fitting checksum.
  public var folded: UInt16 {
    var sum = sum
    while sum > 0xffff { sum = (sum & 0xffff) + (sum >> 16) }
    return UInt16(truncatingIfNeeded: sum)
  }

  /// What the checksum field must hold when it counted as zero in the sum.
  public var value: UInt16 { ~folded }

  /// The checksum of `bytes` alone.
  public static func of(_ bytes: some Sequence<UInt8>) -> UInt16 {
    var checksum = InternetChecksum()
    checksum.add(bytes)
    return checksum.value
  }

  /// The checksum of a TCP segment, UDP datagram or the like under the IPv4 pseudo-header
  /// (RFC 9293 section 3.1, RFC 768): addresses, zero, protocol, length of `payload`.
  public static func of(
    _ payload: Bytes, source: IPv4Address, destination: IPv4Address, protocolNumber: UInt8
  ) -> UInt16 {
    var checksum = InternetChecksum()
    checksum.add(source.bytes)
    checksum.add(destination.bytes)
    checksum.add(UInt16(protocolNumber))
    checksum.add(UInt16(truncatingIfNeeded: payload.count))
    checksum.add(payload)
    return checksum.value
  }
}

/// What is known of a checksum in a captured packet.
public enum ChecksumState: Sendable, Hashable {
  /// The stored value fits the bytes.
  case good
  /// The stored value does not fit; `expected` would.
  case bad(expected: UInt16)
  /// Cannot be verified, and why (cut short, edited out, a later fragment, not sent).
  case unverifiable(String)
}
