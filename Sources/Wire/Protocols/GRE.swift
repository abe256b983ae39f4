/// Generic routing encapsulation (RFC 2784, RFC 2890, the routing of RFC 1701) and its version 1 for PPTP (RFC 2637).
enum GRE {
  static let head: [FieldDefinition] = [
    .init("checksum_present", bits: 0..<1, "RFC 2784 section 2.2", .flag),
    .init("routing_present", bits: 1..<2, "RFC 1701", .flag),
    .init("key_present", bits: 2..<3, "RFC 2890 section 2", .flag),
    .init("sequence_number_present", bits: 3..<4, "RFC 2890 section 2", .flag),
    .init("strict_source_route", bits: 4..<5, "RFC 1701", .flag),
    .init("recursion_control", bits: 5..<8, "RFC 1701"),
    .init("acknowledgment_number_present", bits: 8..<9, "RFC 2637 section 4.1", .flag),
    .init("flags", bits: 9..<13, "RFC 2784 section 2.1"),
    .init("version", bits: 13..<16, "RFC 2784 section 2.3.1"),
    .init("protocol_type", bits: 16..<32, "RFC 2784 section 2.4", .namedHexadecimal(ProtocolNumbers.ether)),
  ]
}

extension Dissector {
  static let gre = Dissector("gre", [.ipProtocol(47)]) { draft, extent in
    var layer = draft.layer("gre", extent)
    layer.add(GRE.head)
    guard let flags = layer.word(0), let type = layer.word(2) else { return draft.add(layer, length: 4) }
    let version = flags & 7
    var offset = 4
    func field(_ name: String, _ width: Int, _ reference: String, _ format: FieldFormat = .decimal) {
      layer.add(FieldDefinition(name, bits: 0..<width, reference, format), at: offset)
      offset += width / 8
    }
    let hasChecksum = flags & 0x8000 != 0
    let hasRouting = flags & 0x4000 != 0
    if version == 0, hasChecksum || hasRouting {
      field("checksum", 16, "RFC 2784 section 2.5", .hexadecimal)
      field(hasRouting ? "routing_offset" : "reserved_1", 16, hasRouting ? "RFC 1701" : "RFC 2784 section 2.6")
    }
    if flags & 0x2000 != 0 {
      if version == 1 {
        field("payload_length", 16, "RFC 2637 section 4.1")
        field("call_id", 16, "RFC 2637 section 4.1")
      } else {
        field("key", 32, "RFC 2890 section 2.1", .hexadecimal)
      }
    }
    if flags & 0x1000 != 0 { field("sequence_number", 32, "RFC 2890 section 2.2") }
    if version == 1, flags & 0x0080 != 0 { field("acknowledgment_number", 32, "RFC 2637 section 4.1") }
    if version == 0, hasRouting { offset = draft.sourceRoutes(&layer, offset) }
    draft.add(layer, length: offset)
    if version == 0, hasChecksum {
      draft.verify("GRE", over: extent, field: 4, whenFragment: draft.network?.isFragment == true)
    }
    let body = extent.dropping(offset)
    guard body.length > 0 else { return }
    guard version <= 1 else { return draft.payload(body, named: "GRE version \(version)") }
    draft.dissect(.etherType(type), body, otherwise: ProtocolNumbers.name(ether: type))
  }
}

extension DissectionDraft {
  /// The source route entries of RFC 1701, up to the one without an address family; returns where they end.
  fileprivate func sourceRoutes(_ layer: inout LayerBuilder, _ start: Int) -> Int {
    var offset = start
    var index = 1
    while offset < layer.captured {
      let entry: [FieldDefinition] = [
        .init("route_address_family", bits: 0..<16, "RFC 1701", .hexadecimal),
        .init("route_offset", bits: 16..<24, "RFC 1701"),
        .init("route_length", bits: 24..<32, "RFC 1701"),
      ]
      for field in entry { layer.add(field, at: offset, index: index) }
      guard let family = layer.word(offset), let length = layer.byte(offset + 3).map({ Int($0) }) else { break }
      offset += 4
      if family == 0, length == 0 { break }
      if length > 0 { layer.addBytes("route_information_\(index)", offset..<offset + length, "RFC 1701") }
      offset += length
      index += 1
    }
    return offset
  }
}
