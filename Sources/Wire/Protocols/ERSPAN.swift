/// Mirrored Ethernet frames in GRE (draft-foschiano-erspan): type II and III have a header, type I has none.
enum ERSPAN {
  static let typeII: [FieldDefinition] = [
    .init("version", bits: 0..<4, draft), .init("vlan", bits: 4..<16, draft), .init("cos", bits: 16..<19, draft),
    .init("encapsulation", bits: 19..<21, draft), .init("truncated", bits: 21..<22, draft, .flag),
    .init("session_id", bits: 22..<32, draft), .init("reserved", bits: 32..<44, draft),
    .init("index", bits: 44..<64, draft),
  ]
  static let typeIII: [FieldDefinition] = [
    .init("version", bits: 0..<4, draft), .init("vlan", bits: 4..<16, draft), .init("cos", bits: 16..<19, draft),
    .init("bso", bits: 19..<21, draft), .init("truncated", bits: 21..<22, draft, .flag),
    .init("session_id", bits: 22..<32, draft), .init("timestamp", bits: 32..<64, draft),
    .init("security_group_tag", bits: 64..<80, draft), .init("p", bits: 80..<81, draft, .flag),
    .init("frame_type", bits: 81..<86, draft), .init("hardware_id", bits: 86..<92, draft),
    .init("direction", bits: 92..<93, draft), .init("granularity", bits: 93..<95, draft),
    .init("optional_subheader", bits: 95..<96, draft, .flag),
  ]

  private static let draft = "draft-foschiano-erspan section 4"
}

extension Dissector {
  static let erspanTypeII = Dissector("erspan", [.etherType(0x88be)]) { draft, extent in
    // Type I has no sequence number in the GRE header and no header of its own.
    let hasHeader = draft.layers.last?["sequence_number"] != nil
    guard hasHeader else { return draft.dissect(.linkType(.ethernet), extent, otherwise: nil) }
    var layer = draft.layer("erspan", extent)
    layer.add(ERSPAN.typeII)
    draft.add(layer, length: 8)
    draft.dissect(.linkType(.ethernet), extent.dropping(8), otherwise: nil)
  }

  static let erspanTypeIII = Dissector("erspan", [.etherType(0x22eb)]) { draft, extent in
    var layer = draft.layer("erspan", extent)
    layer.add(ERSPAN.typeIII)
    let hasSubheader = (layer.byte(11) ?? 0) & 1 == 1
    if hasSubheader { layer.addBytes("subheader", 12..<20, "draft-foschiano-erspan section 4") }
    let length = hasSubheader ? 20 : 12
    draft.add(layer, length: length)
    draft.dissect(.linkType(.ethernet), extent.dropping(length), otherwise: nil)
  }
}
