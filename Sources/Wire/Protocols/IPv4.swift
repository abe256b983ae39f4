/// A view over an IPv4 header (RFC 791 section 3.1): the bytes from the version on, not copied.
public struct IPv4Header: Sendable {
  /// The header and whatever follows it.
  public let bytes: Bytes

  /// Checks once that 20 bytes are there, that the version is 4 and that the header length fits; after that no
  /// accessor can fail.
  public init?(_ bytes: Bytes) {
    guard let first = bytes.first, first >> 4 == 4, bytes.count >= 20 else { return nil }
    let length = Int(first & 15) * 4
    guard length >= 20, length <= bytes.count else { return nil }
    self.bytes = bytes
  }

  private func byte(_ offset: Int) -> UInt8 { bytes[bytes.startIndex + offset] }
  private func word(_ offset: Int) -> UInt16 { UInt16(byte(offset)) << 8 | UInt16(byte(offset + 1)) }

  /// Header length in bytes, 20 to 60.
  public var headerLength: Int { Int(byte(0) & 15) * 4 }
  public var typeOfService: UInt8 { byte(1) }
  /// Length of header and payload in bytes, as the header says.
  public var totalLength: Int { Int(word(2)) }
  public var identification: UInt16 { word(4) }
  public var dontFragment: Bool { byte(6) & 0x40 != 0 }
  public var moreFragments: Bool { byte(6) & 0x20 != 0 }
  /// In bytes (the field counts units of eight).
  public var fragmentOffset: Int { Int(word(6) & 0x1fff) * 8 }
  public var timeToLive: UInt8 { byte(8) }
  public var protocolNumber: UInt8 { byte(9) }
  public var checksum: UInt16 { word(10) }
  public var source: IPv4Address { IPv4Address(rawValue: UInt32(word(12)) << 16 | UInt32(word(14))) }
  public var destination: IPv4Address { IPv4Address(rawValue: UInt32(word(16)) << 16 | UInt32(word(18))) }

  /// The header alone, options included.
  public var header: Bytes { bytes.slice(at: 0, length: headerLength) }
  public var options: Bytes { bytes.slice(at: 20, length: headerLength - 20) }
  /// What follows the header, up to the total length or the end of the bytes.
  public var payload: Bytes { bytes.slice(at: headerLength, length: max(0, totalLength - headerLength)) }
  public var isFragment: Bool { moreFragments || fragmentOffset > 0 }
  public var isChecksumGood: Bool { InternetChecksum.of(header) == 0 }
}

extension IPv4Header {
  /// The diagram of RFC 791 section 3.1. A field that is made of smaller ones (`type_of_service`, `flags`) comes first,
  /// its parts after it; the type-of-service byte is split as RFC 2474 and RFC 3168 redefine it.
  public static let fields: [FieldDefinition] = [
    .init("version", bits: 0..<4, section),
    .init("ihl", bits: 4..<8, section, .units(bytes: 4)),
    .init("type_of_service", bits: 8..<16, section, .hexadecimal),
    .init("dscp", bits: 8..<14, "RFC 2474 section 3", .hexadecimal),
    .init("ecn", bits: 14..<16, "RFC 3168 section 5", .named([0: "Not-ECT", 1: "ECT(1)", 2: "ECT(0)", 3: "CE"])),
    .init("total_length", bits: 16..<32, section),
    .init("identification", bits: 32..<48, section, .hexadecimal),
    .init("flags", bits: 48..<51, section, .hexadecimal),
    .init("reserved_flag", bits: 48..<49, section, .flag),
    .init("dont_fragment", bits: 49..<50, section, .flag),
    .init("more_fragments", bits: 50..<51, section, .flag),
    .init("fragment_offset", bits: 51..<64, section, .units(bytes: 8)),
    .init("ttl", bits: 64..<72, section),
    .init("protocol", bits: 72..<80, section, .named(ProtocolNumbers.ip)),
    .init("header_checksum", bits: 80..<96, section, .hexadecimal),
    .init("source_address", bits: 96..<128, section, .ipv4Address),
    .init("destination_address", bits: 128..<160, section, .ipv4Address),
  ]

  private static let section = "RFC 791 section 3.1"
}

extension Dissector {
  static let ipv4 = Dissector(
    "ipv4", [.etherType(0x0800), .ipProtocol(4), .ipProtocol(94), .pppProtocol(0x21), .linkType(.ipv4)]
  ) { draft, extent in
    var layer = draft.layer("ipv4", extent)
    layer.add(IPv4Header.fields)
    guard let first = layer.byte(0) else { return draft.add(layer, length: 20) }
    let headerLength = Int(first & 15) * 4
    guard first >> 4 == 4, headerLength >= 20 else {
      let what =
        first >> 4 == 4 ? "its header length is \(headerLength) bytes, less than 20" : "its version is \(first >> 4)"
      draft.note(.malformed, bytes: extent.start..<extent.start + 1, "ipv4: \(what)")
      draft.add(layer, length: 20)
      return draft.payload(extent.dropping(20))
    }
    draft.addOptions(IPv4Options.table, 20..<headerLength, to: &layer)
    draft.add(layer, length: headerLength)
    draft.verify(
      "IPv4 header", over: extent.dropping(0, length: headerLength), field: 10,
      vouched: draft.knowledge.ipChecksumVouched)
    draft.carryIPv4(layer, headerLength)
  }
}

extension DissectionDraft {
  /// What follows an IPv4 header: its payload by protocol, a later fragment's bytes, then padding.
  fileprivate mutating func carryIPv4(_ layer: LayerBuilder, _ headerLength: Int) {
    let extent = layer.extent
    guard let totalLength = layer.word(2).map({ Int($0) }) else { return payload(extent.dropping(headerLength)) }
    var end = extent.start + totalLength
    if totalLength == 0 {
      note(
        .information, bytes: extent.start + 2..<extent.start + 4,
        "the total length is 0, as when the network card cuts segments later: the frame's end is taken")
      end = extent.end
    } else if totalLength < headerLength {
      note(
        .malformed, bytes: extent.start + 2..<extent.start + 4,
        "ipv4: the total length of \(totalLength) is less than the header's \(headerLength) bytes")
      return payload(extent.dropping(headerLength))
    } else if end > extent.end, !isQuoted {
      note(
        .truncated, bytes: extent.start + 2..<extent.start + 4,
        "the IPv4 packet says \(totalLength) bytes, but \(extent.length) were there for it")
    }
    let body = Extent(start: extent.start + headerLength, end: end)
    let offset = Int((layer.word(6) ?? 0) & 0x1fff) * 8
    let more = (layer.byte(6) ?? 0) & 0x20 != 0
    let outer = (network, limit)
    limit = min(limit, extent.end)
    network = NetworkLayer(
      source: extent.start + 12..<extent.start + 16, destination: finalDestination(layer, headerLength),
      isFragment: offset > 0 || more)
    let number = layer.byte(9)
    if offset > 0 {
      note(
        .information, bytes: extent.start + 6..<extent.start + 8,
        "this is a later fragment: its bytes continue at \(offset) what the first fragment begins")
      payload(body)
    } else if let number {
      dissect(.ipProtocol(number), body, otherwise: ProtocolNumbers.name(ip: number))
    } else {
      payload(body)
    }
    (network, limit) = outer
    if !isQuoted { padding(from: end, in: extent, after: "IP packet") }
  }

  /// Where the last address stands: the pseudo-header of a source-routed packet holds the end of the route.
  private func finalDestination(_ layer: LayerBuilder, _ headerLength: Int) -> Range<Int> {
    let start = layer.extent.start
    let plain = start + 16..<start + 20
    var offset = 20
    while offset + 1 < headerLength, let kind = layer.byte(offset), kind != 0 {
      if kind == 1 {
        offset += 1
        continue
      }
      guard let length = layer.byte(offset + 1).map({ Int($0) }), length >= 2 else { return plain }
      if kind == 131 || kind == 137, length >= 7, let pointer = layer.byte(offset + 2), pointer <= length {
        let last = start + offset + 3 + (length - 3) / 4 * 4
        return last <= bytes.count ? last - 4..<last : plain
      }
      offset += length
    }
    return plain
  }
}
