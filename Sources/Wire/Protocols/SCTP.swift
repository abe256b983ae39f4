/// The Stream Control Transmission Protocol (RFC 9260): the common header, then chunks, each a layer of its own.
enum SCTP {
  static let header: [FieldDefinition] = [
    .init("source_port", bits: 0..<16, "RFC 9260 section 3.1"),
    .init("destination_port", bits: 16..<32, "RFC 9260 section 3.1"),
    .init("verification_tag", bits: 32..<64, "RFC 9260 section 3.1", .hexadecimal),
    .init("checksum", bits: 64..<96, "RFC 9260 section 3.1", .hexadecimal),
  ]

  /// One kind of chunk: what follows its type, flags and length.
  struct Chunk: Sendable {
    let name: String
    let reference: String
    var fields: [FieldDefinition] = []
    var rest = Rest.data
  }

  enum Rest: Sendable {
    case data, parameters, gapBlocks
  }

  static let chunks: [UInt8: Chunk] = [
    0: Chunk(
      name: "DATA", reference: "RFC 9260 section 3.3.1",
      fields: [
        .init("transmission_sequence_number", bits: 32..<64, "RFC 9260 section 3.3.1"),
        .init("stream_identifier", bits: 64..<80, "RFC 9260 section 3.3.1"),
        .init("stream_sequence_number", bits: 80..<96, "RFC 9260 section 3.3.1"),
        .init("payload_protocol_identifier", bits: 96..<128, "RFC 9260 section 3.3.1"),
      ]),
    1: Chunk(name: "INIT", reference: "RFC 9260 section 3.3.2", fields: initiation, rest: .parameters),
    2: Chunk(name: "INIT ACK", reference: "RFC 9260 section 3.3.3", fields: initiation, rest: .parameters),
    3: Chunk(
      name: "SACK", reference: "RFC 9260 section 3.3.4",
      fields: [
        .init("cumulative_tsn_ack", bits: 32..<64, "RFC 9260 section 3.3.4"),
        .init("advertised_receiver_window_credit", bits: 64..<96, "RFC 9260 section 3.3.4"),
        .init("number_of_gap_ack_blocks", bits: 96..<112, "RFC 9260 section 3.3.4"),
        .init("number_of_duplicate_tsns", bits: 112..<128, "RFC 9260 section 3.3.4"),
      ], rest: .gapBlocks),
    4: Chunk(name: "HEARTBEAT", reference: "RFC 9260 section 3.3.5", rest: .parameters),
    5: Chunk(name: "HEARTBEAT ACK", reference: "RFC 9260 section 3.3.6", rest: .parameters),
    6: Chunk(name: "ABORT", reference: "RFC 9260 section 3.3.7", rest: .parameters),
    7: Chunk(
      name: "SHUTDOWN", reference: "RFC 9260 section 3.3.8",
      fields: [.init("cumulative_tsn_ack", bits: 32..<64, "RFC 9260 section 3.3.8")]),
    8: Chunk(name: "SHUTDOWN ACK", reference: "RFC 9260 section 3.3.9"),
    9: Chunk(name: "ERROR", reference: "RFC 9260 section 3.3.10", rest: .parameters),
    10: Chunk(name: "COOKIE ECHO", reference: "RFC 9260 section 3.3.11"),
    11: Chunk(name: "COOKIE ACK", reference: "RFC 9260 section 3.3.12"),
    12: Chunk(
      name: "ECNE", reference: "RFC 9260 appendix A",
      fields: [.init("lowest_tsn_number", bits: 32..<64, "RFC 9260 appendix A")]),
    13: Chunk(
      name: "CWR", reference: "RFC 9260 appendix A",
      fields: [.init("lowest_tsn_number", bits: 32..<64, "RFC 9260 appendix A")]),
    14: Chunk(name: "SHUTDOWN COMPLETE", reference: "RFC 9260 section 3.3.13"),
    15: Chunk(
      name: "AUTH", reference: "RFC 4895 section 4.1",
      fields: [
        .init("shared_key_identifier", bits: 32..<48, "RFC 4895 section 4.1"),
        .init("hmac_identifier", bits: 48..<64, "RFC 4895 section 4.1"),
      ]),
    64: Chunk(
      name: "I-DATA", reference: "RFC 8260 section 2.1",
      fields: [
        .init("transmission_sequence_number", bits: 32..<64, "RFC 8260 section 2.1"),
        .init("stream_identifier", bits: 64..<80, "RFC 8260 section 2.1"),
        .init("reserved", bits: 80..<96, "RFC 8260 section 2.1"),
        .init("message_identifier", bits: 96..<128, "RFC 8260 section 2.1"),
        .init("payload_protocol_identifier_or_fsn", bits: 128..<160, "RFC 8260 section 2.1"),
      ]),
    128: Chunk(
      name: "ASCONF-ACK", reference: "RFC 5061 section 4.1.2",
      fields: [.init("sequence_number", bits: 32..<64, "RFC 5061 section 4.1.2")], rest: .parameters),
    130: Chunk(name: "RE-CONFIG", reference: "RFC 6525 section 3.1", rest: .parameters),
    132: Chunk(name: "PAD", reference: "RFC 4820 section 3"),
    192: Chunk(
      name: "FORWARD TSN", reference: "RFC 3758 section 3.2",
      fields: [.init("new_cumulative_tsn", bits: 32..<64, "RFC 3758 section 3.2")]),
    193: Chunk(
      name: "ASCONF", reference: "RFC 5061 section 4.1.1",
      fields: [.init("sequence_number", bits: 32..<64, "RFC 5061 section 4.1.1")], rest: .parameters),
    194: Chunk(
      name: "I-FORWARD-TSN", reference: "RFC 8260 section 2.3.1",
      fields: [.init("new_cumulative_tsn", bits: 32..<64, "RFC 8260 section 2.3.1")]),
  ]

  static let type = FieldDefinition(
    "type", bits: 0..<8, "RFC 9260 section 3.2", .named(chunks.reduce(into: [:]) { $0[UInt64($1.key)] = $1.value.name })
  )
  static let length = FieldDefinition("length", bits: 16..<32, "RFC 9260 section 3.2")
  static let plainFlags = FieldDefinition("flags", bits: 8..<16, "RFC 9260 section 3.2", .hexadecimal)
  static let dataFlags: [FieldDefinition] = [
    .init("reserved_flags", bits: 8..<12, "RFC 9260 section 3.3.1", .hexadecimal),
    .init("immediate", bits: 12..<13, "RFC 9260 section 3.3.1", .flag),
    .init("unordered", bits: 13..<14, "RFC 9260 section 3.3.1", .flag),
    .init("beginning", bits: 14..<15, "RFC 9260 section 3.3.1", .flag),
    .init("ending", bits: 15..<16, "RFC 9260 section 3.3.1", .flag),
  ]

  private static let initiation: [FieldDefinition] = [
    .init("initiate_tag", bits: 32..<64, "RFC 9260 section 3.3.2", .hexadecimal),
    .init("advertised_receiver_window_credit", bits: 64..<96, "RFC 9260 section 3.3.2"),
    .init("number_of_outbound_streams", bits: 96..<112, "RFC 9260 section 3.3.2"),
    .init("number_of_inbound_streams", bits: 112..<128, "RFC 9260 section 3.3.2"),
    .init("initial_tsn", bits: 128..<160, "RFC 9260 section 3.3.2"),
  ]

  static let parameters = OptionTable(
    kindName: "type", kindBits: 0..<16, lengthBits: 16..<32, alignment: 4, reference: "RFC 9260 section 3.2.1",
    [
      .init(1, "heartbeat_info", "RFC 9260 section 3.3.5", tail: .data("heartbeat_information")),
      .init(
        5, "ipv4_address", "RFC 9260 section 3.3.2.1", lengths: 8...8,
        [.init("ipv4_address", bits: 32..<64, "RFC 9260 section 3.3.2.1", .ipv4Address)]),
      .init(
        6, "ipv6_address", "RFC 9260 section 3.3.2.1", lengths: 20...20,
        [.init("ipv6_address", bits: 32..<160, "RFC 9260 section 3.3.2.1", .ipv6Address)]),
      .init(7, "state_cookie", "RFC 9260 section 3.3.3.1", tail: .data("state_cookie")),
      .init(8, "unrecognized_parameter", "RFC 9260 section 3.3.3.1", tail: .data("unrecognized_parameter")),
      .init(
        9, "cookie_preservative", "RFC 9260 section 3.3.2.1", lengths: 8...8,
        [.init("suggested_cookie_life_span_increment", bits: 32..<64, "RFC 9260 section 3.3.2.1")]),
      .init(11, "host_name_address", "RFC 9260 section 3.3.2.1", tail: .text("host_name")),
      .init(
        12, "supported_address_types", "RFC 9260 section 3.3.2.1",
        tail: .repeated(stride: 2, [.init("supported_address_type", bits: 0..<16, "RFC 9260 section 3.3.2.1")])),
      .init(0x8000, "ecn_capable", "RFC 9260 appendix A"),
      .init(0x8002, "random", "RFC 4895 section 3.1", tail: .data("random_number")),
      .init(0x8003, "chunk_list", "RFC 4895 section 3.2", tail: .data("chunk_types")),
      .init(0x8004, "requested_hmac_algorithm", "RFC 4895 section 3.3", tail: .data("hmac_identifiers")),
      .init(0x8008, "supported_extensions", "RFC 5061 section 4.2.7", tail: .data("supported_chunk_types")),
      .init(0xc000, "forward_tsn_supported", "RFC 3758 section 3.1"),
      .init(
        0xc006, "adaptation_layer_indication", "RFC 5061 section 4.2.6",
        [.init("adaptation_code_point", bits: 32..<64, "RFC 5061 section 4.2.6", .hexadecimal)]),
    ])
}

extension Dissector {
  static let sctp = Dissector("sctp", [.ipProtocol(132)]) { draft, extent in
    var layer = draft.layer("sctp", extent)
    layer.add(SCTP.header)
    draft.add(layer, length: 12)
    draft.verifySCTP(extent)
    var rest = extent.dropping(12)
    // A chunk has at least four bytes; the count bounds the layers of a crafted packet.
    for _ in 0..<256 where rest.length > 0 && rest.start < draft.limit {
      guard let length = draft.sctpChunk(rest) else { return }
      rest = rest.dropping(length)
    }
    draft.payload(rest)
  }
}

extension DissectionDraft {
  /// Adds the chunk at the start of `extent`; returns its length with padding, or `nil` where it makes no sense.
  fileprivate mutating func sctpChunk(_ extent: Extent) -> Int? {
    let head = layer("sctp_chunk", extent)
    guard let type = head.byte(0), let length = head.word(2).map({ Int($0) }), length >= 4, length <= extent.length
    else {
      var layer = head
      layer.add([SCTP.type, SCTP.plainFlags, SCTP.length])
      add(layer, length: 4)
      if let length = head.word(2) {
        note(
          .malformed, bytes: extent.start + 2..<extent.start + 4,
          "sctp: a chunk says \(length) bytes, \(extent.length) are left")
      }
      payload(extent.dropping(4))
      return nil
    }
    var layer = layer("sctp_chunk", extent.dropping(0, length: length))
    let chunk = SCTP.chunks[type]
    layer.add(SCTP.type)
    layer.add(type == 0 || type == 64 ? SCTP.dataFlags : [SCTP.plainFlags])
    layer.add(SCTP.length)
    let fields = (chunk?.fields ?? []).filter { $0.bits.upperBound <= length * 8 }
    layer.add(fields)
    let used = max(4, (fields.last?.bits.upperBound ?? 0) / 8)
    let name = type == 6 || type == 9 ? "error_causes" : "chunk_value"
    switch chunk?.rest ?? .data {
    case .parameters where type != 6 && type != 9: addOptions(SCTP.parameters, used..<length, to: &layer)
    case .gapBlocks: gapBlocks(&layer, used, length)
    default:
      if used < length {
        layer.addBytes(type == 0 ? "user_data" : name, used..<length, chunk?.reference ?? "RFC 9260 section 3.2")
      }
    }
    add(layer, length: length)
    return min(extent.length, (length + 3) / 4 * 4)
  }

  private func gapBlocks(_ layer: inout LayerBuilder, _ start: Int, _ end: Int) {
    var offset = start
    for index in 0..<Int(layer.word(12) ?? 0) where offset + 4 <= end {
      layer.add(
        FieldDefinition("gap_ack_block_start", bits: 0..<16, "RFC 9260 section 3.3.4"), at: offset, index: index + 1)
      layer.add(
        FieldDefinition("gap_ack_block_end", bits: 16..<32, "RFC 9260 section 3.3.4"), at: offset, index: index + 1)
      offset += 4
    }
    for index in 0..<Int(layer.word(14) ?? 0) where offset + 4 <= end {
      layer.add(FieldDefinition("duplicate_tsn", bits: 0..<32, "RFC 9260 section 3.3.4"), at: offset, index: index + 1)
      offset += 4
    }
    if offset < end { layer.addBytes("rest", offset..<end, "RFC 9260 section 3.3.4") }
  }

  /// The CRC32c of RFC 9260 appendix A, computed with the checksum as zero; its bytes stand least significant first.
  fileprivate mutating func verifySCTP(_ extent: Extent) {
    let place = extent.start + 8..<extent.start + 12
    guard place.upperBound <= min(limit, extent.end), !knowledge.hides(place) else { return }
    let covered = extent.start..<min(extent.end, limit)
    let reason: String? =
      if network?.isFragment == true {
        "this fragment holds only a part of what it covers"
      } else if let edit = knowledge.edit(in: covered) {
        "it covers \(edit.inWords), edited out of the capture"
      } else if knowledge.hides(covered) { "it covers bytes that the source does not give" } else if extent.end > limit
      { "\(extent.end - limit) of the \(extent.length) bytes that it covers were not captured" } else { nil }
    if let reason { return note(.checksum, bytes: place, "the SCTP checksum cannot be verified: \(reason)") }
    var crc = CRC32c()
    crc.add(bytes[covered.lowerBound..<place.lowerBound])
    crc.add([0, 0, 0, 0])
    crc.add(bytes[place.upperBound..<covered.upperBound])
    let stored = bytes[place].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    guard stored != crc.value else { return note(.checksum, bytes: place, "the SCTP checksum is good") }
    let shown = [stored, crc.value].map { FieldFormat.hexadecimal.text(UInt64($0.byteSwapped), width: 32) }
    note(.checksum, bytes: place, "the SCTP checksum is bad: \(shown[0]) is stored, \(shown[1]) is expected")
  }
}
