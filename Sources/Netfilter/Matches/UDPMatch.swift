/// `-m udp` (`net/netfilter/xt_tcpudp.c`).
package struct UDPMatch: Match {
  package static let name = "udp"
  package static let options = [
    OptionDefinition("sport", aliases: ["source-port"], spoken: "source-port", invertible: true),
    OptionDefinition("dport", aliases: ["destination-port"], spoken: "destination-port", invertible: true),
  ]
  package static let protocolNumber: UInt8? = 17

  private var source = PortRange()
  private var destination = PortRange()

  package init() {}

  /// What `--dport` gives; every port without it.
  package var destinationPorts: [PortRange] { [destination] }

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    let range = try PortRange(of: option, for: Self.name)
    if option.name == "sport" { source = range } else { destination = range }
  }

  package var saved: String { source.saved("sport") + destination.saved("dport") }

  package func listed(numeric: Bool) -> String {
    " udp" + source.listed("spt", .udp, numeric: numeric) + destination.listed("dpt", .udp, numeric: numeric)
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if context.fragmentOffset > 0 { return context.isLaterFragment() }
    guard context.packet.payload.count >= 8 else { return .hotdrop }
    let first = context.compare(source, "sport", "udp", "source_port", at: 0)
    guard first == .holds else { return first }
    return context.compare(destination, "dport", "udp", "destination_port", at: 2)
  }
}
