/// Dynamic host configuration for IPv4 (RFC 2131 section 2), whose options stand in RFC 2132 and after it.
enum DHCP {
  static let header: [FieldDefinition] = [
    .init("op", bits: 0..<8, section, .named([1: "BOOTREQUEST", 2: "BOOTREPLY"])),
    .init("htype", bits: 8..<16, section, .named([1: "Ethernet"])),
    .init("hlen", bits: 16..<24, section),
    .init("hops", bits: 24..<32, section),
    .init("xid", bits: 32..<64, section, .hexadecimal),
    .init("secs", bits: 64..<80, section),
    .init("flags", bits: 80..<96, section, .hexadecimal),
    .init("broadcast", bits: 80..<81, section, .flag),
    .init("ciaddr", bits: 96..<128, section, .ipv4Address),
    .init("yiaddr", bits: 128..<160, section, .ipv4Address),
    .init("siaddr", bits: 160..<192, section, .ipv4Address),
    .init("giaddr", bits: 192..<224, section, .ipv4Address),
  ]
  static let cookie = FieldDefinition(
    "magic_cookie", bits: 0..<32, "RFC 2131 section 3", .namedHexadecimal([0x6382_5363: "DHCP"]))

  static let options = OptionTable(
    kindName: "code", singles: [0, 255], end: 255, reference: "RFC 2132 section 2", length: { $0 + 2 },
    [
      .init(0, "pad", "RFC 2132 section 3.1"),
      address(1, "subnet_mask", "RFC 2132 section 3.3"),
      number(2, "time_offset", 32, "RFC 2132 section 3.4"),
      addresses(3, "router", "RFC 2132 section 3.5"),
      addresses(6, "domain_name_server", "RFC 2132 section 3.8"),
      .init(12, "host_name", "RFC 2132 section 3.14", tail: .text("host_name")),
      .init(15, "domain_name", "RFC 2132 section 3.17", tail: .text("domain_name")),
      number(26, "interface_mtu", 16, "RFC 2132 section 5.1"),
      address(28, "broadcast_address", "RFC 2132 section 5.3"),
      addresses(42, "network_time_protocol_server", "RFC 2132 section 8.3"),
      addresses(44, "netbios_name_server", "RFC 2132 section 8.5"),
      address(50, "requested_ip_address", "RFC 2132 section 9.1"),
      number(51, "ip_address_lease_time", 32, "RFC 2132 section 9.2"),
      number(52, "option_overload", 8, "RFC 2132 section 9.3", .named([1: "file", 2: "sname", 3: "both"])),
      number(
        53, "dhcp_message_type", 8, "RFC 2132 section 9.6",
        .named([
          1: "DHCPDISCOVER", 2: "DHCPOFFER", 3: "DHCPREQUEST", 4: "DHCPDECLINE", 5: "DHCPACK", 6: "DHCPNAK",
          7: "DHCPRELEASE", 8: "DHCPINFORM", 9: "DHCPFORCERENEW", 10: "DHCPLEASEQUERY", 11: "DHCPLEASEUNASSIGNED",
          12: "DHCPLEASEUNKNOWN", 13: "DHCPLEASEACTIVE",
        ])),
      address(54, "server_identifier", "RFC 2132 section 9.7"),
      .init(
        55, "parameter_request_list", "RFC 2132 section 9.8",
        tail: .repeated(stride: 1, [.init("requested_option", bits: 0..<8, "RFC 2132 section 9.8")])),
      .init(56, "message", "RFC 2132 section 9.9", tail: .text("message")),
      number(57, "maximum_dhcp_message_size", 16, "RFC 2132 section 9.10"),
      number(58, "renewal_time", 32, "RFC 2132 section 9.11"),
      number(59, "rebinding_time", 32, "RFC 2132 section 9.12"),
      .init(60, "vendor_class_identifier", "RFC 2132 section 9.13", tail: .text("vendor_class_identifier")),
      .init(
        61, "client_identifier", "RFC 2132 section 9.14",
        [.init("client_identifier_type", bits: 16..<24, "RFC 2132 section 9.14")], tail: .data("client_identifier")),
      .init(66, "tftp_server_name", "RFC 2132 section 9.4", tail: .text("tftp_server_name")),
      .init(67, "bootfile_name", "RFC 2132 section 9.5", tail: .text("bootfile_name")),
      .init(81, "client_fqdn", "RFC 4702 section 2", tail: .data("client_fqdn")),
      .init(82, "relay_agent_information", "RFC 3046 section 2.0", tail: .data("relay_agent_information")),
      .init(119, "domain_search", "RFC 3397 section 2", tail: .data("domain_search")),
      .init(121, "classless_static_route", "RFC 3442", tail: .data("classless_static_route")),
      .init(255, "end", "RFC 2132 section 3.2"),
    ])

  private static let section = "RFC 2131 section 2"

  private static func number(
    _ code: Int, _ name: String, _ width: Int, _ reference: String, _ format: FieldFormat = .decimal
  ) -> OptionDefinition {
    .init(
      code, name, reference, lengths: 2 + width / 8...2 + width / 8,
      [.init(name, bits: 16..<16 + width, reference, format)])
  }

  private static func address(_ code: Int, _ name: String, _ reference: String) -> OptionDefinition {
    number(code, name, 32, reference, .ipv4Address)
  }

  private static func addresses(_ code: Int, _ name: String, _ reference: String) -> OptionDefinition {
    .init(code, name, reference, tail: .repeated(stride: 4, [.init(name, bits: 0..<32, reference, .ipv4Address)]))
  }
}

extension Dissector {
  static let dhcp = Dissector("dhcp", [.udpPort(67), .udpPort(68)]) { draft, extent in
    var layer = draft.layer("dhcp", extent)
    layer.add(DHCP.header)
    let isEthernet = layer.byte(1) == 1 && layer.byte(2) == 6
    layer.add(
      FieldDefinition(
        "chaddr", bits: 224..<(isEthernet ? 272 : 352), "RFC 2131 section 2", isEthernet ? .macAddress : .bytes))
    if isEthernet { layer.addBytes("chaddr_padding", 34..<44, "RFC 2131 section 2") }
    layer.addText("sname", 44..<108, "RFC 2131 section 2")
    layer.addText("file", 108..<236, "RFC 2131 section 2")
    guard extent.length > 236 else { return draft.add(layer, length: 236) }
    layer.add(DHCP.cookie, at: 236)
    guard layer.long(236) == 0x6382_5363 else {
      draft.add(layer, length: 240)
      return draft.payload(extent.dropping(240))
    }
    draft.addOptions(DHCP.options, 240..<extent.length, to: &layer)
    draft.add(layer, length: extent.length)
  }
}

extension LayerBuilder {
  /// Text that zero bytes fill up.
  fileprivate mutating func addText(_ name: String, _ range: Range<Int>, _ reference: String) {
    let text = String(decoding: slice(range).prefix { $0 != 0 }, as: UTF8.self)
    add(name, range, .text(text), text, reference)
  }
}
