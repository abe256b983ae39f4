import Testing
import Wire

@testable import Capture

/// The incident's trace, as tcpdump prints it and as it was posted.
enum Incident {
  static let trace = """
    11:48:37.860337 IP (tos 0x0, ttl 60, id 0, offset 0, flags [DF], proto TCP (6), length 44)
        108.162.[edited].80 > 89.238.65.123.3594: Flags [S.], cksum 0x79bb (correct), seq 79911989, ack 235561828, win 29200, options [mss 1460], length 0
    \t0x0000:  4500 002c 0000 4000 3c06 7342 6ca2 0000  E..,..@.<.sBl...
    \t0x0010:  59ee 417b 0050 0e0a 04c3 5c35 0e0a 6364  Y.A{.P....\\5..cd
    \t0x0020:  6012 7210 79bb 0000 0204 05b4 0000       `.r.y.........
    11:48:37.860408 IP (tos 0x0, ttl 64, id 0, offset 0, flags [DF], proto TCP (6), length 40)
        89.238.65.123.3594 > 108.162.[edited].80: Flags [R], cksum 0x648e (correct), seq 235561828, win 0, length 0
    \t0x0000:  4500 0028 0000 4000 4006 6f46 59ee 417b  E..(..@.@.oFY.A{
    \t0x0010:  6ca2 0000 0e0a 0050 0e0a 6364 0000 0000  l......P..cd....
    \t0x0020:  5004 0000 648e 0000                      P...d...
    """

  static let asPosted = """
    11:48:37.860337 IP (tos 0x0, ttl 60, id 0, offset 0, flags [DF], proto TCP (6), length 44)
    108.162.[edited].80 > 89.238.65.123.3594: Flags [S.], cksum 0x79bb (correct), seq 79911989, ack 235561828, win 29200, options [mss 1460], length 0
    0x0000: 4500 002c 0000 4000 3c06 7342 6ca2 0000 E..,..@.<.sBl...
    0x0010: 59ee 417b 0050 0e0a 04c3 5c35 0e0a 6364 Y.A{.P....\\5..cd
    0x0020: 6012 7210 79bb 0000 0204 05b4 0000 `.r.y.........
    11:48:37.860408 IP (tos 0x0, ttl 64, id 0, offset 0, flags [DF], proto TCP (6), length 40)
    89.238.65.123.3594 > 108.162.[edited].80: Flags [R], cksum 0x648e (correct), seq 235561828, win 0, length 0
    0x0000: 4500 0028 0000 4000 4006 6f46 59ee 417b E..(..@[email protected]{
    0x0010: 6ca2 0000 0e0a 0050 0e0a 6364 0000 0000 l......P..cd....
    0x0020: 5004 0000 648e 0000 P...d...
    """

  static let log = """
    Aug 14 11:48:37 reynholm kernel: [81795.100496] UNKNOWN_OUTGOING: IN= OUT=ifext SRC=89.238.65.123 DST=108.162.[edited] LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=0 DF PROTO=TCP SPT=3594 DPT=80 WINDOW=0 RES=0x00 RST URGP=0
    """

  static let first = "4500002c000040003c0673426ca2000059ee417b00500e0a04c35c350e0a63646012721079bb0000020405b40000"
  static let second = "450000280000400040066f4659ee417b6ca200000e0a00500e0a63640000000050040000648e0000"
}

@Suite("The incident's trace")
struct IncidentTests {
  @Test("both packets have the dump's bytes, padding included", arguments: [Incident.trace, Incident.asPosted])
  func bytes(_ text: String) throws {
    let packets = try packets(text)
    #expect(packets.map(\.bytes.hex) == [Incident.first, Incident.second])
    #expect(packets.map(\.linkType) == [.raw, .raw])
    #expect(packets.map(\.number) == [1, 2])
    #expect(packets.map(\.provenance.line) == [1, 6])
    #expect(packets.allSatisfy { $0.knowledge.unknown.isEmpty })
  }

  @Test("the times are of a day", arguments: [Incident.trace, Incident.asPosted])
  func times(_ text: String) throws {
    let times = try packets(text).map(\.time)
    #expect(times == [42_517_860_337_000, 42_517_860_408_000].map { Timestamp(nanoseconds: $0, isAbsolute: false) })
  }

  @Test(
    "the address that was edited out is marked where its bytes are zero",
    arguments: [Incident.trace, Incident.asPosted])
  func edited(_ text: String) throws {
    let packets = try packets(text)
    #expect(packets.map(\.knowledge.edited) == [[14..<16], [18..<20]])
    #expect(packets.map(\.shownSource) == ["108.162.[edited]", "89.238.65.123"])
    #expect(packets.map(\.shownDestination) == ["89.238.65.123", "108.162.[edited]"])
    #expect(packets.allSatisfy { packet in packet.comments.contains { $0.contains("108.162.[edited]") } })
  }

  @Test("both checksums are vouched for by the summary", arguments: [Incident.trace, Incident.asPosted])
  func vouched(_ text: String) throws {
    for packet in try packets(text) {
      #expect(packet.knowledge.ipChecksumVouched)
      #expect(packet.knowledge.transportChecksumVouched)
    }
  }

  @Test("a text column that was mangled is said, and only that one")
  func mangled() throws {
    let comments = try packets(Incident.asPosted).map { $0.comments.filter { $0.contains("text column") } }
    #expect(comments.map(\.count) == [0, 1])
    #expect(comments.last?.first?.contains("line 8") == true)
    #expect(try packets(Incident.trace).allSatisfy { !$0.comments.contains { $0.contains("text column") } })
  }
}
