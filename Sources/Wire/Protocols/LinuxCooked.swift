/// Linux cooked captures, as `-i any` makes them (LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2 of tcpdump.org).
package enum LinuxCooked {
  static let version1: [FieldDefinition] = [
    .init("packet_type", bits: 0..<16, "LINKTYPE_LINUX_SLL", .named(packetTypes)),
    .init("arphrd_type", bits: 16..<32, "LINKTYPE_LINUX_SLL", .named(hardware)),
    .init("link_layer_address_length", bits: 32..<48, "LINKTYPE_LINUX_SLL"),
    .init("link_layer_address", bits: 48..<112, "LINKTYPE_LINUX_SLL", .bytes),
    .init("protocol_type", bits: 112..<128, "LINKTYPE_LINUX_SLL", .namedHexadecimal(protocols)),
  ]
  static let version2: [FieldDefinition] = [
    .init("protocol_type", bits: 0..<16, "LINKTYPE_LINUX_SLL2", .namedHexadecimal(protocols)),
    .init("reserved", bits: 16..<32, "LINKTYPE_LINUX_SLL2", .hexadecimal),
    .init("interface_index", bits: 32..<64, "LINKTYPE_LINUX_SLL2"),
    .init("arphrd_type", bits: 64..<80, "LINKTYPE_LINUX_SLL2", .named(hardware)),
    .init("packet_type", bits: 80..<88, "LINKTYPE_LINUX_SLL2", .named(packetTypes)),
    .init("link_layer_address_length", bits: 88..<96, "LINKTYPE_LINUX_SLL2"),
    .init("link_layer_address", bits: 96..<160, "LINKTYPE_LINUX_SLL2", .bytes),
  ]

  private static let packetTypes: [UInt64: String] = [
    0: "to us", 1: "broadcast", 2: "multicast", 3: "between others", 4: "from us",
  ]
  private static let hardware: [UInt64: String] = [
    1: "Ethernet", 512: "PPP", 768: "IP-in-IP tunnel", 769: "IPv6 tunnel", 772: "loopback", 776: "sit", 778: "GRE",
    801: "802.11", 802: "802.11 with Prism header", 803: "802.11 with radiotap header", 823: "GRE over IPv6",
    824: "netlink", 65534: "none",
  ]
  private static let protocols = ProtocolNumbers.ether.merging(
    [1: "raw 802.3", 4: "802.2 LLC", 0x000c: "CAN"], uniquingKeysWith: { first, _ in first })
}

extension Dissector {
  static let linuxSLL = Dissector("linux_sll", [.linkType(.linuxSLL)]) { draft, extent in
    var layer = draft.layer("linux_sll", extent)
    layer.add(LinuxCooked.version1)
    draft.add(layer, length: 16)
    draft.carryCooked(layer.word(14), layer.word(2), extent.dropping(16))
  }

  static let linuxSLL2 = Dissector("linux_sll2", [.linkType(.linuxSLL2)]) { draft, extent in
    var layer = draft.layer("linux_sll2", extent)
    layer.add(LinuxCooked.version2)
    draft.add(layer, length: 20)
    draft.carryCooked(layer.word(0), layer.word(8), extent.dropping(20))
  }
}

extension DissectionDraft {
  /// - Parameter hardware: ARPHRD_ value; for netlink and GRE the protocol is no EtherType.
  fileprivate mutating func carryCooked(_ type: UInt16?, _ hardware: UInt16?, _ rest: Extent) {
    guard let type else { return payload(rest) }
    switch (hardware, type) {
    case (824, _): payload(rest, named: "netlink family \(type)")
    case (_, 1): payload(rest, named: "a raw 802.3 frame")
    case (_, 4): logicalLink(rest)
    default: dissect(.etherType(type), rest, otherwise: ProtocolNumbers.name(ether: type))
    }
  }
}
