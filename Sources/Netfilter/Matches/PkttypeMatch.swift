/// `-m pkttype`: whom the frame was sent to (`net/netfilter/xt_pkttype.c`).
package struct PkttypeMatch: Match {
  package static let name = "pkttype"
  package static let options = [OptionDefinition("pkt-type", invertible: true, mandatory: true)]
  private static let names: [String: PacketType] = [
    "unicast": .host, "host": .host, "broadcast": .broadcast, "bcast": .broadcast, "multicast": .multicast,
    "mcast": .multicast, "otherhost": .otherHost,
  ]

  private var type = PacketType.host
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    guard let type = Self.names[option.value.lowercased()] else {
      throw OptionError("Bad packet type '\(option.value)'")
    }
    self.type = type
    inverted = option.inverted
  }

  private static func text(_ type: PacketType) -> String { type == .host ? "unicast" : type.rawValue }

  package var saved: String { SavedOption.text("pkt-type", Self.text(type), inverted: inverted) }

  package func listed(numeric: Bool) -> String { " PKTTYPE \(inverted ? "!=" : "=") \(Self.text(type))" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    var read = context.packet.packetType
    // What the host sends to a group comes back to it as this kind.
    if read == .loopback { read = context.packet.ip?.destination.isMulticast == true ? .multicast : .broadcast }
    return context.judge(
      read == type, "--pkt-type", .property("packet type"), read: Self.text(read), .equals, Self.text(type),
      inverted: inverted)
  }
}
