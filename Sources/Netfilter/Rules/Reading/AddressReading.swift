import Wire

/// Addresses as iptables reads them (`xtables_ipparse_multiple`).
package enum AddressReading {
  /// Names that any Debian machine knows without asking the network (`/etc/networks`, `/etc/hosts`), in any case.
  private static let names: [String: UInt32] = [
    "default": 0, "loopback": 0x7f00_0000, "link-local": 0xa9fe_0000, "localhost": 0x7f00_0001,
  ]

  /// One address, with a mask or prefix length after `/`; host bits are cleared.
  package static func network(_ text: some StringProtocol) throws(OptionError) -> (address: IPv4Address, mask: UInt32) {
    let text = String(text)
    guard let slash = text.lastIndex(of: "/") else { return (try address(text), .max) }
    let mask = try mask(text[text.index(after: slash)...])
    if mask == 0 { return (.any, 0) }
    return (IPv4Address(rawValue: try address(text[..<slash]).rawValue & mask), mask)
  }

  /// A dotted address (short forms and other bases allowed) or a name known everywhere.
  package static func address(_ text: some StringProtocol) throws(OptionError) -> IPv4Address {
    if let value = dotted(text, whole: false) ?? names[text.lowercased()] ?? asNumber(text) {
      return IPv4Address(rawValue: value)
    }
    throw OptionError("host/network `\(text)' not found")
  }

  /// A dotted address, short forms and other bases allowed (`xtables_numeric_to_ipaddr`).
  package static func numeric(_ text: some StringProtocol) -> IPv4Address? {
    dotted(text, whole: false).map(IPv4Address.init(rawValue:))
  }

  /// One address as `getaddrinfo(3)` takes it: one of IPv6 only where it stands for one of IPv4.
  package static func host(_ text: some StringProtocol) throws(OptionError) -> IPv4Address {
    if let number = asNumber(text) ?? (text.lowercased() == "localhost" ? names["localhost"] : nil) {
      return IPv4Address(rawValue: number)
    }
    guard let other = IPv6Address(text.prefix { $0 != "%" }) else {
      throw OptionError("getaddrinfo: Name or service not known")
    }
    guard other.high == 0, other.low >> 32 == 0xffff else {
      throw OptionError("getaddrinfo: Address family for hostname not supported")
    }
    return IPv4Address(rawValue: UInt32(truncatingIfNeeded: other.low))
  }

  /// A prefix length, or a mask that is one; any other mask counts as none at all (`xtopt_parse_plenmask`).
  package static func prefixMask(
    _ text: some StringProtocol, of option: GivenOption, _ owner: String
  ) throws(OptionError) -> UInt32 {
    if let length = CNumber.parse(text, 0...32) { return length == 0 ? 0 : ~0 << UInt32(32 - length) }
    guard let mask = asNumber(text) else {
      throw OptionError(
        "\(owner): bad value for option \"--\(option.name)\", neither a valid network mask nor valid CIDR (0-32).")
    }
    return (~mask &+ 1) & ~mask == 0 ? mask : .max
  }

  /// A prefix length, or a dotted mask of four parts.
  package static func mask(_ text: some StringProtocol) throws(OptionError) -> UInt32 {
    if let value = dotted(text, whole: true) { return value }
    guard let length = CNumber.parse(text, 0...32) else { throw OptionError("invalid mask `\(text)' specified") }
    return length == 0 ? 0 : ~0 << UInt32(32 - length)
  }

  /// Four numbers with dots between; where fewer may stand, the missing last ones are 0.
  private static func dotted(_ text: some StringProtocol, whole: Bool) -> UInt32? {
    let parts = text.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4 || !whole else { return nil }
    var value: UInt32 = 0
    for index in 0..<4 {
      var byte: UInt8 = 0
      if index < parts.count {
        guard let given: UInt8 = CNumber.parse(parts[index]) else { return nil }
        byte = given
      }
      value = value << 8 | UInt32(byte)
    }
    return value
  }

  /// The older forms of `inet_aton(3)`, whose last part fills all remaining bytes.
  private static func asNumber(_ text: some StringProtocol) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...4).contains(parts.count), let last = parts.last else { return nil }
    var value: UInt64 = 0
    for part in parts.dropLast() {
      guard let byte: UInt8 = CNumber.parse(part) else { return nil }
      value = value << 8 | UInt64(byte)
    }
    let bits = UInt64(8 * (5 - parts.count))
    guard let rest = CNumber.parse(last, 0...(1 << bits) - 1) else { return nil }
    return UInt32(truncatingIfNeeded: value << bits | rest)
  }
}
