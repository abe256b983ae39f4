/// What one type of ICMP message holds (RFC 792 and those after it).
struct ICMPMessageType: Sendable {
  let name: String
  /// Words for the codes.
  let codes: [UInt64: String]
  let reference: String
  /// The fields after the checksum; bits count from the type.
  let fields: [FieldDefinition]
  let body: Body

  enum Body: Sendable {
    case none
    /// The bytes as they are.
    case data
    /// The IP packet that caused the message, perhaps with extensions after it (RFC 4884).
    case quotation
    /// Extensions alone (RFC 8335).
    case extensions
    /// Elements of `stride` bytes, numbered from 1.
    case repeated(stride: Int, [FieldDefinition])
  }

  init(
    _ name: String, _ reference: String, codes: [UInt64: String] = [:], _ fields: [FieldDefinition] = [],
    body: Body = .none
  ) {
    self.name = name
    self.reference = reference
    self.codes = codes
    self.fields = fields
    self.body = body
  }
}

/// ICMP for IPv4 (RFC 792, RFC 950, RFC 1256, RFC 1191, RFC 4884, RFC 8335).
package enum ICMP {
  /// By type number; IANA's registry "ICMP Type Numbers".
  static let types: [UInt8: ICMPMessageType] = [
    0: .init("echo reply", "RFC 792", codes: zero, echo, body: .data),
    3: .init(
      "destination unreachable", "RFC 792",
      codes: [
        0: "net unreachable", 1: "host unreachable", 2: "protocol unreachable", 3: "port unreachable",
        4: "fragmentation needed and DF set", 5: "source route failed", 6: "destination network unknown",
        7: "destination host unknown", 8: "source host isolated", 9: "network administratively prohibited",
        10: "host administratively prohibited", 11: "network unreachable for type of service",
        12: "host unreachable for type of service", 13: "communication administratively prohibited",
        14: "host precedence violation", 15: "precedence cutoff in effect",
      ], unusedAndLength + [.init("next_hop_mtu", bits: 48..<64, "RFC 1191 section 4")], body: .quotation),
    4: .init("source quench", "RFC 792", codes: zero, unused, body: .quotation),
    5: .init(
      "redirect", "RFC 792",
      codes: [
        0: "for the network", 1: "for the host", 2: "for the type of service and network",
        3: "for the type of service and host",
      ], [.init("gateway_internet_address", bits: 32..<64, "RFC 792", .ipv4Address)], body: .quotation),
    6: .init("alternate host address", "RFC 6918", unused, body: .data),
    8: .init("echo", "RFC 792", codes: zero, echo, body: .data),
    9: .init(
      "router advertisement", "RFC 1256 section 3", codes: [0: "normal", 16: "does not route common traffic"],
      [
        .init("number_of_addresses", bits: 32..<40, "RFC 1256 section 3"),
        .init("address_entry_size", bits: 40..<48, "RFC 1256 section 3", .units(bytes: 4)),
        .init("lifetime", bits: 48..<64, "RFC 1256 section 3"),
      ],
      body: .repeated(
        stride: 8,
        [
          .init("router_address", bits: 0..<32, "RFC 1256 section 3", .ipv4Address),
          .init("preference_level", bits: 32..<64, "RFC 1256 section 3", .hexadecimal),
        ])),
    10: .init(
      "router solicitation", "RFC 1256 section 3", codes: zero,
      [.init("reserved", bits: 32..<64, "RFC 1256 section 3", .hexadecimal)], body: .data),
    11: .init(
      "time exceeded", "RFC 792",
      codes: [0: "time to live exceeded in transit", 1: "fragment reassembly time exceeded"],
      unusedAndLength + [.init("unused_2", bits: 48..<64, "RFC 792", .hexadecimal)], body: .quotation),
    12: .init(
      "parameter problem", "RFC 792",
      codes: [0: "pointer indicates the error", 1: "missing a required option", 2: "bad length"],
      [
        .init("pointer", bits: 32..<40, "RFC 792"),
        .init("length", bits: 40..<48, "RFC 4884 section 4", .units(bytes: 4)),
        .init("unused", bits: 48..<64, "RFC 792", .hexadecimal),
      ], body: .quotation),
    13: .init("timestamp", "RFC 792", codes: zero, echo + times),
    14: .init("timestamp reply", "RFC 792", codes: zero, echo + times),
    15: .init("information request", "RFC 792", codes: zero, echo, body: .data),
    16: .init("information reply", "RFC 792", codes: zero, echo, body: .data),
    17: .init("address mask request", "RFC 950 appendix I", codes: zero, echo + mask),
    18: .init("address mask reply", "RFC 950 appendix I", codes: zero, echo + mask),
    30: .init(
      "traceroute", "RFC 1393 section 2.3", codes: [0: "outbound packet forwarded", 1: "no route: packet discarded"],
      [
        .init("id_number", bits: 32..<48, "RFC 1393 section 2.3"),
        .init("unused", bits: 48..<64, "RFC 1393 section 2.3", .hexadecimal),
        .init("outbound_hop_count", bits: 64..<80, "RFC 1393 section 2.3"),
        .init("return_hop_count", bits: 80..<96, "RFC 1393 section 2.3"),
        .init("output_link_speed", bits: 96..<128, "RFC 1393 section 2.3"),
        .init("output_link_mtu", bits: 128..<160, "RFC 1393 section 2.3"),
      ]),
    31: .init("datagram conversion error", "RFC 1475", [.init("pointer", bits: 32..<64, "RFC 1475")], body: .data),
    32: .init("mobile host redirect", "RFC 6918", unused, body: .data),
    33: .init("IPv6 where-are-you", "RFC 6918", unused, body: .data),
    34: .init("IPv6 I-am-here", "RFC 6918", unused, body: .data),
    35: .init("mobile registration request", "RFC 6918", unused, body: .data),
    36: .init("mobile registration reply", "RFC 6918", unused, body: .data),
    37: .init("domain name request", "RFC 1788 section 2", codes: zero, echo),
    38: .init(
      "domain name reply", "RFC 1788 section 3", codes: zero,
      echo + [.init("time_to_live", bits: 64..<96, "RFC 1788 section 3")], body: .data),
    39: .init("SKIP", "RFC 6918", unused, body: .data),
    40: .init(
      "Photuris", "RFC 2521 section 2",
      codes: [
        0: "bad SPI", 1: "authentication failed", 2: "decompression failed", 3: "decryption failed",
        4: "need authentication", 5: "need authorization",
      ],
      [
        .init("reserved", bits: 32..<48, "RFC 2521 section 2", .hexadecimal),
        .init("pointer", bits: 48..<64, "RFC 2521 section 2"),
      ], body: .quotation),
    41: .init(
      "experimental mobility protocols", "RFC 4065 section 3",
      [
        .init("subtype", bits: 32..<40, "RFC 4065 section 3"),
        .init("reserved", bits: 40..<64, "RFC 4065 section 3", .hexadecimal),
      ], body: .data),
    42: .init(
      "extended echo request", "RFC 8335 section 2", codes: zero,
      [
        .init("identifier", bits: 32..<48, "RFC 8335 section 2"),
        .init("sequence_number", bits: 48..<56, "RFC 8335 section 2"),
        .init("reserved", bits: 56..<63, "RFC 8335 section 2"),
        .init("local", bits: 63..<64, "RFC 8335 section 2", .flag),
      ], body: .extensions),
    43: .init(
      "extended echo reply", "RFC 8335 section 3",
      codes: [
        0: "no error", 1: "malformed query", 2: "no such interface", 3: "no such table entry",
        4: "multiple interfaces satisfy query",
      ],
      [
        .init("identifier", bits: 32..<48, "RFC 8335 section 3"),
        .init("sequence_number", bits: 48..<56, "RFC 8335 section 3"),
        .init(
          "state", bits: 56..<59, "RFC 8335 section 3",
          .named([
            0: "reserved", 1: "incomplete", 2: "reachable", 3: "stale", 4: "delay", 5: "probe", 6: "failed",
          ])),
        .init("reserved", bits: 59..<61, "RFC 8335 section 3"),
        .init("active", bits: 61..<62, "RFC 8335 section 3", .flag),
        .init("ipv4", bits: 62..<63, "RFC 8335 section 3", .flag),
        .init("ipv6", bits: 63..<64, "RFC 8335 section 3", .flag),
      ]),
    253: .init("experiment 1", "RFC 4727 section 3", body: .data),
    254: .init("experiment 2", "RFC 4727 section 3", body: .data),
  ]

  /// Every message's first fields; what follows depends on the type.
  static let head: [FieldDefinition] = [
    .init("type", bits: 0..<8, "RFC 792", .named(types.reduce(into: [:]) { $0[UInt64($1.key)] = $1.value.name }))
  ]
  static let checksum = FieldDefinition("checksum", bits: 16..<32, "RFC 792", .hexadecimal)

  private static let zero: [UInt64: String] = [:]
  private static let unused: [FieldDefinition] = [.init("unused", bits: 32..<64, "RFC 792", .hexadecimal)]
  private static let unusedAndLength: [FieldDefinition] = [
    .init("unused", bits: 32..<40, "RFC 792", .hexadecimal),
    .init("length", bits: 40..<48, "RFC 4884 section 4", .units(bytes: 4)),
  ]
  private static let echo: [FieldDefinition] = [
    .init("identifier", bits: 32..<48, "RFC 792"),
    .init("sequence_number", bits: 48..<64, "RFC 792"),
  ]
  private static let times: [FieldDefinition] = [
    .init("originate_timestamp", bits: 64..<96, "RFC 792"),
    .init("receive_timestamp", bits: 96..<128, "RFC 792"),
    .init("transmit_timestamp", bits: 128..<160, "RFC 792"),
  ]
  private static let mask: [FieldDefinition] = [
    .init("address_mask", bits: 64..<96, "RFC 950 appendix I", .ipv4Address)
  ]
}
