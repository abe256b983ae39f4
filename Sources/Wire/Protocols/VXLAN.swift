/// A virtual network's frames in datagrams: VXLAN (RFC 7348 section 5) and Geneve (RFC 8926 section 3.4).
private enum VirtualNetwork {
  static let vxlan: [FieldDefinition] = [
    .init("flags", bits: 0..<8, "RFC 7348 section 5", .hexadecimal),
    .init("vni_valid", bits: 4..<5, "RFC 7348 section 5", .flag),
    .init("reserved_1", bits: 8..<32, "RFC 7348 section 5"),
    .init("vxlan_network_identifier", bits: 32..<56, "RFC 7348 section 5"),
    .init("reserved_2", bits: 56..<64, "RFC 7348 section 5"),
  ]

  static let geneve: [FieldDefinition] = [
    .init("version", bits: 0..<2, "RFC 8926 section 3.4"),
    .init("options_length", bits: 2..<8, "RFC 8926 section 3.4"),
    .init("control_packet", bits: 8..<9, "RFC 8926 section 3.4", .flag),
    .init("critical_options", bits: 9..<10, "RFC 8926 section 3.4", .flag),
    .init("reserved_1", bits: 10..<16, "RFC 8926 section 3.4"),
    .init("protocol_type", bits: 16..<32, "RFC 8926 section 3.4", .namedHexadecimal(ProtocolNumbers.ether)),
    .init("virtual_network_identifier", bits: 32..<56, "RFC 8926 section 3.4"),
    .init("reserved_2", bits: 56..<64, "RFC 8926 section 3.4"),
  ]
}

extension Dissector {
  static let vxlan = Dissector("vxlan", [.udpPort(4789)]) { draft, extent in
    var layer = draft.layer("vxlan", extent)
    layer.add(VirtualNetwork.vxlan)
    draft.add(layer, length: 8)
    draft.dissect(.linkType(.ethernet), extent.dropping(8), otherwise: nil)
  }

  static let geneve = Dissector("geneve", [.udpPort(6081)]) { draft, extent in
    var layer = draft.layer("geneve", extent)
    layer.add(VirtualNetwork.geneve)
    // In words of four bytes.
    guard let length = layer.byte(0).map({ 8 + Int($0 & 0x3f) * 4 }), let type = layer.word(2) else {
      return draft.add(layer, length: 8)
    }
    if length > 8 { layer.addBytes("options", 8..<length, "RFC 8926 section 3.5") }
    draft.add(layer, length: length)
    draft.dissect(.etherType(type), extent.dropping(length), otherwise: ProtocolNumbers.name(ether: type))
  }
}
