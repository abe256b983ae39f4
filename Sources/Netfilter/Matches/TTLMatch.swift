/// `-m ttl` (`net/netfilter/xt_hl.c`).
package struct TTLMatch: Match {
  package static let name = "ttl"
  private static let names = ["ttl-eq", "ttl-lt", "ttl-gt"]
  package static let options = [
    OptionDefinition("ttl-lt", excludes: names),
    OptionDefinition("ttl-gt", excludes: names),
    OptionDefinition("ttl-eq", aliases: ["ttl"], invertible: true, excludes: names),
  ]

  private var option = ""
  private var value: UInt8 = 0
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    value = try option.number(for: Self.name)
    self.option = option.name
    inverted = option.inverted
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if option.isEmpty { throw OptionError("TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt") }
  }

  package var saved: String { SavedOption.text(option, String(value), inverted: inverted) }

  package func listed(numeric: Bool) -> String {
    let sign =
      switch option {
      case "ttl-lt": "<"
      case "ttl-gt": ">"
      default: inverted ? "!=" : "=="
      }
    return " TTL match TTL \(sign) \(value)"
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if context.packet.isUnknown(8..<9) { return context.unknown("ttl") }
    let read = context.packet.ip?.timeToLive ?? 0
    let field = context.ipField("ttl", 8..<9)
    switch option {
    case "ttl-lt": return context.judge(read < value, "--ttl-lt", field, read: String(read), .below, String(value))
    case "ttl-gt": return context.judge(read > value, "--ttl-gt", field, read: String(read), .above, String(value))
    default:
      return context.judge(
        read == value, "--ttl-eq", field, read: String(read), .equals, String(value), inverted: inverted)
    }
  }
}
