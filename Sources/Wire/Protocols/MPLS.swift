extension Dissector {
  /// A label stack (RFC 3032 section 2.1); what the labels carry shows in the first nibble, if at all.
  static let mpls = Dissector("mpls", [.etherType(0x8847), .etherType(0x8848), .pppProtocol(0x281), .ipProtocol(137)]) {
    draft, extent in
    var layer = draft.layer("mpls", extent)
    var offset = 0
    var isBottom = false
    while !isBottom, let entry = layer.long(offset) {
      let index = offset / 4 + 1
      for field in MPLS.entry { layer.add(field, at: offset, index: index) }
      isBottom = entry & 0x100 != 0
      offset += 4
    }
    draft.add(layer, length: offset)
    let rest = extent.dropping(offset)
    guard isBottom, let first = layer.byte(offset) else { return draft.payload(rest) }
    switch first >> 4 {
    case 4: draft.dissect(.etherType(0x0800), rest, otherwise: nil)
    case 6: draft.dissect(.etherType(0x86dd), rest, otherwise: nil)
    default: draft.payload(rest, named: "what the MPLS labels carry")
    }
  }

  /// The E-tag of IEEE 802.1BR clause 7.5.
  static let eTag = Dissector("etag", [.etherType(0x893f)]) { draft, extent in
    var layer = draft.layer("etag", extent)
    layer.add([
      .init("e_pcp", bits: 0..<3, "IEEE 802.1BR clause 7.5"),
      .init("e_dei", bits: 3..<4, "IEEE 802.1BR clause 7.5", .flag),
      .init("ingress_e_cid_base", bits: 4..<16, "IEEE 802.1BR clause 7.5"),
      .init("reserved", bits: 16..<18, "IEEE 802.1BR clause 7.5"),
      .init("grp", bits: 18..<20, "IEEE 802.1BR clause 7.5"),
      .init("e_cid_base", bits: 20..<32, "IEEE 802.1BR clause 7.5"),
      .init("ingress_e_cid_extension", bits: 32..<40, "IEEE 802.1BR clause 7.5"),
      .init("e_cid_extension", bits: 40..<48, "IEEE 802.1BR clause 7.5"),
    ])
    draft.finishEthernet(&layer, typeAt: 6)
  }
}

private enum MPLS {
  static let entry: [FieldDefinition] = [
    .init("label", bits: 0..<20, "RFC 3032 section 2.1"),
    .init("traffic_class", bits: 20..<23, "RFC 5462 section 3"),
    .init("bottom_of_stack", bits: 23..<24, "RFC 3032 section 2.1", .flag),
    .init("ttl", bits: 24..<32, "RFC 3032 section 2.1"),
  ]
}
