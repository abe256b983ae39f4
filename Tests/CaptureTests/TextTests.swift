import Foundation
import Testing
import Wire

@testable import Capture

/// Texts that real programs printed of `packets.pcap`; `Resources/make.sh` makes them again.
enum Golden {
  static let dumps = [
    "tcpdump-nx", "tcpdump-nvxx", "tcpdump-nvvX", "tcpdump-neXX", "tcpdump-ntX", "tcpdump-nttx", "tcpdump-ntttX",
    "tcpdump-nttttxx", "tcpdump-ntttttx", "tcpdump-nSvvvX", "tcpdump-enttxx", "tcpdump-number", "tshark-x",
  ]
  static let single = [
    "one-xxd", "one-xxd-plain", "one-xxd-bytes", "one-xxd-c", "one-hexdump-canonical", "one-hexdump", "one-od-octal",
    "one-od-hex", "one-od-bare", "one-od-words",
  ]

  static func text(_ name: String) throws -> String {
    let url = try #require(Bundle.module.url(forResource: "Resources/\(name)", withExtension: "txt"))
    return try String(contentsOf: url, encoding: .utf8)
  }

  static func capture() throws -> [CapturedPacket] {
    let url = try #require(Bundle.module.url(forResource: "Resources/packets", withExtension: "pcap"))
    return try allPackets(openCapture(url.path))
  }

  /// What is left of a frame where `-x` or `-X` leaves the link-layer header out.
  static func withoutLinkHeader(_ packet: CapturedPacket) -> ArraySlice<UInt8> {
    let isTagged = packet.bytes[12] == 0x81
    return packet.bytes.dropFirst(isTagged ? 18 : 14)
  }
}

@Suite("Text dumps")
struct TextTests {
  private func check(_ text: String, showsLink: Bool, _ comment: Comment) throws {
    let expected = try Golden.capture()
    let read = try packets(text)
    #expect(read.count == expected.count, comment)
    for (packet, truth) in zip(read, expected) {
      if showsLink {
        #expect(packet.linkType == .ethernet && packet.bytes == truth.bytes, comment)
      } else if packet.linkType == .ethernet {
        // ARP, which has no link type of its own: an Ethernet header stands before it.
        #expect(packet.bytes.dropFirst(12) == truth.bytes.dropFirst(12), comment)
      } else {
        #expect(packet.linkType == .raw && packet.bytes[...] == Golden.withoutLinkHeader(truth), comment)
      }
    }
  }

  private static func showsLink(_ name: String) -> Bool {
    name.contains("xx") || name.contains("XX") || name.contains("tshark")
  }

  @Test("the text of a capture gives the capture's bytes", arguments: Golden.dumps)
  func bytes(_ name: String) throws {
    try check(Golden.text(name), showsLink: Self.showsLink(name), "\(name)")
  }

  @Test("and so it does in whatever way it was pasted", arguments: Golden.dumps, Pasting.all)
  func pasted(_ name: String, _ pasting: Pasting) throws {
    try check(pasting.change(Golden.text(name)), showsLink: Self.showsLink(name), "\(name) \(pasting.name)")
  }

  @Test("a single packet as other programs show it", arguments: Golden.single)
  func single(_ name: String) throws {
    let read = try packets(Golden.text(name))
    #expect(read.map(\.bytes) == [try Golden.capture()[1].bytes])
  }

  @Test(
    "times of all shapes",
    arguments: [
      ("tcpdump-nx", [42_517_860_337_000, 42_518_860_338_000] as [Int64?], false),
      ("tcpdump-nttx", [1_439_552_917_860_337_000, 1_439_552_918_860_338_000], true),
      ("tcpdump-nttttxx", [1_439_552_917_860_337_000, 1_439_552_918_860_338_000], true),
      ("tcpdump-ntttttx", [0, 1_000_001_000], false), ("tcpdump-ntX", [nil, nil], false),
      ("tcpdump-number", [42_517_860_337_000, 42_518_860_338_000], false),
    ])
  func times(_ name: String, _ nanoseconds: [Int64?], _ isAbsolute: Bool) throws {
    let times = try packets(Golden.text(name)).prefix(2).map(\.time)
    #expect(times == nanoseconds.map { $0.map { Timestamp(nanoseconds: $0, isAbsolute: isAbsolute) } })
  }

  @Test("times since the packet before are summed once one shows that they are")
  func sinceLast() throws {
    let dump = try Golden.text("tcpdump-nx").split(separator: "\n").suffix(4).joined(separator: "\n")
    let text = ["00:00:00.000000", "00:00:02.000000", "00:00:01.500000", "00:00:03.000000"].map {
      " \($0) IP 192.0.2.1.1024 > 198.51.100.2.9: UDP, length 24\n" + dump
    }.joined(separator: "\n")
    var reader = try openCapture(text: text)
    var times: [Int64?] = []
    while let packet = try reader.next() { times.append(packet.time?.nanoseconds) }
    #expect(times == [0, 2_000_000_000, 3_500_000_000, 6_500_000_000])
    #expect(reader.notes == [RelativeClock.note])
  }

  @Test(
    "the interface and the direction of -i any",
    arguments: [
      (
        "11:48:37.860337 eth0  In  IP 192.0.2.1.1024 > 198.51.100.2.9: UDP, length 24", "eth0",
        Direction?.some(.incoming)
      ),
      ("11:48:37.860337 br-lan Out IP 192.0.2.1.1024 > 198.51.100.2.9: UDP, length 24", "br-lan", .outgoing),
      ("11:48:37.860337 eth0  B   IP 192.0.2.1.1024 > 198.51.100.2.9: UDP, length 24", "eth0", .incoming),
      ("11:48:37.860337 eth0  P   IP 192.0.2.1.1024 > 198.51.100.2.9: UDP, length 24", "eth0", nil),
      ("11:48:37.860337 eth0 < 192.0.2.1.1024 > 198.51.100.2.9: udp 24", "eth0", .incoming),
      ("11:48:37.860337 eth0 > 192.0.2.1.1024 > 198.51.100.2.9: udp 24", "eth0", .outgoing),
      ("11:48:37.860337 IP 192.0.2.1.1024 > 198.51.100.2.9: UDP, length 24", nil, nil),
    ] as [(String, String?, Direction?)])
  func interface(_ summary: String, _ interface: String?, _ direction: Direction?) throws {
    let dump = try Golden.text("tcpdump-nx").split(separator: "\n").suffix(4).joined(separator: "\n")
    let packet = try #require(try packets(summary + "\n" + dump).first)
    #expect(packet.interface == interface && packet.direction == direction)
    #expect(packet.shownSource == "192.0.2.1" && packet.shownDestination == "198.51.100.2")
  }
}

/// One way in which text changes on its way to us.
struct Pasting: Sendable, CustomTestStringConvertible {
  let name: String
  let change: @Sendable (String) -> String
  var testDescription: String { name }

  private static func lines(_ name: String, _ change: @escaping @Sendable (String) -> String) -> Pasting {
    Pasting(name: name) {
      $0.split(separator: "\n", omittingEmptySubsequences: false).map { change(String($0)) }.joined(separator: "\n")
    }
  }

  private static func squeezed(_ line: String) -> String {
    line.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
  }

  static let all: [Pasting] = [
    lines("quoted") { "> " + $0 },
    lines("quoted twice") { ">> " + $0 },
    lines("indented") { "        " + $0 },
    lines("commented with #") { "# " + $0 },
    lines("commented with //") { "// " + $0 },
    lines("commented with *") { " * " + $0 },
    lines("squeezed to single blanks", squeezed),
    lines("squeezed and quoted") { "> " + squeezed($0) },
    lines("with blanks at the end") { $0 + "   " },
    lines("in upper case") {
      $0.hasPrefix("\t0x") || $0.hasPrefix("00")
        ? $0.prefix(51).uppercased().replacing("0X", with: "0x") + $0.dropFirst(51) : $0
    },
    Pasting(name: "with CR LF") { $0.replacing("\n", with: "\r\n") },
    Pasting(name: "with no-break spaces") { $0.replacing("  ", with: "\u{a0} ") },
    Pasting(name: "as HTML") {
      "<pre><code>" + $0.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        + "</code></pre>"
    },
  ]
}
