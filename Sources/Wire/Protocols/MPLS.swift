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
    case 0: draft.pseudowire(rest)
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

extension DissectionDraft {
  /// What begins with a nibble of zeros: a control word (RFC 4385 section 3). Nothing in it says what the pseudowire
  /// carries; an Ethernet frame (RFC 4448) is taken for granted, and that is said.
  fileprivate mutating func pseudowire(_ extent: Extent) {
    guard extent.length >= 4 + 14 else { return payload(extent, named: "what the MPLS labels carry") }
    var layer = layer("pseudowire", extent)
    layer.add(MPLS.controlWord)
    add(layer, length: 4)
    note(
      .information, bytes: extent.start..<extent.start + 4,
      "pseudowire: its control word does not say what it carries; taken for Ethernet (RFC 4448)")
    dissect(.linkType(.ethernet), extent.dropping(4), otherwise: nil)
  }
}

private enum MPLS {
  static let entry: [FieldDefinition] = [
    .init("label", bits: 0..<20, "RFC 3032 section 2.1"),
    .init("traffic_class", bits: 20..<23, "RFC 5462 section 3"),
    .init("bottom_of_stack", bits: 23..<24, "RFC 3032 section 2.1", .flag),
    .init("ttl", bits: 24..<32, "RFC 3032 section 2.1"),
  ]

  static let controlWord: [FieldDefinition] = [
    .init("first_nibble", bits: 0..<4, "RFC 4385 section 3"),
    .init("flags", bits: 4..<8, "RFC 4385 section 3", .hexadecimal),
    .init("fragmentation", bits: 8..<10, "RFC 4623 section 4.1"),
    .init("length", bits: 10..<16, "RFC 4385 section 3"),
    .init("sequence_number", bits: 16..<32, "RFC 4385 section 3"),
  ]
}
