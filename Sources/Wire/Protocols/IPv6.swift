/// A view over an IPv6 header (RFC 8200 section 3): the bytes from the version on, not copied.
public struct IPv6Header: Sendable {
  /// The header and whatever follows it.
  public let bytes: Bytes

  /// Checks once that 40 bytes are there and that the version is 6; after that no accessor can fail.
  public init?(_ bytes: Bytes) {
    guard let first = bytes.first, first >> 4 == 6, bytes.count >= 40 else { return nil }
    self.bytes = bytes
  }

  private func byte(_ offset: Int) -> UInt8 { bytes[bytes.startIndex + offset] }
  private func word(_ offset: Int) -> UInt16 { UInt16(byte(offset)) << 8 | UInt16(byte(offset + 1)) }

  public var trafficClass: UInt8 { byte(0) << 4 | byte(1) >> 4 }
  /// 20 bits.
  public var flowLabel: UInt32 { UInt32(byte(1) & 15) << 16 | UInt32(word(2)) }
  /// Of what follows the header, extension headers included, in bytes; 0 for a jumbogram.
  public var payloadLength: Int { Int(word(4)) }
  public var nextHeader: UInt8 { byte(6) }
  public var hopLimit: UInt8 { byte(7) }
  public var source: IPv6Address { IPv6Address(bytes: bytes.slice(at: 8)) ?? IPv6Address(high: 0, low: 0) }
  public var destination: IPv6Address { IPv6Address(bytes: bytes.slice(at: 24)) ?? IPv6Address(high: 0, low: 0) }
}

extension IPv6Header {
  /// The diagram of RFC 8200 section 3; the traffic class is split as RFC 2474 and RFC 3168 define it.
  public static let fields: [FieldDefinition] = [
    .init("version", bits: 0..<4, section),
    .init("traffic_class", bits: 4..<12, section, .hexadecimal),
    .init("dscp", bits: 4..<10, "RFC 2474 section 3", .hexadecimal),
    .init("ecn", bits: 10..<12, "RFC 3168 section 5", .named([0: "Not-ECT", 1: "ECT(1)", 2: "ECT(0)", 3: "CE"])),
    .init("flow_label", bits: 12..<32, section, .hexadecimal),
    .init("payload_length", bits: 32..<48, section),
    .init("next_header", bits: 48..<56, section, .named(ProtocolNumbers.ip)),
    .init("hop_limit", bits: 56..<64, section),
    .init("source_address", bits: 64..<192, section, .ipv6Address),
    .init("destination_address", bits: 192..<320, section, .ipv6Address),
  ]

  private static let section = "RFC 8200 section 3"
}

extension Dissector {
  static let ipv6 = Dissector(
    "ipv6", [.etherType(0x86dd), .ipProtocol(41), .pppProtocol(0x57), .linkType(.ipv6)]
  ) { draft, extent in
    var layer = draft.layer("ipv6", extent)
    layer.add(IPv6Header.fields)
    draft.add(layer, length: 40)
    guard let first = layer.byte(0) else { return }
    guard first >> 4 == 6 else {
      draft.note(.malformed, bytes: extent.start..<extent.start + 1, "ipv6: its version is \(first >> 4)")
      return draft.payload(extent.dropping(40))
    }
    guard let stated = layer.word(4).map({ Int($0) }), let next = layer.byte(6) else { return }
    let length = stated == 0 ? layer.jumboPayloadLength ?? 0 : stated
    let body: Extent
    if stated == 0, length == 0, next != 59 {
      draft.note(
        .information, bytes: extent.start + 4..<extent.start + 6,
        "the payload length is 0, as when the network card cuts segments later: the frame's end is taken")
      body = extent.dropping(40)
    } else {
      body = Extent(start: extent.start + 40, end: extent.start + 40 + length)
      if body.end > extent.end, !draft.isQuoted {
        draft.note(
          .truncated, bytes: extent.start + 4..<extent.start + 6,
          "the IPv6 packet says \(40 + length) bytes, but \(extent.length) were there for it")
      }
    }
    let outer = (draft.network, draft.limit)
    draft.limit = min(draft.limit, extent.end)
    draft.network = NetworkLayer(
      source: extent.start + 8..<extent.start + 24, destination: extent.start + 24..<extent.start + 40,
      isFragment: false)
    draft.dissect(.ipProtocol(next), body, otherwise: ProtocolNumbers.name(ip: next))
    (draft.network, draft.limit) = outer
    if !draft.isQuoted { draft.padding(from: body.end, in: extent, after: "IP packet") }
  }
}

extension LayerBuilder {
  /// The Jumbo Payload option's length (RFC 2675 section 2), where a hop-by-hop header begins with it.
  fileprivate var jumboPayloadLength: Int? {
    guard byte(6) == 0 else { return nil }
    return word(42) == 0xc204 ? long(44).map { Int($0) } : nil
  }
}
