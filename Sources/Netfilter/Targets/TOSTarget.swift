/// `-j TOS`: changes the type of service byte (`net/netfilter/xt_DSCP.c`).
package struct TOSTarget: Target {
  package static let name = "TOS"
  private static let names = ["set-tos", "and-tos", "or-tos", "xor-tos"]
  package static let options = names.map { OptionDefinition($0, excludes: names) }
  package static let tables: [TableName] = [.mangle]

  /// Bits of the mask are cleared, then those of the value flipped.
  private var bits: ServiceBits?

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    var bits = ServiceBits()
    if option.name == "set-tos" {
      bits = try ServiceBits(option.value, maskOfNames: 0x3f)
    } else {
      let value: UInt8 = try option.number(for: Self.name)
      switch option.name {
      case "and-tos": (bits.value, bits.mask) = (0, ~value)
      case "or-tos": (bits.value, bits.mask) = (value, value)
      default: (bits.value, bits.mask) = (value, 0)
      }
    }
    self.bits = bits
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if bits == nil { throw OptionError("TOS: An action is required") }
  }

  package var saved: String { bits.map { " --set-tos \($0.text)" } ?? "" }

  package func listed(numeric: Bool) -> String {
    guard let bits else { return "" }
    if numeric { return " TOS set \(bits.text)" }
    if let name = bits.name { return "  TOS set\(name)" }
    if bits.value == 0 { return " TOS and \((~bits.mask).hexadecimal)" }
    if bits.value == bits.mask { return " TOS or \(bits.value.hexadecimal)" }
    return bits.mask == 0 ? " TOS xor \(bits.value.hexadecimal)" : " TOS set \(bits.text)"
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    guard let bits, let ip = context.packet.ip else { return .next }
    context.packet.setService((ip.typeOfService & ~bits.mask) ^ bits.value, by: Self.name)
    return .next
  }
}
