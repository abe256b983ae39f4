import Wire

/// `-j MASQUERADE`: the source address becomes that of the outgoing interface (`net/netfilter/xt_MASQUERADE.c`).
package struct MasqueradeTarget: Target {
  package static let name = "MASQUERADE"
  package static let options = [
    OptionDefinition("to-ports"),
    OptionDefinition("random", argument: .none),
    OptionDefinition("random-fully", argument: .none),
  ]
  package static let tables: [TableName] = [.nat]
  package static let hooks: [Hook] = [.postrouting]

  /// Where to.
  package private(set) var range = TranslationRange()

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    guard option.name == "to-ports" else { return range.takeFlag(option.name) }
    try range.takePorts(option.value, option)
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) { range.forgetPortBase() }

  package var saved: String { range.saved("to-ports", onlyPorts: true) }

  package func listed(numeric: Bool) -> String { range.listedPorts("masq ports:") }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    let packet = context.packet
    guard let entry = packet.connection, let ip = packet.ip else { return .accept }
    // A host without an address yet, asking for one: leave it alone.
    if entry.original.source == .any { return .accept }
    let interface = packet.outputInterface ?? ""
    let next = packet.route?.gateway ?? ip.destination
    guard let address = context.namespace.stack?.address(of: interface, for: next) else { return .drop }
    if !entry.isConfirmed { entry.masqueradeInterface = interface }
    return context.translate(to: range.to(address), by: Self.name)
  }
}
