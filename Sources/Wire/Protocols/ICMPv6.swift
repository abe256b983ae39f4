/// ICMP for IPv6 (RFC 4443), neighbour discovery (RFC 4861), multicast listener discovery (RFC 2710, RFC 3810).
package enum ICMPv6 {
  /// By type number; IANA's registry "ICMPv6 type Numbers".
  static let types: [UInt8: ICMPMessageType] = [
    1: .init(
      "destination unreachable", "RFC 4443 section 3.1",
      codes: [
        0: "no route to destination", 1: "administratively prohibited", 2: "beyond scope of source address",
        3: "address unreachable", 4: "port unreachable", 5: "source address failed policy", 6: "reject route",
        7: "error in source routing header", 8: "headers too long",
      ],
      [
        .init("length", bits: 32..<40, "RFC 4884 section 4", .units(bytes: 8)),
        .init("unused", bits: 40..<64, "RFC 4443 section 3.1", .hexadecimal),
      ], body: .quotation),
    2: .init(
      "packet too big", "RFC 4443 section 3.2", [.init("mtu", bits: 32..<64, "RFC 4443 section 3.2")], body: .quotation),
    3: .init(
      "time exceeded", "RFC 4443 section 3.3",
      codes: [0: "hop limit exceeded in transit", 1: "fragment reassembly time exceeded"],
      [
        .init("length", bits: 32..<40, "RFC 4884 section 4", .units(bytes: 8)),
        .init("unused", bits: 40..<64, "RFC 4443 section 3.3", .hexadecimal),
      ], body: .quotation),
    4: .init(
      "parameter problem", "RFC 4443 section 3.4",
      codes: [
        0: "erroneous header field", 1: "unrecognized next header", 2: "unrecognized IPv6 option",
        3: "first fragment has incomplete header chain", 4: "SR upper-layer header error",
      ], [.init("pointer", bits: 32..<64, "RFC 4443 section 3.4")], body: .quotation),
    128: .init("echo request", "RFC 4443 section 4.1", echo("RFC 4443 section 4.1"), body: .data),
    129: .init("echo reply", "RFC 4443 section 4.2", echo("RFC 4443 section 4.2"), body: .data),
    130: .init("multicast listener query", "RFC 2710 section 3", listener),
    131: .init("multicast listener report", "RFC 2710 section 3", listener, body: .data),
    132: .init("multicast listener done", "RFC 2710 section 3", listener, body: .data),
    133: .init(
      "router solicitation", "RFC 4861 section 4.1",
      [.init("reserved", bits: 32..<64, "RFC 4861 section 4.1", .hexadecimal)]),
    134: .init(
      "router advertisement", "RFC 4861 section 4.2",
      [
        .init("cur_hop_limit", bits: 32..<40, "RFC 4861 section 4.2"),
        .init("managed_address_configuration", bits: 40..<41, "RFC 4861 section 4.2", .flag),
        .init("other_configuration", bits: 41..<42, "RFC 4861 section 4.2", .flag),
        .init("home_agent", bits: 42..<43, "RFC 6275 section 7.1", .flag),
        .init(
          "default_router_preference", bits: 43..<45, "RFC 4191 section 2.2",
          .named([0: "medium", 1: "high", 2: "reserved", 3: "low"])),
        .init("proxy", bits: 45..<46, "RFC 4389 section 4.1.3.3", .flag),
        .init("reserved", bits: 46..<48, "RFC 4861 section 4.2"),
        .init("router_lifetime", bits: 48..<64, "RFC 4861 section 4.2"),
        .init("reachable_time", bits: 64..<96, "RFC 4861 section 4.2"),
        .init("retrans_timer", bits: 96..<128, "RFC 4861 section 4.2"),
      ]),
    135: .init(
      "neighbor solicitation", "RFC 4861 section 4.3",
      [
        .init("reserved", bits: 32..<64, "RFC 4861 section 4.3", .hexadecimal),
        .init("target_address", bits: 64..<192, "RFC 4861 section 4.3", .ipv6Address),
      ]),
    136: .init(
      "neighbor advertisement", "RFC 4861 section 4.4",
      [
        .init("router", bits: 32..<33, "RFC 4861 section 4.4", .flag),
        .init("solicited", bits: 33..<34, "RFC 4861 section 4.4", .flag),
        .init("override", bits: 34..<35, "RFC 4861 section 4.4", .flag),
        .init("reserved", bits: 35..<64, "RFC 4861 section 4.4", .hexadecimal),
        .init("target_address", bits: 64..<192, "RFC 4861 section 4.4", .ipv6Address),
      ]),
    137: .init(
      "redirect", "RFC 4861 section 4.5",
      [
        .init("reserved", bits: 32..<64, "RFC 4861 section 4.5", .hexadecimal),
        .init("target_address", bits: 64..<192, "RFC 4861 section 4.5", .ipv6Address),
        .init("destination_address", bits: 192..<320, "RFC 4861 section 4.5", .ipv6Address),
      ]),
    138: .init(
      "router renumbering", "RFC 2894 section 3.1",
      codes: [0: "command", 1: "result", 255: "sequence number reset"],
      [
        .init("sequence_number", bits: 32..<64, "RFC 2894 section 3.1"),
        .init("segment_number", bits: 64..<72, "RFC 2894 section 3.1"),
        .init("flags", bits: 72..<80, "RFC 2894 section 3.1", .hexadecimal),
        .init("max_delay", bits: 80..<96, "RFC 2894 section 3.1"),
      ], body: .data),
    139: .init("node information query", "RFC 4620 section 4", information, body: .data),
    140: .init("node information response", "RFC 4620 section 4", information, body: .data),
    141: .init(
      "inverse neighbor discovery solicitation", "RFC 3122 section 2.1",
      [.init("reserved", bits: 32..<64, "RFC 3122 section 2.1", .hexadecimal)]),
    142: .init(
      "inverse neighbor discovery advertisement", "RFC 3122 section 2.2",
      [.init("reserved", bits: 32..<64, "RFC 3122 section 2.2", .hexadecimal)]),
    143: .init(
      "multicast listener report version 2", "RFC 3810 section 5.2",
      [
        .init("reserved", bits: 32..<48, "RFC 3810 section 5.2", .hexadecimal),
        .init("number_of_multicast_address_records", bits: 48..<64, "RFC 3810 section 5.2"),
      ]),
    144: .init("home agent address discovery request", "RFC 6275 section 6.5", mobile, body: .data),
    145: .init("home agent address discovery reply", "RFC 6275 section 6.6", mobile, body: .data),
    146: .init("mobile prefix solicitation", "RFC 6275 section 6.7", mobile, body: .data),
    147: .init("mobile prefix advertisement", "RFC 6275 section 6.8", mobile, body: .data),
    151: .init("multicast router advertisement", "RFC 4286 section 3.2", body: .data),
    152: .init("multicast router solicitation", "RFC 4286 section 4", body: .data),
    153: .init("multicast router termination", "RFC 4286 section 5", body: .data),
    155: .init(
      "RPL control", "RFC 6550 section 6",
      codes: [
        0: "DODAG information solicitation", 1: "DODAG information object", 2: "destination advertisement object",
        3: "destination advertisement object acknowledgment", 0x8a: "consistency check",
      ], body: .data),
    157: .init("duplicate address request", "RFC 6775 section 4.4", body: .data),
    158: .init("duplicate address confirmation", "RFC 6775 section 4.4", body: .data),
    160: .init(
      "extended echo request", "RFC 8335 section 2",
      [
        .init("identifier", bits: 32..<48, "RFC 8335 section 2"),
        .init("sequence_number", bits: 48..<56, "RFC 8335 section 2"),
        .init("reserved", bits: 56..<63, "RFC 8335 section 2"),
        .init("local", bits: 63..<64, "RFC 8335 section 2", .flag),
      ], body: .extensions),
    161: .init(
      "extended echo reply", "RFC 8335 section 3", ICMP.types[43]?.fields ?? []),
  ]

  static let type = FieldDefinition(
    "type", bits: 0..<8, "RFC 4443 section 2.1",
    .named(types.reduce(into: [:]) { $0[UInt64($1.key)] = $1.value.name }))
  static let checksum = FieldDefinition("checksum", bits: 16..<32, "RFC 4443 section 2.3", .hexadecimal)

  private static func echo(_ reference: String) -> [FieldDefinition] {
    [.init("identifier", bits: 32..<48, reference), .init("sequence_number", bits: 48..<64, reference)]
  }
  private static let listener: [FieldDefinition] = [
    .init("maximum_response_delay", bits: 32..<48, "RFC 2710 section 3"),
    .init("reserved", bits: 48..<64, "RFC 2710 section 3", .hexadecimal),
    .init("multicast_address", bits: 64..<192, "RFC 2710 section 3", .ipv6Address),
  ]
  private static let information: [FieldDefinition] = [
    .init(
      "qtype", bits: 32..<48, "RFC 4620 section 4",
      .named([0: "NOOP", 1: "unused", 2: "node name", 3: "node addresses", 4: "IPv4 addresses"])),
    .init("flags", bits: 48..<64, "RFC 4620 section 4", .hexadecimal),
    .init("nonce", bits: 64..<128, "RFC 4620 section 4", .hexadecimal),
  ]
  private static let mobile: [FieldDefinition] = [
    .init("identifier", bits: 32..<48, "RFC 6275 section 6.5"),
    .init("flags", bits: 48..<64, "RFC 6275 section 6.5", .hexadecimal),
  ]
}

extension Dissector {
  static let icmpv6 = Dissector("icmpv6", [.ipProtocol(58)]) { draft, extent in
    var layer = draft.layer("icmpv6", extent)
    layer.add(ICMPv6.type)
    let number = layer.byte(0)
    let type = number.flatMap { ICMPv6.types[$0] }
    layer.add(FieldDefinition("code", bits: 8..<16, "RFC 4443 section 2.1", .named(type?.codes ?? [:])))
    layer.add(ICMPv6.checksum)
    layer.add(type?.fields ?? [])
    let verify = { (draft: inout DissectionDraft) -> Void in
      draft.verify(
        "ICMPv6", over: extent, field: 2, pseudoHeader: 58, vouched: draft.knowledge.transportChecksumVouched)
    }
    switch number {
    case 133?, 134?, 135?, 136?, 137?, 141?, 142?:
      let start = (type?.fields.last?.bits.upperBound ?? 64) / 8
      if start < extent.length { draft.addOptions(NeighborDiscovery.options, start..<extent.length, to: &layer) }
      draft.add(layer, length: extent.length)
      verify(&draft)
    case 130? where extent.length >= 28:
      layer.add(NeighborDiscovery.listenerQuery)
      let count = Int(layer.word(26) ?? 0)
      draft.addAddresses("source_address", count, at: 28, &layer)
      draft.add(layer, length: 28 + count * 16)
      verify(&draft)
      draft.payload(extent.dropping(28 + count * 16))
    case 143?:
      let end = draft.listenerRecords(&layer)
      draft.add(layer, length: end)
      verify(&draft)
      draft.payload(extent.dropping(end))
    default: draft.finishICMP(&layer, type, "ICMPv6", quoting: 0x86dd, verify: verify)
    }
  }
}
