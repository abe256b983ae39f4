/// What an entry of a set with `skbinfo` says of a packet, for `SET --map-set` (`struct ip_set_skbinfo`).
package struct SetPacketInfo: Sendable, Hashable {
  /// Bits to clear in the packet's mark, then bits to flip.
  package var mark = MaskedValue(value: 0, mask: 0)
  /// Major number in the upper half, minor in the lower, as CLASSIFY has it.
  package var priority: UInt32 = 0

  package init() {}

  /// `0x1/0xff`, or `0x1` for the whole mark; `nil` for anything else. Hexadecimal digits only after `0x`, as ipset has it.
  static func mark(_ text: String) -> MaskedValue? {
    guard let (value, rest) = number(text[...], needsPrefix: true) else { return nil }
    guard rest.first == "/", let (mask, _) = number(rest.dropFirst(), needsPrefix: true) else {
      // ipset passes over what follows and is no mask.
      return rest.isEmpty || rest.first == "/" ? MaskedValue(value: value, mask: .max) : nil
    }
    return MaskedValue(value: value, mask: mask)
  }

  /// `1:10`: major and minor number in hexadecimal, 16 bits each; `nil` for anything else.
  static func priority(_ text: String) -> UInt32? {
    guard let (major, rest) = number(text[...], needsPrefix: false), rest.first == ":",
      let (minor, _) = number(rest.dropFirst(), needsPrefix: false)
    else { return nil }
    return (major & 0xffff) << 16 | minor & 0xffff
  }

  private static func number(_ text: Substring, needsPrefix: Bool) -> (UInt32, rest: Substring)? {
    let hasPrefix = text.hasPrefix("0x") || text.hasPrefix("0X")
    guard hasPrefix || !needsPrefix else { return nil }
    let bare = hasPrefix ? text.dropFirst(2) : text
    let digits = bare.prefix { $0.isASCII && $0.isHexDigit }
    guard let value = UInt32(digits, radix: 16) else { return nil }
    return (value, bare[digits.endIndex...])
  }
}
