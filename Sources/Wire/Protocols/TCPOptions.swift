/// The options of a TCP header (the IANA registry "TCP Option Kind Numbers").
enum TCPOptions {
  static let table = OptionTable(
    kindName: "kind", singles: [0, 1], end: 0, reference: base,
    [
      .init(0, "end_of_option_list", base),
      .init(1, "no_operation", base),
      .init(
        2, "maximum_segment_size", base, lengths: 4...4, [.init("maximum_segment_size", bits: 16..<32, base)]),
      .init(
        3, "window_scale", "RFC 7323 section 2.2", lengths: 3...3,
        [.init("window_scale", bits: 16..<24, "RFC 7323 section 2.2", .named(shifts))]),
      .init(4, "sack_permitted", "RFC 2018 section 2", lengths: 2...2),
      .init(
        5, "sack", "RFC 2018 section 3", lengths: 2...34,
        tail: .repeated(
          stride: 8,
          [
            .init("sack_left_edge", bits: 0..<32, "RFC 2018 section 3"),
            .init("sack_right_edge", bits: 32..<64, "RFC 2018 section 3"),
          ])),
      .init(6, "echo", "RFC 1072 section 4.1", lengths: 6...6, [.init("echo", bits: 16..<48, "RFC 1072 section 4.1")]),
      .init(
        7, "echo_reply", "RFC 1072 section 4.2", lengths: 6...6,
        [.init("echo_reply", bits: 16..<48, "RFC 1072 section 4.2")]),
      .init(
        8, "timestamps", "RFC 7323 section 3.2", lengths: 10...10,
        [
          .init("ts_value", bits: 16..<48, "RFC 7323 section 3.2"),
          .init("ts_echo_reply", bits: 48..<80, "RFC 7323 section 3.2"),
        ]),
      .init(9, "partial_order_connection_permitted", "RFC 1693", lengths: 2...2),
      .init(
        10, "partial_order_service_profile", "RFC 1693", lengths: 3...3,
        [
          .init("partial_order_start", bits: 16..<17, "RFC 1693", .flag),
          .init("partial_order_end", bits: 17..<18, "RFC 1693", .flag),
        ]),
      .init(11, "cc", "RFC 1644", lengths: 6...6, [.init("connection_count", bits: 16..<48, "RFC 1644")]),
      .init(12, "cc_new", "RFC 1644", lengths: 6...6, [.init("connection_count_new", bits: 16..<48, "RFC 1644")]),
      .init(13, "cc_echo", "RFC 1644", lengths: 6...6, [.init("connection_count_echo", bits: 16..<48, "RFC 1644")]),
      .init(
        14, "alternate_checksum_request", "RFC 1146", lengths: 3...3,
        [
          .init(
            "alternate_checksum", bits: 16..<24, "RFC 1146",
            .named([0: "TCP checksum", 1: "8-bit Fletcher", 2: "16-bit Fletcher", 3: "redundant checksum avoidance"]))
        ]),
      .init(15, "alternate_checksum_data", "RFC 1146", tail: .data("alternate_checksum_data")),
      .init(18, "trailer_checksum", "IANA", lengths: 3...3, tail: .data("trailer_checksum")),
      .init(
        19, "md5_signature", "RFC 2385 section 3.0", lengths: 18...18,
        [.init("md5_digest", bits: 16..<144, "RFC 2385 section 3.0", .bytes)]),
      .init(20, "scps_capabilities", "CCSDS 714.0-B-2", tail: .data("scps_capabilities_data")),
      .init(21, "selective_negative_acknowledgment", "CCSDS 714.0-B-2", tail: .data("snack_data")),
      .init(22, "record_boundaries", "CCSDS 714.0-B-2", tail: .data("record_boundaries_data")),
      .init(23, "corruption_experienced", "CCSDS 714.0-B-2", tail: .data("corruption_experienced_data")),
      .init(
        27, "quick_start_response", "RFC 4782 section 4.1", lengths: 8...8,
        [
          .init("quick_start_reserved", bits: 16..<20, "RFC 4782 section 4.1"),
          .init("quick_start_rate", bits: 20..<24, "RFC 4782 section 4.1"),
          .init("quick_start_ttl_difference", bits: 24..<32, "RFC 4782 section 4.1"),
          .init("quick_start_nonce", bits: 32..<62, "RFC 4782 section 4.1", .hexadecimal),
          .init("quick_start_reserved_2", bits: 62..<64, "RFC 4782 section 4.1"),
        ]),
      .init(
        28, "user_timeout", "RFC 5482 section 3", lengths: 4...4,
        [
          .init("user_timeout_granularity", bits: 16..<17, "RFC 5482 section 3", .named([0: "seconds", 1: "minutes"])),
          .init("user_timeout", bits: 17..<32, "RFC 5482 section 3"),
        ]),
      .init(
        29, "authentication", "RFC 5925 section 2.2", lengths: 4...40,
        [
          .init("authentication_key_id", bits: 16..<24, "RFC 5925 section 2.2"),
          .init("authentication_receive_next_key_id", bits: 24..<32, "RFC 5925 section 2.2"),
        ], tail: .data("authentication_mac")),
      .init(
        30, "multipath", "RFC 8684 section 3", lengths: 3...40,
        [
          .init("multipath_subtype", bits: 16..<20, "RFC 8684 section 3", .named(multipathSubtypes)),
          .init("multipath_flags", bits: 20..<24, "RFC 8684 section 3", .hexadecimal),
        ],
        tail: .data("multipath_data")),
      .init(34, "fast_open", "RFC 7413 section 4.1.1", lengths: 2...18, tail: .data("fast_open_cookie")),
      .init(69, "encryption_negotiation", "RFC 8547 section 4.1", tail: .data("encryption_suboptions")),
      .init(
        172, "accurate_ecn_order_0", "RFC 9768 section 3.2.3", lengths: 2...11, tail: .repeated(stride: 3, ecnCounters)),
      .init(
        174, "accurate_ecn_order_1", "RFC 9768 section 3.2.3", lengths: 2...11, tail: .repeated(stride: 3, ecnCounters)),
      .init(
        253, "experiment_1", "RFC 6994 section 3", lengths: 2...40,
        [.init("experiment_identifier", bits: 16..<32, "RFC 6994 section 3", .namedHexadecimal(experiments))],
        tail: .data("experiment_data")),
      .init(
        254, "experiment_2", "RFC 6994 section 3", lengths: 2...40,
        [.init("experiment_identifier", bits: 16..<32, "RFC 6994 section 3", .namedHexadecimal(experiments))],
        tail: .data("experiment_data")),
    ])

  private static let base = "RFC 9293 section 3.2"
  private static let shifts: [UInt64: String] = Dictionary(
    uniqueKeysWithValues: (0...14).map { (UInt64($0), "multiply by \(1 << $0)") })
  private static let multipathSubtypes: [UInt64: String] = [
    0: "MP_CAPABLE", 1: "MP_JOIN", 2: "DSS", 3: "ADD_ADDR", 4: "REMOVE_ADDR", 5: "MP_PRIO", 6: "MP_FAIL",
    7: "MP_FASTCLOSE", 8: "MP_TCPRST",
  ]
  private static let ecnCounters: [FieldDefinition] = [
    .init("accurate_ecn_counter", bits: 0..<24, "RFC 9768 section 3.2.3")
  ]
  private static let experiments: [UInt64: String] = [0xf989: "TCP Fast Open", 0xacce: "Accurate ECN"]
}
