import Capture
import Testing
import Wire

@testable import Simulation

@Suite("Editing a packet")
struct PacketEditTests {
  /// A packet of PacketSyntax, whose checksums Wire's builders computed.
  private func packet(_ text: String) throws -> CapturedPacket {
    let bytes = try PacketSyntax.bytes(text.split(separator: " ").map(String.init))
    return CapturedPacket(number: 1, time: nil, linkType: .raw, bytes: bytes, provenance: Provenance(file: "test"))
  }

  @Test(
    "a field set is what the packet would be had it been built so, checksums included",
    arguments: [
      ("tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN seq 1", "ttl", "3", "tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN seq 1 ttl 3"),
      (
        "tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN seq 1", "tcp.flags", "SYN,ACK",
        "tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN,ACK seq 1"
      ),
      ("tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN seq 1", "src", "10.9.8.7", "tcp 10.9.8.7:1024 > 10.0.0.2:80 SYN seq 1"),
      (
        "tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN seq 1", "destination port", "0x16",
        "tcp 10.0.0.1:1024 > 10.0.0.2:22 SYN seq 1"
      ),
      (
        "tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN seq 1", "seq", "4294967295",
        "tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN seq 4294967295"
      ),
      ("tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN seq 1", "tcp.ack", "set", "tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN,ACK seq 1"),
      ("udp 10.0.0.1:53 > 10.0.0.2:53 data abc", "udp source_port", "99", "udp 10.0.0.1:99 > 10.0.0.2:53 data abc"),
      ("icmp 10.0.0.1 > 10.0.0.2 echo id 7 seq 1", "icmp.type", "0", "icmp 10.0.0.1 > 10.0.0.2 echo-reply id 7 seq 1"),
    ])
  func fields(before: String, field: String, value: String, after: String) throws {
    var edit = PacketEdit(try packet(before))
    try edit.set(field: field, to: value)
    #expect(edit.finished(keepsChecksums: false).packet.bytes == (try packet(after)).bytes)
  }

  @Test("with keep-checksum only the bytes asked for change")
  func kept() throws {
    let before = try packet("tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN seq 1")
    var edit = PacketEdit(before)
    try edit.set([0x00, 0x16], at: 22)
    let (after, checksums) = edit.finished(keepsChecksums: true)
    #expect(after.bytes.indices.filter { after.bytes[$0] != before.bytes[$0] } == [23])
    #expect(checksums == [.kept("tcp", before.bytes[...].uint16(at: 36) ?? 0)])
  }

  @Test("over bytes that were edited out a checksum follows by the difference alone, and nothing is told of them")
  func redacted() throws {
    // The packet as it was, and as somebody posted it: two bytes of the source address zeroed, the checksums left.
    let whole = try packet("tcp 198.51.100.7:80 > 10.0.0.2:3594 SYN,ACK seq 5")
    var posted = whole
    for index in 14..<16 { posted.bytes[index] = 0 }
    posted.knowledge.edited = [14..<16]
    var edit = PacketEdit(posted)
    try edit.set(field: "ttl", to: "9")
    try edit.set(field: "destination_port", to: "22")
    var reference = PacketEdit(whole)
    try reference.set(field: "ttl", to: "9")
    try reference.set(field: "destination_port", to: "22")
    let (after, _) = edit.finished(keepsChecksums: false)
    let expected = reference.finished(keepsChecksums: false).packet
    for index in after.bytes.indices where !(14..<16).contains(index) {
      #expect(after.bytes[index] == expected.bytes[index], "byte \(index)")
    }
    #expect(after.knowledge.edited == [14..<16])
  }

  @Test("an address put in the place of one that was edited out is known, and both checksums fit it")
  func revealed() throws {
    var posted = try packet("tcp 198.51.100.7:80 > 10.0.0.2:3594 SYN,ACK seq 5")
    for index in 14..<16 { posted.bytes[index] = 0 }
    posted.knowledge.edited = [14..<16]
    posted.shownSource = "198.51.[edited]"
    var edit = PacketEdit(posted)
    try edit.set(field: "source_address", to: "192.0.2.9")
    let after = edit.finished(keepsChecksums: false).packet
    #expect(after.bytes == (try packet("tcp 192.0.2.9:80 > 10.0.0.2:3594 SYN,ACK seq 5")).bytes)
    #expect(after.knowledge.edited.isEmpty)
    #expect(after.shownSource == nil)
  }

  @Test("where only one of two bytes that were edited out is replaced, no checksum is made up")
  func half() throws {
    var posted = try packet("tcp 198.51.100.7:80 > 10.0.0.2:3594 SYN,ACK seq 5")
    posted.knowledge.edited = [14..<16]
    posted.shownSource = "198.51.[edited]"
    var edit = PacketEdit(posted)
    try edit.set([9], at: 14)
    let (after, checksums) = edit.finished(keepsChecksums: false)
    #expect(checksums == [.unknowable("ipv4"), .unknowable("tcp")])
    #expect(after.knowledge.edited == [15..<16])
    #expect(after.shownSource == "198.51.9.[edited]")
  }

  @Test("a bit turned over twice leaves the packet as it was")
  func bits() throws {
    let before = try packet("tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN seq 1")
    var edit = PacketEdit(before)
    try edit.setBit(6, ofByte: 33, to: nil)
    var again = PacketEdit(edit.finished(keepsChecksums: false).packet)
    #expect(again.packet.bytes[33] == 0x00)
    try again.setBit(6, ofByte: 33, to: nil)
    #expect(again.finished(keepsChecksums: false).packet.bytes == before.bytes)
  }
}
