import Wire

/// `-j REDIRECT`: the destination becomes this host (`net/netfilter/xt_REDIRECT.c`).
package struct RedirectTarget: Target {
  package static let name = "REDIRECT"
  package static let options = [
    OptionDefinition("to-ports"),
    OptionDefinition("random", argument: .none),
  ]
  package static let tables: [TableName] = [.nat]
  package static let hooks: [Hook] = [.prerouting, .output]

  /// Where to.
  package private(set) var range = TranslationRange()

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    guard option.name == "to-ports" else { return range.takeFlag(option.name) }
    try range.takePorts(option.value, option)
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if range.portBase != nil { throw OptionError("Shifted portmap ranges not supported with this kernel") }
  }

  package var saved: String { range.saved("to-ports", onlyPorts: true) }

  package func listed(numeric: Bool) -> String { range.listedPorts("redir ports") }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    let loopback = IPv4Address(rawValue: 0x7f00_0001)
    let interface = context.packet.inputInterface ?? "lo"
    let address =
      context.hook == .output || interface == "lo"
      ? loopback : context.namespace.stack?.address(of: interface, for: .any)
    // An interface without an address takes the packet nowhere.
    guard let address else { return .drop }
    return context.translate(to: range.to(address), by: Self.name)
  }
}
