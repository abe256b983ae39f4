import Testing
import Wire

@testable import Capture

@Suite("Kernel LOG lines")
struct LogTests {
  private static let tcp =
    "IN=eth0 OUT= MAC=52:54:00:12:34:56:52:54:00:ab:cd:ef:08:00 SRC=192.0.2.1 DST=198.51.100.2 LEN=60 TOS=0x08 PREC=0x20 TTL=63 ID=54321 DF PROTO=TCP SPT=40000 DPT=22 SEQ=305419896 ACK=0 WINDOW=64240 RES=0x00 CWR ECE SYN URGP=0 OPT (020405B40402080A00000001000000000103030A)"

  @Test("the incident's line becomes the packet as far as it tells")
  func incident() throws {
    let packet = try #require(try packets(Incident.log).first)
    #expect(packet.bytes.hex == "45000028000040004006000059ee417b6ca200000e0a005000000000000000005004000000000000")
    #expect(packet.knowledge.unknown == [10..<12, 18..<20, 24..<32, 36..<38])
    #expect(packet.knowledge.edited == [18..<20])
    #expect(packet.shownDestination == "108.162.[edited]")
    #expect(packet.interface == "ifext")
    #expect(packet.direction == .outgoing)
    #expect(packet.comments.contains("log prefix `UNKNOWN_OUTGOING: `"))
    // The day's seconds, with the fraction of the uptime.
    #expect(packet.time == Timestamp(nanoseconds: 42_517_100_496_000, isAbsolute: false))
  }

  @Test("with --log-tcp-sequence and --log-tcp-options only the checksums and the data stay unknown")
  func wholeHeader() throws {
    let packet = try #require(try packets(Self.tcp).first)
    #expect(packet.linkType == .ethernet)
    #expect(
      packet.bytes.hex == "525400123456525400abcdef0800" + "4528003cd43140003f060000c0000201c6336402"
        + "9c400016123456780000000" + "0a0c2faf000000000" + "020405b40402080a00000001000000000103030a")
    #expect(packet.knowledge.unknown == [24..<26, 50..<52])
  }

  @Test(
    "whatever syslog, the journal or dmesg writes before it",
    arguments: [
      ("Aug 14 11:48:37 host kernel: ", 42_517_000_000_000 as Int64?, false),
      ("<4>Aug  4 11:48:37 host kernel: [    5.250000] ", 42_517_250_000_000, false),
      ("[81795.100496] ", 81_795_100_496_000, false),
      ("2015-08-14T11:48:37.100496+02:00 host kernel: ", 1_439_545_717_100_496_000, true),
      ("2015-08-14T09:48:37Z host kernel: ", 1_439_545_717_000_000_000, true),
      ("2015-08-14 09:48:37 host kernel: ", 1_439_545_717_000_000_000, true),
      ("[Fri Aug 14 09:48:37 2015] ", 1_439_545_717_000_000_000, true),
      ("> Aug 14 11:48:37 host kernel: [UFW BLOCK] ", 42_517_000_000_000, false),
      ("", nil, false),
    ])
  func prefixes(_ prefix: String, _ nanoseconds: Int64?, _ isAbsolute: Bool) throws {
    let packet = try #require(try packets(prefix + Self.tcp).first)
    #expect(packet.bytes.count == 74)
    #expect(packet.time == nanoseconds.map { Timestamp(nanoseconds: $0, isAbsolute: isAbsolute) })
  }

  @Test("a line that was wrapped, at blanks or within a word, is one line", arguments: [20, 33, 40, 79])
  func wrapped(_ width: Int) throws {
    let whole = "Aug 14 11:48:37 host kernel: DROP " + Self.tcp
    var pieces: [Substring] = []
    var rest = whole[...]
    while !rest.isEmpty {
      pieces.append(rest.prefix(width))
      rest = rest.dropFirst(width)
    }
    let expected = try packets(whole)
    #expect(try packets(pieces.joined(separator: "\n")).map(\.bytes) == expected.map(\.bytes))
  }

  @Test("an ICMP error's quoted packet is built too")
  func quoted() throws {
    let packet = try #require(
      try packets(
        "IN=eth0 OUT=eth1 SRC=192.0.2.1 DST=192.0.2.2 LEN=56 TOS=0x00 PREC=0xC0 TTL=63 ID=1 PROTO=ICMP TYPE=3 CODE=4 [SRC=192.0.2.2 DST=192.0.2.1 LEN=1500 TOS=0x00 PREC=0x00 TTL=64 ID=5 DF PROTO=UDP SPT=53 DPT=1024 LEN=1480 ] MTU=1400"
      ).first)
    #expect(packet.direction == .forwarded)
    #expect(
      packet.bytes.hex == "45c00038000100003f010000c0000201c0000202" + "0304000000000578"
        + "450005dc0005400040110000c0000202c0000201" + "0035040005c80000")
  }

  @Test("an ARP line becomes an ARP packet behind an unknown Ethernet header")
  func addressResolution() throws {
    let packet = try #require(
      try packets(
        "IN=eth0 OUT= ARP HTYPE=1 PTYPE=0x0800 OPCODE=1 MACSRC=52:54:00:ab:cd:ef IPSRC=192.0.2.1 MACDST=00:00:00:00:00:00 IPDST=192.0.2.2"
      ).first)
    #expect(
      packet.bytes.dropFirst(12).hex == "0806" + "0001080006040001" + "525400abcdefc0000201" + "000000000000c0000202")
    #expect(packet.knowledge.unknown == [0..<12])
  }

  @Test(
    "a line that is cut short or is not the kernel's is refused with its number",
    arguments: [
      (
        "x\nIN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=TCP SPT=1",
        "SPT= and DPT="
      ),
      (
        "x\nIN=br0 OUT=eth0 MAC source = 52:54:00:ab:cd:ef proto = 0x0800 IP SRC=192.0.2.1 IP DST=192.0.2.2, IP tos=0x00",
        "LEN="
      ),
      ("x\nIN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=QUIC", "PROTO=QUIC"),
      ("x\nIN=eth0 OUT= SRC=192.0.2.1 DST=192.0.2.2 LEN=99999 TOS=0x00 PREC=0x00 TTL=64 ID=1 PROTO=UDP", "LEN=99999"),
    ])
  func refused(_ text: String, _ part: String) throws {
    let error = try refusal(text)
    #expect(error.line == 2)
    #expect(error.message.contains(part))
  }
}
