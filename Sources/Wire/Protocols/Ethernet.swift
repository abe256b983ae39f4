/// An Ethernet header (RFC 894 section 1, IEEE 802.3 clause 3): two addresses and a type, or a length below 1536.
package enum Ethernet {
  static let addresses: [FieldDefinition] = [
    .init("destination_address", bits: 0..<48, section, .macAddress),
    .init("source_address", bits: 48..<96, section, .macAddress),
  ]
  static let type = FieldDefinition("type", bits: 0..<16, "RFC 894", .namedHexadecimal(ProtocolNumbers.ether))
  static let length = FieldDefinition("length", bits: 0..<16, "IEEE 802.3 clause 3.2.6")

  private static let section = "IEEE 802.3 clause 3.2"
}

extension Dissector {
  static let ethernet = Dissector("ethernet", [.linkType(.ethernet), .etherType(0x6558), .ipProtocol(143)]) {
    draft, extent in
    var layer = draft.layer("ethernet", extent)
    layer.add(Ethernet.addresses)
    draft.finishEthernet(&layer, typeAt: 12)
  }

  /// A VLAN tag (IEEE 802.1Q) or a provider's outer tag (IEEE 802.1ad).
  static let vlan = Dissector(
    "vlan", [.etherType(0x8100), .etherType(0x88a8), .etherType(0x9100), .etherType(0x9200), .etherType(0x9300)]
  ) { draft, extent in
    var layer = draft.layer("vlan", extent)
    layer.add([
      .init("priority_code_point", bits: 0..<3, "IEEE 802.1Q clause 9.6"),
      .init("drop_eligible_indicator", bits: 3..<4, "IEEE 802.1Q clause 9.6", .flag),
      .init("vlan_identifier", bits: 4..<16, "IEEE 802.1Q clause 9.6"),
    ])
    draft.finishEthernet(&layer, typeAt: 2)
  }
}

extension DissectionDraft {
  /// The type or length that ends an Ethernet header or a VLAN tag, and what follows it.
  fileprivate mutating func finishEthernet(_ layer: inout LayerBuilder, typeAt offset: Int) {
    let value = layer.word(offset)
    layer.add(value.map { $0 < 0x600 } ?? false ? Ethernet.length : Ethernet.type, at: offset)
    add(layer, length: offset + 2)
    guard let value else { return }
    let rest = layer.extent.dropping(offset + 2)
    guard value < 0x600 else {
      return dissect(.etherType(value), rest, otherwise: ProtocolNumbers.name(ether: value))
    }
    let frame = rest.dropping(0, length: Int(value))
    if Int(value) > rest.length {
      note(
        .malformed, bytes: rest.start - 2..<rest.start,
        "\(layer.name): its length says \(value) bytes, but \(rest.length) follow")
    }
    logicalLink(frame)
    padding(from: frame.end, in: rest, after: "802.3 frame")
  }
}
