/// `-j MARK`: sets bits of the packet's mark (`net/netfilter/xt_mark.c`, revision 2).
package struct MarkTarget: Target {
  package static let name = "MARK"
  private static let names = ["set-xmark", "set-mark", "and-mark", "or-mark", "xor-mark"]
  package static let options = names.map { OptionDefinition($0, excludes: names) }

  /// Bits of the mask are cleared, then those of the value flipped.
  private var bits: MaskedValue?

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    bits = try MarkBits.read(option, extension: Self.name)
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if bits == nil {
      throw OptionError("MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required")
    }
  }

  package var saved: String { bits.map { " --set-xmark \(MarkBits.text($0))" } ?? "" }

  package func listed(numeric: Bool) -> String { bits.map { " MARK \(MarkBits.listed($0))" } ?? "" }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    guard let bits else { return .next }
    let packet = context.packet
    let before = packet.mark
    packet.mark = (before & ~bits.mask) ^ bits.value
    if before != packet.mark {
      packet.walk.record(
        .changed(
          PacketChange(by: Self.name, what: "mark", from: before.hexadecimal, to: packet.mark.hexadecimal)))
    }
    return .next
  }
}

/// The five ways to say what becomes of a mark, all of them a mask to clear and a value to flip.
enum MarkBits {
  static func read(_ option: GivenOption, extension name: String) throws(OptionError) -> MaskedValue {
    switch option.name {
    case "set-xmark", "set-mark":
      let bits = try option.maskedValue(for: name)
      return option.name == "set-mark" ? MaskedValue(value: bits.value, mask: bits.value | bits.mask) : bits
    default:
      guard let value: UInt32 = CNumber.parse(option.value) else {
        throw OptionError("\(name): bad value for option \"--\(option.name)\", or out of range (0-4294967295).")
      }
      switch option.name {
      case "and-mark": return MaskedValue(value: 0, mask: ~value)
      case "or-mark": return MaskedValue(value: value, mask: value)
      default: return MaskedValue(value: value, mask: 0)
      }
    }
  }

  /// `and 0xff`, `set 0x1`: what is done to the bits, as `iptables -L` says it.
  static func listed(_ bits: MaskedValue) -> String {
    let value = bits.value.hexadecimal
    if bits.value == 0 { return "and \((~bits.mask).hexadecimal)" }
    if bits.value == bits.mask { return "or \(value)" }
    if bits.mask == 0 { return "xor \(value)" }
    return bits.mask == .max ? "set \(value)" : "xset \(value)/\(bits.mask.hexadecimal)"
  }

  /// Value and mask, the mask always written.
  static func text(_ bits: MaskedValue) -> String { "\(bits.value.hexadecimal)/\(bits.mask.hexadecimal)" }
}
