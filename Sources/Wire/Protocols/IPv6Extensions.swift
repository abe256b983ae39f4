/// The extension headers of IPv6 (RFC 8200 section 4) and the options in them.
enum IPv6Extensions {
  static let nextHeader = FieldDefinition(
    "next_header", bits: 0..<8, "RFC 8200 section 4", .named(ProtocolNumbers.ip))
  static let length = FieldDefinition("header_extension_length", bits: 8..<16, "RFC 8200 section 4", .units(bytes: 8))

  static let fragment: [FieldDefinition] = [
    nextHeader,
    .init("reserved", bits: 8..<16, "RFC 8200 section 4.5", .hexadecimal),
    .init("fragment_offset", bits: 16..<29, "RFC 8200 section 4.5", .units(bytes: 8)),
    .init("reserved_2", bits: 29..<31, "RFC 8200 section 4.5"),
    .init("more_fragments", bits: 31..<32, "RFC 8200 section 4.5", .flag),
    .init("identification", bits: 32..<64, "RFC 8200 section 4.5", .hexadecimal),
  ]

  static let routing: [FieldDefinition] = [
    nextHeader, length,
    .init(
      "routing_type", bits: 16..<24, "RFC 8200 section 4.4",
      .named([
        0: "source route (deprecated)", 1: "Nimrod", 2: "home address", 3: "RPL source route", 4: "segment routing",
      ])),
    .init("segments_left", bits: 24..<32, "RFC 8200 section 4.4"),
  ]

  static let authentication: [FieldDefinition] = [
    .init("next_header", bits: 0..<8, "RFC 4302 section 2", .named(ProtocolNumbers.ip)),
    .init("payload_length", bits: 8..<16, "RFC 4302 section 2", .units(bytes: 4)),
    .init("reserved", bits: 16..<32, "RFC 4302 section 2", .hexadecimal),
    .init("security_parameters_index", bits: 32..<64, "RFC 4302 section 2", .hexadecimal),
    .init("sequence_number", bits: 64..<96, "RFC 4302 section 2"),
  ]

  /// Options of hop-by-hop and destination headers; the length leaves out the first two bytes.
  static let options = OptionTable(
    kindName: "type", singles: [0], reference: "RFC 8200 section 4.2", length: { $0 + 2 },
    [
      .init(0, "pad1", "RFC 8200 section 4.2"),
      .init(1, "padn", "RFC 8200 section 4.2", tail: .data("padn_data")),
      .init(
        4, "tunnel_encapsulation_limit", "RFC 2473 section 4.1.1",
        [.init("tunnel_encapsulation_limit", bits: 16..<24, "RFC 2473 section 4.1.1")]),
      .init(
        5, "router_alert", "RFC 2711 section 2.1", lengths: 4...4,
        [
          .init(
            "router_alert", bits: 16..<32, "RFC 2711 section 2.1", .named([0: "MLD", 1: "RSVP", 2: "active networks"]))
        ]),
      .init(
        7, "calipso", "RFC 5570 section 5.1",
        [.init("calipso_domain_of_interpretation", bits: 16..<48, "RFC 5570 section 5.1")], tail: .data("calipso_data")),
      .init(8, "smf_dpd", "RFC 6621 section 6.1", tail: .data("smf_dpd_data")),
      .init(15, "performance_metrics", "RFC 8250 section 3.2.1", tail: .data("performance_metrics_data")),
      .init(0x63, "rpl", "RFC 6553 section 3", tail: .data("rpl_data")),
      .init(
        0xc2, "jumbo_payload", "RFC 2675 section 2", lengths: 6...6,
        [.init("jumbo_payload_length", bits: 16..<48, "RFC 2675 section 2")]),
      .init(
        0xc9, "home_address", "RFC 6275 section 6.3", lengths: 18...18,
        [.init("home_address", bits: 16..<144, "RFC 6275 section 6.3", .ipv6Address)]),
    ])

  /// The optional TLVs of a segment routing header.
  static let segmentRoutingTLVs = OptionTable(
    kindName: "type", singles: [0], reference: "RFC 8754 section 2.1", length: { $0 + 2 },
    [
      .init(0, "pad1", "RFC 8754 section 2.1.1.1"),
      .init(4, "padn", "RFC 8754 section 2.1.1.2", tail: .data("padn_data")),
      .init(5, "hmac", "RFC 8754 section 2.1.2", tail: .data("hmac_data")),
    ])
}

extension Dissector {
  static let ipv6HopByHop = Dissector("ipv6_hop_by_hop", [.ipProtocol(0)]) { draft, extent in
    draft.ipv6Options("ipv6_hop_by_hop", extent)
  }

  static let ipv6DestinationOptions = Dissector("ipv6_destination_options", [.ipProtocol(60)]) { draft, extent in
    draft.ipv6Options("ipv6_destination_options", extent)
  }

  static let ipv6NoNextHeader = Dissector("ipv6_no_next_header", [.ipProtocol(59)]) { draft, extent in
    draft.payload(extent)
  }

  static let ipv6Fragment = Dissector("ipv6_fragment", [.ipProtocol(44)]) { draft, extent in
    var layer = draft.layer("ipv6_fragment", extent)
    layer.add(IPv6Extensions.fragment)
    draft.add(layer, length: 8)
    guard let next = layer.byte(0), let word = layer.word(2) else { return }
    let offset = Int(word & 0xfff8)
    if offset > 0 || word & 1 == 1 { draft.network?.isFragment = true }
    guard offset == 0 else {
      draft.note(
        .information, bytes: extent.start + 2..<extent.start + 4,
        "this is a later fragment: its bytes continue at \(offset) what the first fragment begins")
      return draft.payload(extent.dropping(8))
    }
    draft.dissect(.ipProtocol(next), extent.dropping(8), otherwise: ProtocolNumbers.name(ip: next))
  }

  static let ipv6Routing = Dissector("ipv6_routing", [.ipProtocol(43)]) { draft, extent in
    var layer = draft.layer("ipv6_routing", extent)
    layer.add(IPv6Extensions.routing)
    guard let units = layer.byte(1) else { return draft.add(layer, length: 4) }
    let length = 8 + Int(units) * 8
    let type = layer.byte(2)
    draft.routes(&layer, type, length)
    draft.add(layer, length: length)
    guard let next = layer.byte(0) else { return }
    draft.dissect(.ipProtocol(next), extent.dropping(length), otherwise: ProtocolNumbers.name(ip: next))
  }

  static let authenticationHeader = Dissector("ah", [.ipProtocol(51)]) { draft, extent in
    var layer = draft.layer("ah", extent)
    layer.add(IPv6Extensions.authentication)
    guard let next = layer.byte(0), let units = layer.byte(1) else { return draft.add(layer, length: 12) }
    let length = max(12, (Int(units) + 2) * 4)
    if length > 12 { layer.addBytes("integrity_check_value", 12..<length, "RFC 4302 section 2") }
    draft.add(layer, length: length)
    draft.dissect(.ipProtocol(next), extent.dropping(length), otherwise: ProtocolNumbers.name(ip: next))
  }
}

extension DissectionDraft {
  fileprivate mutating func ipv6Options(_ name: String, _ extent: Extent) {
    var layer = layer(name, extent)
    layer.add([IPv6Extensions.nextHeader, IPv6Extensions.length])
    guard let next = layer.byte(0), let units = layer.byte(1) else { return add(layer, length: 2) }
    let length = 8 + Int(units) * 8
    addOptions(IPv6Extensions.options, 2..<length, to: &layer)
    add(layer, length: length)
    dissect(.ipProtocol(next), extent.dropping(length), otherwise: ProtocolNumbers.name(ip: next))
  }

  /// A routing header's addresses. The pseudo-header of what follows holds the end of the route, which is not yet the
  /// destination while segments are left.
  fileprivate mutating func routes(_ layer: inout LayerBuilder, _ type: UInt8?, _ length: Int) {
    let isSegmentRouting = type == 4
    guard type == 0 || type == 2 || isSegmentRouting else {
      return layer.addBytes("type_specific_data", 4..<length, "RFC 8200 section 4.4")
    }
    var count = (length - 8) / 16
    if isSegmentRouting {
      layer.add([
        .init("last_entry", bits: 32..<40, "RFC 8754 section 2"),
        .init("flags", bits: 40..<48, "RFC 8754 section 2", .hexadecimal),
        .init("tag", bits: 48..<64, "RFC 8754 section 2", .hexadecimal),
      ])
      if let last = layer.byte(4) { count = min(count, Int(last) + 1) }
    } else {
      layer.add(FieldDefinition("reserved", bits: 32..<64, "RFC 8200 section 4.4", .hexadecimal))
    }
    let address = FieldDefinition(
      isSegmentRouting ? "segment" : "address", bits: 0..<128,
      isSegmentRouting ? "RFC 8754 section 2" : "RFC 8200 section 4.4",
      .ipv6Address)
    for index in 0..<count { layer.add(address, at: 8 + index * 16, index: index + 1) }
    let end = 8 + count * 16
    if end < length, isSegmentRouting { addOptions(IPv6Extensions.segmentRoutingTLVs, end..<length, to: &layer) }
    if end < length, !isSegmentRouting { layer.addBytes("rest", end..<length, "RFC 8200 section 4.4") }
    let final = isSegmentRouting ? 8 : 8 + (count - 1) * 16
    if (layer.byte(3) ?? 0) > 0, count > 0, layer.knows(final..<final + 16) {
      network?.destination = layer.extent.start + final..<layer.extent.start + final + 16
    }
  }
}
