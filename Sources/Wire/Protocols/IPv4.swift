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
    .init("protocol", bits: 72..<80, section, .named([1: "ICMP", 2: "IGMP", 6: "TCP", 17: "UDP", 132: "SCTP"])),
    .init("header_checksum", bits: 80..<96, section, .hexadecimal),
    .init("source_address", bits: 96..<128, section, .ipv4Address),
    .init("destination_address", bits: 128..<160, section, .ipv4Address),
  ]

  private static let section = "RFC 791 section 3.1"
}
