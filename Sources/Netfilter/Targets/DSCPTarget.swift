/// `-j DSCP`: sets the differentiated services code point (`net/netfilter/xt_DSCP.c`).
package struct DSCPTarget: Target {
  package static let name = "DSCP"
  package static let options = [
    OptionDefinition("set-dscp", excludes: ["set-dscp-class"]),
    OptionDefinition("set-dscp-class", excludes: ["set-dscp"]),
  ]
  package static let tables: [TableName] = [.mangle]

  private var value: UInt8?

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    value = try option.name == "set-dscp" ? option.number(0...63, for: Self.name) : DSCPClasses.value(option.value)
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if value == nil { throw OptionError("DSCP target: Parameter --set-dscp is required") }
  }

  package var saved: String { " --set-dscp \((value ?? 0).hexadecimal)" }

  package func listed(numeric: Bool) -> String { " DSCP set \((value ?? 0).hexadecimal)" }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    guard let value, let ip = context.packet.ip else { return .next }
    if ip.typeOfService >> 2 != value {
      context.packet.setService(ip.typeOfService & 3 | value << 2, by: Self.name)
    }
    return .next
  }
}
