import Foundation
import Testing

@testable import Wire

/// Debian's tcpdump beside ours.
enum Tcpdump {
  static let path = ["/usr/bin/tcpdump", "/usr/sbin/tcpdump"].first { FileManager.default.isExecutableFile(atPath: $0) }

  /// What `tcpdump -nvvX -r` prints of these packets, one element a packet, without its time.
  static func print(
    _ packets: [[UInt8]], linkType: LinkType, lengths: [Int], options: [String] = ["-nvvX"]
  ) throws -> [String] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("chainwalk-\(UUID().uuidString).pcap")
    defer { try? FileManager.default.removeItem(at: file) }
    func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    var bytes =
      little(0xa1b2_c3d4) + [2, 0, 4, 0] + little(0) + little(0) + little(262_144) + little(linkType.rawValue)
    for (packet, length) in zip(packets, lengths) {
      bytes += little(1_700_000_000) + little(0) + little(UInt32(packet.count)) + little(UInt32(length)) + packet
    }
    try Data(bytes).write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path ?? "")
    process.arguments = options + ["-r", file.path]
    process.environment = ["TZ": "UTC"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return Array(text.components(separatedBy: "22:13:20.000000 ")[1...])
  }

  /// Whether all that a packet holds is of the protocols whose printing is ours: tcpdump has printers for more.
  static func isOurs(_ dissection: Dissection) -> Bool {
    let numbers: Set<UInt64> = [0, 1, 2, 4, 6, 17, 41, 43, 44, 47, 50, 58, 59, 60, 132]
    let others: Set<UInt64> = Set([
      23, 88, 111, 137, 138, 139, 161, 162, 179, 319, 320, 323, 445, 496, 500, 520, 521,
      525, 546, 547, 639, 646, 654, 698, 701, 750, 921, 1589, 1645, 1646, 1700, 1701, 1723, 1812, 1813, 1985, 2049,
      2103, 2104, 3456, 3503, 3784, 3785, 3799, 4342, 4500, 4567, 4784, 4789, 4790, 5359, 6081, 6343, 6379, 6633,
      6635, 6653, 6696, 6697, 6784, 8231, 8472, 10000, 10001, 10288, 12222, 12223, 17754, 30490, 49152,
    ]).union(7000...7009)
    for layer in dissection.layers {
      for name in ["protocol", "next_header"] {
        if case .unsigned(let value)? = layer[name]?.value, !numbers.contains(value) { return false }
      }
      for name in ["source_port", "destination_port"] {
        if case .unsigned(let value)? = layer[name]?.value, others.contains(value) { return false }
      }
      if layer.protocolName == "icmpv6", case .unsigned(let type)? = layer["type"]?.value, [138, 155].contains(type) {
        return false
      }
      // What M3UA and ForCES carry over SCTP is not printed.
      if case .unsigned(let payload)? = layer["payload_protocol_identifier"]?.value, [3, 21, 22, 23].contains(payload) {
        return false
      }
      if layer.protocolName == "sctp", case .unsigned(6704...6706)? = layer["destination_port"]?.value { return false }
      // Routing entries in GRE (RFC 1701) are not printed.
      if layer.protocolName == "gre", case .unsigned(1)? = layer["routing_present"]?.value { return false }
      if ["llc", "pppoe", "etag", "macsec", "payload"].contains(layer.protocolName), layer.offset < 20,
        dissection.linkType == .ethernet
      {
        return false
      }
    }
    return true
  }
}

@Suite("decode --format tcpdump")
struct TcpdumpPrinterTests {
  @Test("prints what Debian's tcpdump prints, packet for packet, whole and damaged", .enabled(if: Tcpdump.path != nil))
  func comparison() throws {
    for linkType in [LinkType.raw, .ethernet, .linuxSLL, .null] {
      let seeds = Seeds.packets.filter { $0.0 == linkType }.map { $0.1 }
      var random = Counting(state: 11)
      var packets = seeds
      for round in 0..<min(Seeds.rounds / 6, 5000) {
        var bytes = seeds[round % seeds.count]
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
          let place = Int.random(in: bytes.indices, using: &random)
          switch Int.random(in: 0...3, using: &random) {
          case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
          case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
          case 2: bytes[place] = [0, 1, 0x7f, 0x80, 0xff, 0xc0][Int.random(in: 0...5, using: &random)]
          default: if place > 0 { bytes.removeSubrange(place...) }
          }
        }
        packets.append(bytes)
      }
      let lengths = packets.map { $0.count + (Bool.random(using: &random) ? 0 : 24) }
      let theirs = try Tcpdump.print(packets, linkType: linkType, lengths: lengths)
      try #require(theirs.count == packets.count)
      var printer = TcpdumpPrinter()
      var compared = 0
      for (index, packet) in packets.enumerated() {
        let ours = String(
          decoding: printer.print(packet, linkType: linkType, originalLength: lengths[index], time: ""), as: UTF8.self)
        guard Tcpdump.isOurs(dissect(packet, linkType: linkType, originalLength: lengths[index])) else { continue }
        compared += 1
        #expect(ours == theirs[index], "packet \(packet.hex) of length \(lengths[index])")
      }
      #expect(compared > seeds.count)
    }
  }

  /// Options, and what they are to the printer.
  static let styles: [(String, @Sendable (inout TcpdumpStyle) -> Void)] = [
    ("-n", { $0.verbosity = 0 }),
    ("-nv", { $0.verbosity = 1 }),
    ("-nvv", { $0.verbosity = 2 }),
    (
      "-ne",
      {
        $0.verbosity = 0
        $0.showsLink = true
      }
    ),
    ("-nevv", { $0.showsLink = true }),
    (
      "-nq",
      {
        $0.verbosity = 0
        $0.isQuiet = true
      }
    ),
    (
      "-neq",
      {
        $0.verbosity = 0
        $0.isQuiet = true
        $0.showsLink = true
      }
    ),
    (
      "-nS",
      {
        $0.verbosity = 0
        $0.hasAbsoluteNumbers = true
      }
    ),
    (
      "-nx",
      {
        $0.verbosity = 0
        $0.dump = .hex(withLink: false)
      }
    ),
    (
      "-nxx",
      {
        $0.verbosity = 0
        $0.dump = .hex(withLink: true)
      }
    ),
    (
      "-nXX",
      {
        $0.verbosity = 0
        $0.dump = .hexAndText(withLink: true)
      }
    ),
    (
      "-nA",
      {
        $0.verbosity = 0
        $0.dump = .text(withLink: false)
      }
    ),
    (
      "-nAA",
      {
        $0.verbosity = 0
        $0.dump = .text(withLink: true)
      }
    ),
  ]

  @Test("prints as Debian's tcpdump under its other options too", .enabled(if: Tcpdump.path != nil), arguments: styles)
  func options(_ option: String, _ change: @Sendable (inout TcpdumpStyle) -> Void) throws {
    for linkType in [LinkType.raw, .ethernet, .linuxSLL, .null] {
      let packets = Seeds.packets.filter { $0.0 == linkType }.map { $0.1 }
      let theirs = try Tcpdump.print(packets, linkType: linkType, lengths: packets.map(\.count), options: [option])
      try #require(theirs.count == packets.count)
      var printer = TcpdumpPrinter()
      printer.style.dump = .none
      change(&printer.style)
      for (index, packet) in packets.enumerated() {
        let dissection = dissect(packet, linkType: linkType)
        let ours = String(
          decoding: printer.print(packet, linkType: linkType, originalLength: packet.count, time: ""), as: UTF8.self)
        // What IGMP and ICMPv6 say is printed as with -vv.
        let names = dissection.layers.map(\.protocolName)
        guard Tcpdump.isOurs(dissection),
          printer.style.verbosity == 2 || !names.contains("igmp") && !names.contains("icmpv6")
        else { continue }
        #expect(ours == theirs[index], "\(option): packet \(packet.hex) over \(linkType.name)")
      }
    }
  }

  @Test("says that the comparison was not made where tcpdump is not there", .enabled(if: Tcpdump.path == nil))
  func skipped() { print("skipped: tcpdump is not installed, so ours was not compared with it") }

  @Test("sequence numbers are relative to the connection's first, from the second packet on")
  func relativeNumbers() throws {
    var printer = TcpdumpPrinter()
    func line(_ words: String) throws -> String {
      let bytes = try PacketSyntax.bytes(words.split(separator: " ").map(String.init))
      let text = String(
        decoding: printer.print(bytes, linkType: .raw, originalLength: bytes.count, time: ""), as: UTF8.self)
      let part = text.split(separator: "\n")[1]
      return part.split(separator: ",").filter { $0.hasPrefix(" seq") || $0.hasPrefix(" ack") }.joined(separator: ",")
    }
    let there = "tcp 192.0.2.1:40000 > 192.0.2.2:9"
    let back = "tcp 192.0.2.2:9 > 192.0.2.1:40000"
    #expect(try line("\(there) SYN seq 1000") == " seq 1000")
    #expect(try line("\(back) SYN/ACK seq 5000 ack 1001") == " seq 5000, ack 1001")
    #expect(try line("\(there) ACK seq 1001 ack 5001") == " seq 1, ack 1")
    #expect(try line("\(there) PSH/ACK seq 1001 ack 5001 data abc") == " seq 1:4, ack 1")
    #expect(try line("\(back) ACK seq 5001 ack 1004") == " seq 1, ack 4")
    #expect(try line("\(back) RST seq 5001") == " seq 5001")
  }

  /// Printed by Debian's tcpdump 4.99.3-1: `tcpdump -nvvX -r FILE`, FILE holding the bytes (hping3's) as LINKTYPE_RAW.
  @Test("prints a packet as it stands in tcpdump's output")
  func golden() throws {
    let bytes = try #require(
      [UInt8](hex: "45000028000700004006f6c0c0000201c000020700500e0a0000000100000002501202001b6d0000"))
    var printer = TcpdumpPrinter()
    let text = String(
      decoding: printer.print(bytes, linkType: .raw, originalLength: bytes.count, time: "22:13:20.000000"),
      as: UTF8.self)
    #expect(
      text == """
        22:13:20.000000 IP (tos 0x0, ttl 64, id 7, offset 0, flags [none], proto TCP (6), length 40)
            192.0.2.1.80 > 192.0.2.7.3594: Flags [S.], cksum 0x1b6d (correct), seq 1, ack 2, win 512, length 0
        \t0x0000:  4500 0028 0007 0000 4006 f6c0 c000 0201  E..(....@.......
        \t0x0010:  c000 0207 0050 0e0a 0000 0001 0000 0002  .....P..........
        \t0x0020:  5012 0200 1b6d 0000                      P....m..

        """)
  }
}
