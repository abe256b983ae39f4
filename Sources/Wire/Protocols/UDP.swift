/// A view over a UDP datagram (RFC 768): the bytes from the source port on, not copied.
public struct UDPHeader: Sendable {
  /// The datagram: header and data.
  public let bytes: Bytes

  /// Checks once that eight bytes are there; after that no accessor can fail.
  public init?(_ bytes: Bytes) {
    guard bytes.count >= 8 else { return nil }
    self.bytes = bytes
  }

  private func word(_ offset: Int) -> UInt16 {
    UInt16(bytes[bytes.startIndex + offset]) << 8 | UInt16(bytes[bytes.startIndex + offset + 1])
  }

  public var sourcePort: UInt16 { word(0) }
  public var destinationPort: UInt16 { word(2) }
  /// Of header and data in bytes, as the header says.
  public var length: Int { Int(word(4)) }
  /// 0 where none was sent.
  public var checksum: UInt16 { word(6) }
  public var data: Bytes { bytes.slice(at: 8, length: max(0, length - 8)) }

  /// The diagram of RFC 768.
  public static let fields: [FieldDefinition] = [
    .init("source_port", bits: 0..<16, "RFC 768"),
    .init("destination_port", bits: 16..<32, "RFC 768"),
    .init("length", bits: 32..<48, "RFC 768"),
    .init("checksum", bits: 48..<64, "RFC 768", .hexadecimal),
  ]
}

extension Dissector {
  static let udp = Dissector("udp", [.ipProtocol(17)]) { draft, extent in
    var layer = draft.layer("udp", extent)
    layer.add(UDPHeader.fields)
    draft.add(layer, length: 8)
    guard let length = layer.word(4).map({ Int($0) }) else { return }
    var datagram = extent.dropping(0, length: length)
    switch length {
    case 0:
      draft.note(
        .information, bytes: extent.start + 4..<extent.start + 6, "udp: its length of 0 means up to the packet's end")
      datagram = extent
    case 1..<8:
      draft.note(
        .malformed, bytes: extent.start + 4..<extent.start + 6,
        "udp: its length of \(length) is less than its header's 8 bytes")
      return draft.payload(extent.dropping(8))
    case let more where more > extent.length && !draft.isQuoted && draft.network?.isFragment == false:
      draft.note(
        .malformed, bytes: extent.start + 4..<extent.start + 6,
        "udp: its length says \(length) bytes, but the packet holds \(extent.length) for it")
    default: break
    }
    if layer.word(6) == 0 {
      draft.note(
        .checksum, bytes: extent.start + 6..<extent.start + 8, "the UDP checksum cannot be verified: none was sent (0)")
    } else if length <= extent.length || draft.isQuoted {
      draft.verify(
        "UDP", over: datagram, field: 6,
        pseudoHeader: 17, vouched: draft.knowledge.transportChecksumVouched)
    } else if draft.network?.isFragment == true {
      draft.verify("UDP", over: extent, field: 6, pseudoHeader: 17)
    } else {
      draft.note(
        .checksum, bytes: extent.start + 6..<extent.start + 8,
        "the UDP checksum cannot be verified: the packet holds less than it covers")
    }
    draft.carryDatagram(datagram.dropping(8), ports: [layer.word(0), layer.word(2)])
    if !draft.isQuoted { draft.padding(from: datagram.end, in: extent, after: "UDP datagram") }
  }
}

extension DissectionDraft {
  fileprivate mutating func carryDatagram(_ data: Extent, ports: [UInt16?]) {
    guard data.length > 0 else { return }
    for port in ports {
      guard let port, Dissector.byKey[.udpPort(port)] != nil else { continue }
      return dissect(.udpPort(port), data, otherwise: nil)
    }
    payload(data)
  }
}
