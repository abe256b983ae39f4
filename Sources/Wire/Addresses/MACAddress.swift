/// An IEEE 802 MAC-48 address, six bytes in transmission order.
public struct MACAddress: Sendable, Hashable {
  /// Always six bytes.
  public let bytes: [UInt8]

  /// The first six bytes of `bytes`; `nil` where there are fewer.
  public init?(bytes: Bytes) {
    guard bytes.count >= 6 else { return nil }
    self.bytes = Array(bytes.prefix(6))
  }

  /// Six pairs of hexadecimal digits with colons between: `52:54:00:12:34:56`. `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    var bytes: [UInt8] = []
    for part in text.split(separator: ":", omittingEmptySubsequences: false) {
      guard (1...2).contains(part.utf8.count), let byte = UInt8(part, radix: 16) else { return nil }
      bytes.append(byte)
    }
    guard bytes.count == 6 else { return nil }
    self.bytes = bytes
  }

  public static let zero = MACAddress(repeating: 0)
  public static let broadcast = MACAddress(repeating: 0xff)

  private init(repeating byte: UInt8) { bytes = Array(repeating: byte, count: 6) }
}

extension MACAddress: CustomStringConvertible {
  public var description: String { bytes.map { [$0].hex }.joined(separator: ":") }
}
