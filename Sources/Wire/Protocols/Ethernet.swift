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

  /// A VLAN tag (IEEE 802.1Q).
  static let vlan = Dissector("vlan", [.etherType(0x8100)]) { draft, extent in draft.tag("vlan", extent) }

  /// A provider's outer tag (IEEE 802.1ad), and the types used for one before it.
  static let qinq = Dissector(
    "qinq", [.etherType(0x88a8), .etherType(0x9100), .etherType(0x9200), .etherType(0x9300)]
  ) { draft, extent in draft.tag("qinq", extent) }

  /// The security tag of MACsec (IEEE 802.1AE clause 9.3); what follows is taken apart where it is not encrypted.
  static let macsec = Dissector("macsec", [.etherType(0x88e5)]) { draft, extent in
    var layer = draft.layer("macsec", extent)
    layer.add([
      .init("version", bits: 0..<1, "IEEE 802.1AE clause 9.5"),
      .init("end_station", bits: 1..<2, "IEEE 802.1AE clause 9.5", .flag),
      .init("explicit_sci", bits: 2..<3, "IEEE 802.1AE clause 9.5", .flag),
      .init("single_copy_broadcast", bits: 3..<4, "IEEE 802.1AE clause 9.5", .flag),
      .init("encryption", bits: 4..<5, "IEEE 802.1AE clause 9.5", .flag),
      .init("changed_text", bits: 5..<6, "IEEE 802.1AE clause 9.5", .flag),
      .init("association_number", bits: 6..<8, "IEEE 802.1AE clause 9.6"),
      .init("short_length", bits: 8..<16, "IEEE 802.1AE clause 9.7"),
      .init("packet_number", bits: 16..<48, "IEEE 802.1AE clause 9.8"),
    ])
    guard let control = layer.byte(0) else { return draft.add(layer, length: 6) }
    let length = control & 0x20 != 0 ? 14 : 6
    if length == 14 {
      layer.add(FieldDefinition("secure_channel_identifier", bits: 48..<112, "IEEE 802.1AE clause 9.9", .hexadecimal))
    }
    draft.add(layer, length: length)
    let icv = 16
    let body = extent.dropping(length, length: max(0, extent.length - length - icv))
    if control & 0x0c != 0 {
      draft.payload(body, named: "MACsec's encrypted data")
    } else if let type = draft.layer("macsec", body).word(0) {
      draft.dissect(.etherType(type), body.dropping(2), otherwise: ProtocolNumbers.name(ether: type))
    }
    draft.payload(Extent(start: body.end, end: extent.end), named: "MACsec's integrity check value")
  }

  /// Cisco HDLC: an address and a control byte, then the type (LINKTYPE_C_HDLC).
  static let ciscoHDLC = Dissector("c_hdlc", [.linkType(.ciscoHDLC)]) { draft, extent in
    var layer = draft.layer("c_hdlc", extent)
    layer.add([
      .init("address", bits: 0..<8, "LINKTYPE_C_HDLC", .namedHexadecimal([0x0f: "unicast", 0x8f: "broadcast"])),
      .init("control", bits: 8..<16, "LINKTYPE_C_HDLC", .hexadecimal),
    ])
    layer.add(Ethernet.type, at: 2)
    draft.add(layer, length: 4)
    guard let type = layer.word(2), let address = layer.byte(0) else { return }
    guard address == 0x0f || address == 0x8f else { return draft.payload(extent.dropping(4), named: "another HDLC") }
    draft.dissect(.etherType(type), extent.dropping(4), otherwise: ProtocolNumbers.name(ether: type))
  }
}

extension DissectionDraft {
  fileprivate mutating func tag(_ name: String, _ extent: Extent) {
    var layer = layer(name, extent)
    layer.add([
      .init("priority_code_point", bits: 0..<3, "IEEE 802.1Q clause 9.6"),
      .init("drop_eligible_indicator", bits: 3..<4, "IEEE 802.1Q clause 9.6", .flag),
      .init("vlan_identifier", bits: 4..<16, "IEEE 802.1Q clause 9.6"),
    ])
    finishEthernet(&layer, typeAt: 2)
  }

  /// The type or length that ends an Ethernet header or a VLAN tag, and what follows it.
  mutating func finishEthernet(_ layer: inout LayerBuilder, typeAt offset: Int) {
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
