/// `-j TTL`: changes the time to live (`net/netfilter/xt_HL.c`).
package struct TTLTarget: Target {
  package static let name = "TTL"
  private static let names = ["ttl-set", "ttl-inc", "ttl-dec"]
  package static let options = ["ttl-set", "ttl-dec", "ttl-inc"].map { OptionDefinition($0, excludes: names) }
  package static let tables: [TableName] = [.mangle]

  private var option = ""
  private var value: UInt8 = 0

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    value = try option.number((option.name == "ttl-set" ? 0 : 1)...UInt8.max, for: Self.name)
    self.option = option.name
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if option.isEmpty { throw OptionError("TTL: You must specify an action") }
  }

  package var saved: String { " --\(option) \(value)" }

  package func listed(numeric: Bool) -> String {
    let verb = option == "ttl-set" ? "set to" : option == "ttl-inc" ? "increment by" : "decrement by"
    return " TTL \(verb) \(value)"
  }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    guard let ip = context.packet.ip else { return .next }
    let old = Int(ip.timeToLive)
    let new =
      switch option {
      case "ttl-inc": old + Int(value)
      case "ttl-dec": old - Int(value)
      default: Int(value)
      }
    context.packet.setTimeToLive(UInt8(clamping: new), by: Self.name)
    return .next
  }
}
