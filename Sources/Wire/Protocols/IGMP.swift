/// Group membership for IPv4: IGMP version 1 to 3 (RFC 1112, RFC 2236, RFC 3376).
enum IGMP {
  static let head: [FieldDefinition] = [
    .init(
      "type", bits: 0..<8, "RFC 2236 section 2.1",
      .namedHexadecimal([
        0x11: "membership query", 0x12: "version 1 membership report", 0x13: "DVMRP", 0x14: "PIM version 1",
        0x16: "version 2 membership report", 0x17: "leave group", 0x1e: "multicast traceroute response",
        0x1f: "multicast traceroute", 0x22: "version 3 membership report", 0x30: "multicast router advertisement",
        0x31: "multicast router solicitation", 0x32: "multicast router termination",
      ])),
    .init("max_resp_code", bits: 8..<16, "RFC 3376 section 4.1.1"),
    .init("checksum", bits: 16..<32, "RFC 2236 section 2.3", .hexadecimal),
  ]
  static let group = FieldDefinition("group_address", bits: 32..<64, "RFC 2236 section 2.4", .ipv4Address)
  static let query: [FieldDefinition] = [
    .init("reserved", bits: 64..<68, "RFC 3376 section 4.1"),
    .init("suppress_router_side_processing", bits: 68..<69, "RFC 3376 section 4.1.5", .flag),
    .init("queriers_robustness_variable", bits: 69..<72, "RFC 3376 section 4.1.6"),
    .init("queriers_query_interval_code", bits: 72..<80, "RFC 3376 section 4.1.7"),
    .init("number_of_sources", bits: 80..<96, "RFC 3376 section 4.1.8"),
  ]
  static let report: [FieldDefinition] = [
    .init("reserved", bits: 32..<48, "RFC 3376 section 4.2", .hexadecimal),
    .init("number_of_group_records", bits: 48..<64, "RFC 3376 section 4.2"),
  ]
  static let record: [FieldDefinition] = [
    .init("record_type", bits: 0..<8, "RFC 3376 section 4.2.12", .named(NeighborDiscovery.recordTypes)),
    .init("auxiliary_data_length", bits: 8..<16, "RFC 3376 section 4.2.6", .units(bytes: 4)),
    .init("number_of_sources", bits: 16..<32, "RFC 3376 section 4.2.7"),
    .init("multicast_address", bits: 32..<64, "RFC 3376 section 4.2.8", .ipv4Address),
  ]
}

extension Dissector {
  static let igmp = Dissector("igmp", [.ipProtocol(2)]) { draft, extent in
    var layer = draft.layer("igmp", extent)
    layer.add(IGMP.head)
    var end = 4
    switch layer.byte(0) {
    case 0x11?:
      layer.add(IGMP.group)
      end = 8
      if extent.length >= 12 {
        layer.add(IGMP.query)
        end = draft.igmpSources("source_address", Int(layer.word(10) ?? 0), at: 12, &layer)
      }
    case 0x12?, 0x16?, 0x17?:
      layer.add(IGMP.group)
      end = 8
    case 0x22?:
      layer.add(IGMP.report)
      end = draft.igmpRecords(&layer)
    default: break
    }
    draft.add(layer, length: end)
    draft.verify("IGMP", over: extent, field: 2, whenFragment: draft.network?.isFragment == true)
    draft.payload(extent.dropping(end))
  }
}

extension DissectionDraft {
  /// Adds as many of `count` addresses as were captured; returns where they end.
  fileprivate func igmpSources(_ name: String, _ count: Int, at start: Int, _ layer: inout LayerBuilder) -> Int {
    let address = FieldDefinition(name, bits: 0..<32, "RFC 3376 section 4.1.9", .ipv4Address)
    for index in 0..<count {
      layer.add(address, at: start + index * 4, index: index + 1)
      guard start + index * 4 < layer.captured else { break }
    }
    return start + count * 4
  }

  fileprivate func igmpRecords(_ layer: inout LayerBuilder) -> Int {
    var offset = 8
    for index in 0..<Int(layer.word(6) ?? 0) where offset < layer.captured {
      for field in IGMP.record { layer.add(field, at: offset, index: index + 1) }
      guard let sources = layer.word(offset + 2), let auxiliary = layer.byte(offset + 1) else { return offset }
      offset = igmpSources("source_address_\(index + 1)", Int(sources), at: offset + 8, &layer)
      if auxiliary > 0 {
        layer.addBytes("auxiliary_data_\(index + 1)", offset..<offset + Int(auxiliary) * 4, "RFC 3376 section 4.2.11")
        offset += Int(auxiliary) * 4
      }
    }
    return offset
  }
}
