/// The control bits of a TCP header (RFC 9293 section 3.1, CWR and ECE from RFC 3168).
public struct TCPFlags: OptionSet, Sendable, Hashable {
  public var rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let fin = TCPFlags(rawValue: 0x01)
  public static let syn = TCPFlags(rawValue: 0x02)
  public static let rst = TCPFlags(rawValue: 0x04)
  public static let psh = TCPFlags(rawValue: 0x08)
  public static let ack = TCPFlags(rawValue: 0x10)
  public static let urg = TCPFlags(rawValue: 0x20)
  public static let ece = TCPFlags(rawValue: 0x40)
  public static let cwr = TCPFlags(rawValue: 0x80)
}

/// A view over a TCP segment (RFC 9293 section 3.1): the bytes from the source port on, not copied.
public struct TCPHeader: Sendable {
  /// The segment: header, options and data.
  public let bytes: Bytes

  /// Checks once that 20 bytes are there and that the data offset fits; after that no accessor can fail.
  public init?(_ bytes: Bytes) {
    guard bytes.count >= 20 else { return nil }
    let length = Int(bytes[bytes.startIndex + 12] >> 4) * 4
    guard length >= 20, length <= bytes.count else { return nil }
    self.bytes = bytes
  }

  private func byte(_ offset: Int) -> UInt8 { bytes[bytes.startIndex + offset] }
  private func word(_ offset: Int) -> UInt16 { UInt16(byte(offset)) << 8 | UInt16(byte(offset + 1)) }
  private func long(_ offset: Int) -> UInt32 { UInt32(word(offset)) << 16 | UInt32(word(offset + 2)) }

  public var sourcePort: UInt16 { word(0) }
  public var destinationPort: UInt16 { word(2) }
  public var sequenceNumber: UInt32 { long(4) }
  public var acknowledgmentNumber: UInt32 { long(8) }
  /// Header length in bytes, 20 to 60.
  public var headerLength: Int { Int(byte(12) >> 4) * 4 }
  public var flags: TCPFlags { TCPFlags(rawValue: byte(13)) }
  /// As sent, not scaled.
  public var window: UInt16 { word(14) }
  public var checksum: UInt16 { word(16) }
  public var urgentPointer: UInt16 { word(18) }
  public var options: Bytes { bytes.slice(at: 20, length: headerLength - 20) }
  public var data: Bytes { bytes.slice(at: headerLength) }
}

extension TCPHeader {
  /// The diagram of RFC 9293 section 3.1; `flags` is the control bits' byte as a whole, its bits follow.
  public static let fields: [FieldDefinition] = [
    .init("source_port", bits: 0..<16, section),
    .init("destination_port", bits: 16..<32, section),
    .init("sequence_number", bits: 32..<64, section),
    .init("acknowledgment_number", bits: 64..<96, section),
    .init("data_offset", bits: 96..<100, section, .units(bytes: 4)),
    .init("reserved", bits: 100..<104, section),
    .init("flags", bits: 104..<112, section, .hexadecimal),
    .init("cwr", bits: 104..<105, "RFC 3168 section 6.1", .flag),
    .init("ece", bits: 105..<106, "RFC 3168 section 6.1", .flag),
    .init("urg", bits: 106..<107, section, .flag),
    .init("ack", bits: 107..<108, section, .flag),
    .init("psh", bits: 108..<109, section, .flag),
    .init("rst", bits: 109..<110, section, .flag),
    .init("syn", bits: 110..<111, section, .flag),
    .init("fin", bits: 111..<112, section, .flag),
    .init("window", bits: 112..<128, section),
    .init("checksum", bits: 128..<144, section, .hexadecimal),
    .init("urgent_pointer", bits: 144..<160, section),
  ]

  private static let section = "RFC 9293 section 3.1"
}

extension Dissector {
  static let tcp = Dissector("tcp", [.ipProtocol(6)]) { draft, extent in
    var layer = draft.layer("tcp", extent)
    layer.add(TCPHeader.fields)
    guard let offset = layer.byte(12) else { return draft.add(layer, length: 20) }
    let headerLength = Int(offset >> 4) * 4
    guard headerLength >= 20 else {
      draft.note(
        .malformed, bytes: extent.start + 12..<extent.start + 13,
        "tcp: its data offset is \(headerLength) bytes, less than 20")
      draft.add(layer, length: 20)
      return draft.payload(extent.dropping(20))
    }
    draft.addOptions(TCPOptions.table, 20..<headerLength, to: &layer)
    draft.add(layer, length: headerLength)
    draft.verify(
      "TCP", over: extent, field: 16, pseudoHeader: 6, vouched: draft.knowledge.transportChecksumVouched)
    let data = extent.dropping(headerLength)
    guard data.length > 0 else { return }
    for port in [layer.word(0), layer.word(2)] {
      guard let port, Dissector.byKey[.tcpPort(port)] != nil else { continue }
      return draft.dissect(.tcpPort(port), data, otherwise: nil)
    }
    draft.payload(data)
  }
}
