import Wire

/// `-m rpfilter`: whether an answer would go back the way the packet came (`net/ipv4/netfilter/ipt_rpfilter.c`).
package struct RpfilterMatch: Match {
  package static let name = "rpfilter"
  private static let flags = ["loose", "validmark", "accept-local", "invert"]
  package static let options = flags.map { OptionDefinition($0, argument: .none) }
  package static let tables: [TableName] = [.raw, .mangle]
  package static let hooks: [Hook] = [.prerouting]

  private var given: Set<String> = []

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) { given.insert(option.name) }

  package var saved: String { Self.flags.filter(given.contains).map { " --\($0)" }.joined() }
  package func listed(numeric: Bool) -> String {
    " rpfilter" + Self.flags.filter(given.contains).map { " \($0)" }.joined()
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let ip = context.packet.ip, let stack = context.namespace.stack else { return .notModelled("-m rpfilter") }
    if context.packet.isUnknown(12..<20) { return context.unknown("addresses") }
    let (holds, read) = judge(ip, context, stack)
    return context.judge(
      holds, given.contains("loose") ? "--loose" : "-m rpfilter", context.ipField("source_address", 12..<16),
      read: read, .equals, given.contains("loose") ? "any way back" : context.inputInterface,
      inverted: given.contains("invert"))
  }

  private func judge(
    _ ip: IPv4Header, _ context: PacketContext, _ stack: any NetworkStack
  ) -> (holds: Bool, read: String) {
    if context.inputInterface == "lo" || context.packet.packetType == .loopback { return (true, "lo") }
    let isForAll = ip.destination == .broadcast || ip.destination.rawValue >> 8 == 0xe00000
    if ip.source.rawValue >> 24 == 0, isForAll { return (true, "no address yet") }
    guard let back = stack.reverseRoute(to: ip.source) else { return (false, "no way back") }
    guard back.kind == .unicast || (back.kind == .local && given.contains("accept-local")) else {
      return (false, "\(ip.source) is a \(back.kind.rawValue) address")
    }
    return (back.interface == context.inputInterface || given.contains("loose"), "\(ip.source) by \(back.interface)")
  }
}
