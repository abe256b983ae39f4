/// `-m connbytes`: how much a connection has carried (`net/netfilter/xt_connbytes.c`).
package struct ConnbytesMatch: Match {
  private enum Direction: String { case original, reply, both }
  private enum Unit: String { case packets, bytes, avgpkt }

  package static let name = "connbytes"
  package static let options = [
    OptionDefinition("connbytes", invertible: true, mandatory: true),
    OptionDefinition("connbytes-dir", mandatory: true),
    OptionDefinition("connbytes-mode", mandatory: true),
  ]

  private var low: UInt64 = 0
  private var high = UInt64.max
  private var inverted = false
  private var direction = Direction.both
  private var unit = Unit.bytes

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "connbytes-dir":
      guard let direction = Direction(rawValue: option.value) else {
        throw OptionError("Unknown --connbytes-dir `\(option.value)'")
      }
      self.direction = direction
    case "connbytes-mode":
      guard let unit = Unit(rawValue: option.value) else {
        throw OptionError("Unknown --connbytes-mode `\(option.value)'")
      }
      self.unit = unit
    default: try takeRange(option)
    }
  }

  private mutating func takeRange(_ option: GivenOption) throws(OptionError) {
    let parts = option.value.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2 else {
      throw OptionError("connbytes: Too many components for option \"--connbytes\" (max: 2)")
    }
    let bounds = try parts.map { part throws(OptionError) -> UInt64? in
      if part.isEmpty { return nil }
      guard let (value, rest) = CNumber.prefix(part) else {
        let all = option.value[part.startIndex...]
        throw OptionError(
          "connbytes: bad value for option \"--connbytes\" near \"\(all)\", or out of range (0-\(UInt64.max)).")
      }
      guard rest.isEmpty else {
        let all = option.value[rest.startIndex...]
        throw OptionError("connbytes: Argument to \"--connbytes\" has unexpected characters near \"\(all)\".")
      }
      return value
    }
    low = bounds.first.flatMap { $0 } ?? 0
    high = bounds.count == 2 ? bounds[1] ?? .max : .max
    guard low <= high else { throw OptionError("\(low) should be less than \(high)") }
    // A range of one value turned round is itself.
    inverted = option.inverted && low != high
  }

  private var range: String { high == 0 || high == .max ? String(low) : "\(low):\(high)" }

  package var saved: String {
    SavedOption.text("connbytes", range, inverted: inverted)
      + " --connbytes-mode \(unit.rawValue) --connbytes-dir \(direction.rawValue)"
  }

  package func listed(numeric: Bool) -> String {
    "\(inverted ? " !" : "") connbytes \(range) connbytes mode \(unit.rawValue) connbytes direction "
      + direction.rawValue
  }

  /// A rule of this match turns accounting on for all connections made from then on, and leaves it on.
  package func makeState(in namespace: NetworkNamespace) -> ExtensionState? {
    let name = "net.netfilter.nf_conntrack_acct"
    if namespace.sysctl(name, default: 0) == 0 { namespace.sysctls[name] = 1 }
    return nil
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let counters = context.packet.connection?.counters else {
      return MatchResult(
        context.compare(
          false,
          Comparison("--connbytes", .property("connection"), read: "not counted", .present, range, holds: false)))
    }
    let packets: UInt64
    let bytes: UInt64
    switch direction {
    case .original: (packets, bytes) = (counters.original.packets, counters.original.bytes)
    case .reply: (packets, bytes) = (counters.reply.packets, counters.reply.bytes)
    case .both:
      packets = counters.original.packets &+ counters.reply.packets
      bytes = counters.original.bytes &+ counters.reply.bytes
    }
    let value =
      switch unit {
      case .packets: packets
      case .bytes: bytes
      case .avgpkt: packets == 0 ? 0 : bytes / packets
      }
    return context.judge(
      (low...high).contains(value), "--connbytes", .property("connection's \(unit.rawValue) (\(direction.rawValue))"),
      read: String(value), .within, range, inverted: inverted)
  }
}
