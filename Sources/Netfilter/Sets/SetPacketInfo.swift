/// What an entry of a set with `skbinfo` says of a packet, for `SET --map-set` (`struct ip_set_skbinfo`).
package struct SetPacketInfo: Sendable, Hashable {
  /// Bits to clear in the packet's mark, then bits to flip.
  package var mark = MaskedValue(value: 0, mask: 0)
  /// Major number in the upper half, minor in the lower, as CLASSIFY has it.
  package var priority: UInt32 = 0

  package init() {}

  /// `0x1/0xff`, or `0x1` for the whole mark; `nil` for anything else. Hexadecimal digits only after `0x`, as ipset has it.
  static func mark(_ text: String) -> MaskedValue? {
    guard let start = text[...].hexadecimalStart, start.isPrefixed else { return nil }
    let rest = start.rest
    guard rest.first == "/", let mask = rest.dropFirst().hexadecimalStart, mask.isPrefixed else {
      // ipset passes over what follows and is no mask.
      return rest.isEmpty || rest.first == "/" ? MaskedValue(value: start.value, mask: .max) : nil
    }
    return MaskedValue(value: start.value, mask: mask.value)
  }

  /// `1:10`: major and minor number in hexadecimal, 16 bits each; `nil` for anything else.
  static func priority(_ text: String) -> UInt32? {
    guard let major = text[...].hexadecimalStart, major.rest.first == ":",
      let minor = major.rest.dropFirst().hexadecimalStart
    else { return nil }
    return (major.value & 0xffff) << 16 | minor.value & 0xffff
  }
}
