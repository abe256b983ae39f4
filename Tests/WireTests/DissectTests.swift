import Testing

@testable import Wire

/// The packets of the incident (Unix & Linux question 223151), as posted: the far address was edited out.
enum Incident {
  static let synAck =
    "4500002c000040003c0673426ca2000059ee417b00500e0a04c35c350e0a636460127210 79bb0000020405b4 0000"
}

@Test("edited bytes are named, no checksum over them is judged and no expected value is shown")
func editedBytes() throws {
  let bytes = try #require([UInt8](hex: Incident.synAck))
  var knowledge = ByteKnowledge()
  knowledge.edited = [14..<16]
  let dissection = dissect(bytes, linkType: .raw, knowledge: knowledge)
  #expect(dissection.layers.map(\.protocolName) == ["ipv4", "tcp", "padding"])
  #expect(dissection["ipv4"]?["source_address"]?.text == "108.162.[edited]")
  #expect(dissection["tcp"]?["maximum_segment_size"]?.value == .unsigned(1460))
  #expect(dissection["tcp"]?["sequence_number"]?.value == .unsigned(79_911_989))
  let texts = dissection.notes.map(\.text)
  #expect(texts.contains { $0.hasPrefix("the source address was edited out of the capture: bytes 14-15 were zeroed") })
  #expect(
    texts.contains("the IPv4 header checksum cannot be verified: it covers bytes 14-15, edited out of the capture"))
  #expect(texts.contains("the TCP checksum cannot be verified: it covers bytes 14-15, edited out of the capture"))
  #expect(texts.contains("2 bytes after the IP packet belong to nobody"))
  #expect(!texts.contains { $0.contains("expected") })
}

@Test("fields in bytes that the source does not give are absent and named")
func unknownBytes() throws {
  let bytes = try #require([UInt8](hex: Incident.synAck))
  var knowledge = ByteKnowledge()
  knowledge.unknown = [24..<28]
  let dissection = dissect(bytes, linkType: .raw, knowledge: knowledge)
  #expect(dissection["tcp"]?["sequence_number"] == nil)
  #expect(dissection["tcp"]?["acknowledgment_number"] != nil)
  #expect(dissection.notes.contains { $0.kind == .unknown && $0.text.contains("sequence_number") })
  #expect(
    dissection.notes.contains {
      $0.text == "the TCP checksum cannot be verified: it covers bytes that the source does not give"
    })
}

@Test("a header cut short shows the fields that were captured and names the others")
func cutShort() throws {
  let bytes = try #require([UInt8](hex: Incident.synAck))
  let dissection = dissect(Array(bytes.prefix(30)), linkType: .raw, originalLength: 46)
  #expect(dissection["tcp"]?.fields.map(\.name) == ["source_port", "destination_port", "sequence_number"])
  let note = try #require(dissection.notes.first { $0.text.hasPrefix("tcp is cut short") })
  #expect(note.text.contains("acknowledgment_number") && note.text.contains("urgent_pointer"))
}

@Test("built packets have good checksums and say so")
func builders() {
  let source = IPv4Address(rawValue: 0xc000_0201)
  let destination = IPv4Address(rawValue: 0xc633_6407)
  var tcp = TCPBuilder(sourcePort: 1000, destinationPort: 80)
  tcp.options = [2, 4, 5, 0xb4, 1, 3, 3, 7, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]
  tcp.data = [1, 2, 3]
  func header(_ number: UInt8) -> IPv4Builder {
    IPv4Builder(protocolNumber: number, source: source, destination: destination)
  }
  let packets = [
    ("TCP", tcp.packet(in: header(6))),
    ("UDP", UDPBuilder(sourcePort: 5, destinationPort: 7, data: [1, 2, 3]).packet(in: header(17))),
    ("ICMP", ICMPBuilder.echo(identifier: 7, sequenceNumber: 1, data: [9]).packet(in: header(1))),
  ]
  for (name, packet) in packets {
    let dissection = dissect(packet, linkType: .raw)
    let checksums = dissection.notes.filter { $0.kind == .checksum }.map(\.text)
    #expect(checksums == ["the IPv4 header checksum is good", "the \(name) checksum is good"])
  }
}

@Test("a bad checksum is named with what would fit")
func badChecksum() {
  let addresses = (IPv4Address(rawValue: 0x0a00_0001), IPv4Address(rawValue: 0x0a00_0002))
  let header = IPv4Builder(protocolNumber: 17, source: addresses.0, destination: addresses.1)
  var packet = UDPBuilder(sourcePort: 5, destinationPort: 7).packet(in: header)
  let stored = packet[...].uint16(at: 26) ?? 0
  packet.store(stored &+ 1, at: 26)
  let texts = dissect(packet, linkType: .raw).notes.map(\.text)
  let values = [stored &+ 1, stored].map { FieldFormat.hexadecimal.text(UInt64($0), width: 16) }
  #expect(texts.contains("the UDP checksum is bad: \(values[0]) is stored, \(values[1]) is expected"))
}

@Test("an ICMP error's quotation is taken apart and ends where it is cut")
func quotation() throws {
  let header = IPv4Builder(
    protocolNumber: 1, source: IPv4Address(rawValue: 0x0a00_0001), destination: IPv4Address(rawValue: 0x0a00_0002))
  let inner = try #require(
    [UInt8](
      hex: "4500003c1c4640004006000 0c0000201c6336407 d431 0050 00000001"
        .replacing(" ", with: "")))
  let packet = ICMPBuilder(type: 3, code: 3, data: inner).packet(in: header)
  let dissection = dissect(packet, linkType: .raw)
  #expect(dissection.layers.map(\.protocolName) == ["ipv4", "icmp", "ipv4", "tcp"])
  #expect(dissection["tcp"]?.fields.map(\.name) == ["source_port", "destination_port", "sequence_number"])
  #expect(dissection["icmp"]?["code"]?.text == "3 (port unreachable)")
}
