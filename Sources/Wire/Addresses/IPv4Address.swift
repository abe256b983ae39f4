/// An IPv4 address (RFC 791 section 3.2), held in host byte order.
public struct IPv4Address: RawRepresentable, Sendable, Hashable, Comparable {
  public var rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Four decimal numbers of 0 to 255 with dots between: `89.238.65.123`. `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    var value: UInt32 = 0
    var parts = 0
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      guard parts < 4, (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let byte = UInt8(part)
      else { return nil }
      value = value << 8 | UInt32(byte)
      parts += 1
    }
    guard parts == 4 else { return nil }
    rawValue = value
  }

  /// The four bytes in network order at the start of `bytes`; `nil` where there are fewer.
  public init?(bytes: Bytes) {
    guard let value = bytes.uint32(at: 0) else { return nil }
    rawValue = value
  }

  /// The four bytes in network order.
  public var bytes: [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: rawValue >> UInt32($0)) }
  }

  public static let any = IPv4Address(rawValue: 0)
  public static let broadcast = IPv4Address(rawValue: .max)

  /// 127.0.0.0/8 (RFC 1122 section 3.2.1.3).
  public var isLoopback: Bool { rawValue >> 24 == 127 }
  /// 224.0.0.0/4 (RFC 1112).
  public var isMulticast: Bool { rawValue >> 28 == 0xe }

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension IPv4Address: CustomStringConvertible {
  public var description: String {
    "\(rawValue >> 24).\(rawValue >> 16 & 255).\(rawValue >> 8 & 255).\(rawValue & 255)"
  }
}

/// An address with a prefix length, as in `89.238.65.123/24`.
public struct IPv4Prefix: Sendable, Hashable {
  public var address: IPv4Address
  /// 0 to 32.
  public var length: Int

  public init?(address: IPv4Address, length: Int) {
    guard (0...32).contains(length) else { return nil }
    self.address = address
    self.length = length
  }

  /// `address` or `address/length`; the length defaults to 32.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPv4Address(first) else { return nil }
    guard parts.count == 2 else {
      self.init(address: address, length: 32)
      return
    }
    guard let length = Int(parts[1]), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    self.init(address: address, length: length)
  }

  /// `255.255.255.0` for a length of 24, as a number in host byte order.
  public var mask: UInt32 { length == 0 ? 0 : ~0 << UInt32(32 - length) }

  /// The address with its host bits cleared.
  public var network: IPv4Address { IPv4Address(rawValue: address.rawValue & mask) }

  /// The address with its host bits set; meaningful for lengths up to 30.
  public var broadcast: IPv4Address { IPv4Address(rawValue: address.rawValue | ~mask) }

  public func contains(_ other: IPv4Address) -> Bool { (other.rawValue ^ address.rawValue) & mask == 0 }
}

extension IPv4Prefix: CustomStringConvertible {
  public var description: String { "\(address)/\(length)" }
}
