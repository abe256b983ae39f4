/// The options of an IPv4 header (RFC 791 section 3.1 and the IANA registry "IP Option Numbers").
enum IPv4Options {
  static let table = OptionTable(
    kindName: "type", singles: [0, 1], end: 0,
    kindFields: [
      .init("option_copied", bits: 0..<1, section, .flag),
      .init("option_class", bits: 1..<3, section, .named([0: "control", 2: "debugging and measurement"])),
      .init("option_number", bits: 3..<8, section),
    ],
    reference: section,
    [
      .init(0, "end_of_option_list", section),
      .init(1, "no_operation", section),
      .init(7, "record_route", section, lengths: 3...39, pointer("record_route", section), tail: addresses("route")),
      .init(10, "zsu_experimental_measurement", "IANA", tail: .data("measurement_data")),
      .init(
        11, "mtu_probe", "RFC 1063", lengths: 4...4, [.init("mtu_probe", bits: 16..<32, "RFC 1063")]),
      .init(
        12, "mtu_reply", "RFC 1063", lengths: 4...4, [.init("mtu_reply", bits: 16..<32, "RFC 1063")]),
      .init(
        25, "quick_start", "RFC 4782 section 3.1", lengths: 8...8,
        [
          .init(
            "quick_start_function", bits: 16..<20, "RFC 4782 section 3.1",
            .named([0: "rate request", 8: "report of approved rate"])),
          .init("quick_start_rate", bits: 20..<24, "RFC 4782 section 3.1"),
          .init("quick_start_ttl", bits: 24..<32, "RFC 4782 section 3.1"),
          .init("quick_start_nonce", bits: 32..<62, "RFC 4782 section 3.1", .hexadecimal),
          .init("quick_start_reserved", bits: 62..<64, "RFC 4782 section 3.1"),
        ]),
      .init(
        68, "internet_timestamp", section, lengths: 4...40,
        pointer("internet_timestamp", section) + [
          .init("internet_timestamp_overflow", bits: 24..<28, section),
          .init(
            "internet_timestamp_flag", bits: 28..<32, section,
            .named([0: "timestamps only", 1: "addresses and timestamps", 3: "prespecified addresses"])),
        ], tail: .repeated(stride: 4, [.init("timestamp_entry", bits: 0..<32, section)])),
      .init(
        82, "traceroute", "RFC 1393 section 2.2", lengths: 12...12,
        [
          .init("traceroute_id", bits: 16..<32, "RFC 1393 section 2.2"),
          .init("traceroute_outbound_hop_count", bits: 32..<48, "RFC 1393 section 2.2"),
          .init("traceroute_return_hop_count", bits: 48..<64, "RFC 1393 section 2.2"),
          .init("traceroute_originator", bits: 64..<96, "RFC 1393 section 2.2", .ipv4Address),
        ]),
      .init(
        130, "security", "RFC 1108 section 2.1", lengths: 3...40,
        [
          .init(
            "security_classification_level", bits: 16..<24, "RFC 1108 section 2.3",
            .namedHexadecimal([0x3d: "top secret", 0x5a: "secret", 0x96: "confidential", 0xab: "unclassified"]))
        ], tail: .data("security_protection_authority_flags")),
      .init(
        131, "loose_source_route", section, lengths: 3...39, pointer("loose_source_route", section),
        tail: addresses("route")),
      .init(
        133, "extended_security", "RFC 1108 section 3.1", lengths: 3...40,
        [.init("extended_security_format", bits: 16..<24, "RFC 1108 section 3.1")],
        tail: .data("extended_security_information")),
      .init(
        134, "commercial_security", "CIPSO (FIPS 188)", lengths: 6...40,
        [.init("commercial_security_domain_of_interpretation", bits: 16..<48, "CIPSO (FIPS 188)")],
        tail: .data("commercial_security_tags")),
      .init(
        136, "stream_id", section, lengths: 4...4, [.init("stream_id", bits: 16..<32, section)]),
      .init(
        137, "strict_source_route", section, lengths: 3...39, pointer("strict_source_route", section),
        tail: addresses("route")),
      .init(
        145, "extended_internet_protocol", "RFC 1385", tail: .data("extended_internet_protocol_data")),
      .init(147, "address_extension", "RFC 1475", tail: .data("address_extension_data")),
      .init(
        148, "router_alert", "RFC 2113 section 2.1", lengths: 4...4,
        [
          .init(
            "router_alert", bits: 16..<32, "RFC 2113 section 2.1",
            .named([0: "routers shall examine the packet"]))
        ]),
      .init(
        149, "selective_directed_broadcast", "RFC 1770", lengths: 6...38,
        tail: .repeated(stride: 4, [.init("directed_broadcast_address", bits: 0..<32, "RFC 1770", .ipv4Address)])),
      .init(151, "dynamic_packet_state", "IANA", tail: .data("dynamic_packet_state_data")),
      .init(152, "upstream_multicast_packet", "IANA", tail: .data("upstream_multicast_packet_data")),
    ])

  private static let section = "RFC 791 section 3.1"

  private static func pointer(_ name: String, _ reference: String) -> [FieldDefinition] {
    [.init("\(name)_pointer", bits: 16..<24, reference)]
  }

  private static func addresses(_ name: String) -> OptionDefinition.Tail {
    .repeated(stride: 4, [.init("\(name)_address", bits: 0..<32, section, .ipv4Address)])
  }
}
