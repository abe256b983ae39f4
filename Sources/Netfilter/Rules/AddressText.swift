import Wire

/// Addresses with masks as iptables prints them.
package enum AddressText {
  /// `10.0.0.0/8`; a mask that is no prefix is written out.
  package static func withMask(_ address: IPv4Address, _ mask: UInt32) -> String { "\(address)/\(maskText(mask))" }

  /// The same without `/32`, as options of extensions are printed (`xtables_ipmask_to_numeric`).
  package static func withoutHostMask(_ address: IPv4Address, _ mask: UInt32) -> String {
    mask == .max ? address.description : withMask(address, mask)
  }

  private static func maskText(_ mask: UInt32) -> String {
    let length = (~mask).leadingZeroBitCount
    let isPrefix = length == 32 || mask << UInt32(length) == 0
    return isPrefix ? String(length) : IPv4Address(rawValue: mask).description
  }
}
