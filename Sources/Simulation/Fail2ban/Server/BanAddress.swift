import Wire

/// An address or a network as fail2ban compares them.
enum BanAddress: Hashable {
  case ip4(IPv4Prefix)
  case ip6(IPv6Address, length: Int)
  /// A name, or anything else.
  case text(String)

  init(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let bare = parts[0].hasPrefix("[") && parts[0].hasSuffix("]") ? String(parts[0].dropFirst().dropLast()) : parts[0]
    if let address = IPv4Address(bare) {
      if let prefix = IPv4Prefix("\(address)/\(parts.count == 2 ? parts[1] : "32")") {
        self = IPv4Prefix(address: prefix.network, length: prefix.length).map(Self.ip4) ?? .text(text)
        return
      }
    } else if let address = IPv6Address(bare), let length = parts.count == 2 ? Int(parts[1]) : 128 {
      let isMapped = address.high == 0 && address.low >> 32 == 0xffff && length == 128
      let short = IPv4Prefix(
        address: IPv4Address(rawValue: UInt32(truncatingIfNeeded: address.low)), length: 32)
      self = isMapped ? short.map(Self.ip4) ?? .text(text) : .ip6(address, length: length)
      return
    }
    self = .text(text)
  }

  /// Whether it names a single address.
  var isSingle: Bool {
    switch self {
    case .ip4(let prefix): prefix.length == 32
    case .ip6(_, let length): length == 128
    case .text: false
    }
  }

  var isIPv6: Bool {
    if case .ip6 = self { return true }
    return false
  }

  var isIPv4: Bool {
    if case .ip4 = self { return true }
    return false
  }

  /// Whether the other lies within.
  func contains(_ other: BanAddress) -> Bool {
    switch (self, other) {
    case (.ip4(let net), .ip4(let one)): net.length <= one.length && net.contains(one.address)
    case (.ip6(let net, let length), .ip6(let one, let otherLength)):
      length <= otherLength && Self.prefix(net, length) == Self.prefix(one, length)
    default: self == other
    }
  }

  private static func prefix(_ address: IPv6Address, _ length: Int) -> [UInt8] {
    address.bytes.enumerated().map { index, byte in
      let bits = min(max(length - index * 8, 0), 8)
      return bits == 0 ? 0 : byte & UInt8(truncatingIfNeeded: 0xff << (8 - bits))
    }
  }

  /// As it is printed: a network without the part behind its mask.
  var description: String {
    switch self {
    case .ip4(let prefix): prefix.length == 32 ? "\(prefix.address)" : "\(prefix.address)/\(prefix.length)"
    case .ip6(let address, let length): length == 128 ? "\(address)" : "\(address)/\(length)"
    case .text(let text): text
    }
  }
}
