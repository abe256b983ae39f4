import Wire

/// Addresses with masks as iptables prints them.
package enum AddressText {
  /// `10.0.0.0/8`; a mask that is no prefix is written out.
  package static func withMask(_ address: IPv4Address, _ mask: UInt32) -> String { "\(address)/\(maskText(mask))" }

  /// The same without `/32`, as options of extensions are printed (`xtables_ipmask_to_numeric`).
  package static func withoutHostMask(_ address: IPv4Address, _ mask: UInt32) -> String {
    mask == .max ? address.description : withMask(address, mask)
  }

  /// Names that a host without a name server knows: those of Debian's `/etc/hosts` and `/etc/networks`.
  private static let names: [Substring: String] = [
    "0.0.0.0": "default", "127.0.0.1": "localhost", "127.0.0.0": "loopback", "169.254.0.0": "link-local",
  ]

  /// An address, with or without a mask behind it, by its name where it has one.
  package static func named(_ text: Substring) -> String {
    let address = text.prefix { $0 != "/" }
    guard let name = names[address] else { return String(text) }
    return name + text[address.endIndex...]
  }

  private static func maskText(_ mask: UInt32) -> String {
    let length = (~mask).leadingZeroBitCount
    let isPrefix = length == 32 || mask << UInt32(length) == 0
    return isPrefix ? String(length) : IPv4Address(rawValue: mask).description
  }
}
