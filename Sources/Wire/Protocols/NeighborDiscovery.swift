/// The options of neighbour discovery messages (IANA's "IPv6 Neighbor Discovery Option Formats") and the records of
/// multicast listener discovery.
enum NeighborDiscovery {
  static let options = OptionTable(
    kindName: "type", lengthFormat: .units(bytes: 8), reference: "RFC 4861 section 4.6", length: { $0 * 8 },
    [
      .init(
        1, "source_link_layer_address", link, lengths: 8...8,
        [.init("source_link_layer_address", bits: 16..<64, link, .macAddress)]),
      .init(
        2, "target_link_layer_address", link, lengths: 8...8,
        [.init("target_link_layer_address", bits: 16..<64, link, .macAddress)]),
      .init(
        3, "prefix_information", "RFC 4861 section 4.6.2", lengths: 32...32,
        [
          .init("prefix_length", bits: 16..<24, "RFC 4861 section 4.6.2"),
          .init("on_link", bits: 24..<25, "RFC 4861 section 4.6.2", .flag),
          .init("autonomous_address_configuration", bits: 25..<26, "RFC 4861 section 4.6.2", .flag),
          .init("router_address", bits: 26..<27, "RFC 6275 section 7.2", .flag),
          .init("prefix_reserved", bits: 27..<32, "RFC 4861 section 4.6.2"),
          .init("valid_lifetime", bits: 32..<64, "RFC 4861 section 4.6.2"),
          .init("preferred_lifetime", bits: 64..<96, "RFC 4861 section 4.6.2"),
          .init("prefix_reserved_2", bits: 96..<128, "RFC 4861 section 4.6.2", .hexadecimal),
          .init("prefix", bits: 128..<256, "RFC 4861 section 4.6.2", .ipv6Address),
        ]),
      .init(
        4, "redirected_header", "RFC 4861 section 4.6.3",
        [.init("redirected_reserved", bits: 16..<64, "RFC 4861 section 4.6.3", .hexadecimal)],
        tail: .data("redirected_packet")),
      .init(
        5, "mtu", "RFC 4861 section 4.6.4", lengths: 8...8,
        [
          .init("mtu_reserved", bits: 16..<32, "RFC 4861 section 4.6.4", .hexadecimal),
          .init("mtu", bits: 32..<64, "RFC 4861 section 4.6.4"),
        ]),
      .init(
        7, "advertisement_interval", "RFC 6275 section 7.3", lengths: 8...8,
        [
          .init("advertisement_interval_reserved", bits: 16..<32, "RFC 6275 section 7.3", .hexadecimal),
          .init("advertisement_interval", bits: 32..<64, "RFC 6275 section 7.3"),
        ]),
      .init(
        8, "home_agent_information", "RFC 6275 section 7.4", lengths: 8...8,
        [
          .init("home_agent_reserved", bits: 16..<32, "RFC 6275 section 7.4", .hexadecimal),
          .init("home_agent_preference", bits: 32..<48, "RFC 6275 section 7.4"),
          .init("home_agent_lifetime", bits: 48..<64, "RFC 6275 section 7.4"),
        ]),
      .init(
        14, "nonce", "RFC 3971 section 5.3.2", tail: .data("nonce")),
      .init(
        24, "route_information", "RFC 4191 section 2.3",
        [
          .init("route_prefix_length", bits: 16..<24, "RFC 4191 section 2.3"),
          .init("route_reserved", bits: 24..<27, "RFC 4191 section 2.3"),
          .init(
            "route_preference", bits: 27..<29, "RFC 4191 section 2.3",
            .named([0: "medium", 1: "high", 2: "reserved", 3: "low"])),
          .init("route_reserved_2", bits: 29..<32, "RFC 4191 section 2.3"),
          .init("route_lifetime", bits: 32..<64, "RFC 4191 section 2.3"),
        ], tail: .data("route_prefix")),
      .init(
        25, "recursive_dns_server", "RFC 8106 section 5.1",
        [
          .init("dns_server_reserved", bits: 16..<32, "RFC 8106 section 5.1", .hexadecimal),
          .init("dns_server_lifetime", bits: 32..<64, "RFC 8106 section 5.1"),
        ],
        tail: .repeated(stride: 16, [.init("dns_server_address", bits: 0..<128, "RFC 8106 section 5.1", .ipv6Address)])),
      .init(
        31, "dns_search_list", "RFC 8106 section 5.2",
        [
          .init("dns_search_list_reserved", bits: 16..<32, "RFC 8106 section 5.2", .hexadecimal),
          .init("dns_search_list_lifetime", bits: 32..<64, "RFC 8106 section 5.2"),
        ], tail: .data("dns_search_list_names")),
      .init(37, "captive_portal", "RFC 8910 section 2.3", tail: .text("captive_portal_uri")),
      .init(
        38, "pref64", "RFC 8781 section 4", lengths: 16...16,
        [
          .init("pref64_scaled_lifetime", bits: 16..<29, "RFC 8781 section 4", .units(bytes: 8)),
          .init(
            "pref64_prefix_length_code", bits: 29..<32, "RFC 8781 section 4",
            .named([0: "/96", 1: "/64", 2: "/56", 3: "/48", 4: "/40", 5: "/32"])),
        ], tail: .data("pref64_prefix")),
    ])

  /// What a version 2 query has after the address (RFC 3810 section 5.1).
  static let listenerQuery: [FieldDefinition] = [
    .init("query_reserved", bits: 192..<196, "RFC 3810 section 5.1"),
    .init("suppress_router_side_processing", bits: 196..<197, "RFC 3810 section 5.1", .flag),
    .init("queriers_robustness_variable", bits: 197..<200, "RFC 3810 section 5.1"),
    .init("queriers_query_interval_code", bits: 200..<208, "RFC 3810 section 5.1"),
    .init("number_of_sources", bits: 208..<224, "RFC 3810 section 5.1"),
  ]

  fileprivate static let record: [FieldDefinition] = [
    .init("record_type", bits: 0..<8, "RFC 3810 section 5.2", .named(recordTypes)),
    .init("auxiliary_data_length", bits: 8..<16, "RFC 3810 section 5.2", .units(bytes: 4)),
    .init("number_of_sources", bits: 16..<32, "RFC 3810 section 5.2"),
    .init("multicast_address", bits: 32..<160, "RFC 3810 section 5.2", .ipv6Address),
  ]

  /// Also those of IGMPv3 (RFC 3376 section 4.2.12).
  static let recordTypes: [UInt64: String] = [
    1: "is include", 2: "is exclude", 3: "change to include", 4: "change to exclude", 5: "allow new sources",
    6: "block old sources",
  ]
  private static let link = "RFC 4861 section 4.6.1"
}

extension DissectionDraft {
  /// Adds as many of `count` IPv6 addresses as were captured.
  func addAddresses(_ name: String, _ count: Int, at start: Int, _ layer: inout LayerBuilder) {
    let address = FieldDefinition(name, bits: 0..<128, "RFC 3810 section 5", .ipv6Address)
    for index in 0..<min(count, 4096) {
      layer.add(address, at: start + index * 16, index: index + 1)
      guard start + index * 16 < layer.captured else { return }
    }
  }

  /// The records of a version 2 listener report; returns where they end, in bytes from the message's first.
  func listenerRecords(_ layer: inout LayerBuilder) -> Int {
    var offset = 8
    for index in 0..<Int(layer.word(6) ?? 0) where offset < layer.captured {
      for field in NeighborDiscovery.record { layer.add(field, at: offset, index: index + 1) }
      guard let sources = layer.word(offset + 2), let auxiliary = layer.byte(offset + 1) else { return offset }
      addAddresses("source_address_\(index + 1)", Int(sources), at: offset + 20, &layer)
      offset += 20 + Int(sources) * 16
      if auxiliary > 0 {
        layer.addBytes("auxiliary_data_\(index + 1)", offset..<offset + Int(auxiliary) * 4, "RFC 3810 section 5.2")
        offset += Int(auxiliary) * 4
      }
    }
    return offset
  }
}
