import Foundation
import Testing

@testable import Wire

/// Debian's libpcap beside our filters.
private enum Libpcap {
  struct Answer: Equatable {
    /// Indices of the packets taken; `nil` where the expression was refused.
    var taken: [Int]?
    var error = ""
  }

  /// What `tcpdump -r FILE FILTER` makes of each filter.
  static func answers(_ filters: [String], _ packets: [[UInt8]], _ linkType: LinkType, lengths: [Int]) throws
    -> [Answer]
  {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("chainwalk-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
    var bytes =
      little(0xa1b2_c3d4) + [2, 0, 4, 0] + little(0) + little(0) + little(262_144) + little(linkType.rawValue)
    for (index, packet) in packets.enumerated() {
      bytes +=
        little(UInt32(index)) + little(0) + little(UInt32(packet.count)) + little(UInt32(lengths[index])) + packet
    }
    try Data(bytes).write(to: folder.appendingPathComponent("in.pcap"))
    try filters.joined(separator: "\n").appending("\n").write(
      to: folder.appendingPathComponent("filters"), atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.currentDirectoryURL = folder
    process.arguments = [
      "-c",
      "n=0; while IFS= read -r f; do \(Tcpdump.path ?? "tcpdump") -r in.pcap -w out.$n -- \"$f\" 2> err.$n; echo $? > rc.$n; n=$((n+1)); done < filters",
    ]
    try process.run()
    process.waitUntilExit()
    return try filters.indices.map { number in
      let status = try String(contentsOf: folder.appendingPathComponent("rc.\(number)"), encoding: .utf8)
      let errors = try String(contentsOf: folder.appendingPathComponent("err.\(number)"), encoding: .utf8)
      guard status == "0\n" else {
        let line = errors.split(separator: "\n").last { $0.hasPrefix("tcpdump: ") } ?? ""
        return Answer(taken: nil, error: String(line.dropFirst("tcpdump: ".count)))
      }
      let out = [UInt8](try Data(contentsOf: folder.appendingPathComponent("out.\(number)")))
      var taken: [Int] = []
      var at = 24
      while at + 16 <= out.count {
        func number(_ offset: Int) -> Int { (0..<4).reduce(0) { $0 | Int(out[at + offset + $1]) << ($1 * 8) } }
        taken.append(number(0))
        at += 16 + number(8)
      }
      return Answer(taken: taken)
    }
  }
}

/// Random filters and packets that meet each other often.
private struct FilterMaker {
  var random: Counting

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &random)]
  }

  static let addresses = ["192.0.2.1", "192.0.2.7", "198.51.100.4", "10.1.2.3"]
  static let ports: [UInt16] = [22, 53, 80, 443, 3594, 40000]

  mutating func filter(_ depth: Int = 0) -> String {
    let choice = Int.random(in: 0...(depth > 2 ? 6 : 9), using: &random)
    switch choice {
    case 7: return "(\(filter(depth + 1))) and \(filter(depth + 1))"
    case 8: return "\(filter(depth + 1)) or \(filter(depth + 1))"
    case 9: return "not (\(filter(depth + 1)))"
    default: return primitive()
    }
  }

  private mutating func primitive() -> String {
    let direction = pick(["", "", "src ", "dst ", "src or dst ", "src and dst "])
    switch Int.random(in: 0...11, using: &random) {
    case 0: return pick(["tcp", "udp", "icmp", "ip", "ip6", "arp", "icmp6", "igmp", "sctp", "esp", "ah"])
    case 1: return "\(pick(["", "ip ", "arp "]))\(direction)host \(pick(Self.addresses))"
    case 2: return "\(direction)net \(pick(["10", "192.0.2.0/24", "198.51", "192.0.2.4/30", "0.0.0.0/0"]))"
    case 3: return "\(pick(["", "tcp ", "udp "]))\(direction)port \(pick(Self.ports))"
    case 4: return "\(pick(["", "tcp ", "udp "]))\(direction)portrange \(pick(["20-80", "443-50000", "1-30"]))"
    case 5: return "\(pick(["less", "greater"])) \(Int.random(in: 28...120, using: &random))"
    case 6: return "tcp[tcpflags] & (\(pick(["tcp-syn", "tcp-rst", "tcp-syn|tcp-ack"]))) != 0"
    case 7: return "tcp[13] \(pick(["=", "==", "!=", ">", "<="])) \(pick([2, 4, 16, 18, 20]))"
    case 8:
      return
        "ip[\(Int.random(in: 0...40, using: &random)):\(pick([1, 2, 4]))] & \(pick([1, 15, 240, 0xff])) = \(pick([0, 1, 5, 64]))"
    case 9:
      return
        "\(pick(["udp", "icmp", "tcp", "ip6", "ether", "arp"]))[\(Int.random(in: 0...24, using: &random))] > \(pick([0, 8, 100]))"
    case 10: return "ip proto \(pick(["6", "17", "1", "\\\\udp", "2"]))".replacingOccurrences(of: "\\\\", with: "\\")
    default:
      return pick(["ip multicast", "ip broadcast", "len > 60", "icmp[icmptype] = icmp-echo", "ip[6:2] & 0x1fff != 0"])
    }
  }

  mutating func packet() -> [UInt8] {
    let kind = pick(["tcp", "tcp", "udp", "icmp", "ip"])
    let (from, to) = (pick(Self.addresses), pick(Self.addresses))
    var words: [String]
    switch kind {
    case "icmp": words = ["icmp", from, ">", to, pick(["echo", "echo-reply", "unreachable"])]
    case "ip": words = ["ip", from, ">", to, "protocol", "\(pick([2, 47, 50, 51, 132]))", "hex", "0016005000010203"]
    default:
      words = [kind, "\(from):\(pick(Self.ports))", ">", "\(to):\(pick(Self.ports))"]
      if kind == "tcp" { words.append(pick(["SYN", "ACK", "SYN/ACK", "RST", "FIN/ACK", "RST/ACK"])) }
      words += ["data", String(repeating: "x", count: Int.random(in: 1...40, using: &random))]
    }
    words += ["ttl", "\(Int.random(in: 1...255, using: &random))"]
    var bytes = (try? PacketSyntax.bytes(words)) ?? (try? PacketSyntax.bytes(Array(words.prefix(4)))) ?? []
    if bytes.count > 20, Int.random(in: 0...9, using: &random) == 0 {
      bytes[7] = UInt8.random(in: 0...3, using: &random)
    }
    return bytes
  }
}

@Suite("capture filters")
struct PacketFilterTests {
  private static let names = FilterNames(
    host: { $0 == "localhost" ? IPv4Address("127.0.0.1") : nil }, network: { _ in nil },
    port: { name, transport in
      switch (name, transport) {
      case ("http", .tcp): 80
      case ("ssh", .tcp): 22
      case ("domain", .tcp), ("domain", .udp): 53
      default: nil
      }
    },
    protocolNumber: { ["tcp": 6, "udp": 17, "icmp": 1][$0] })

  /// Phrases of pcap-filter(7) and mistakes.
  static let phrases = [
    "foo", "host", "host 1.2.3", "host 1.2.3.4.5", "host 300.1.1.1", "host nosuch.invalid", "port", "port foo",
    "port 70000", "port http", "port 80-90", "portrange 80-90", "portrange 90-80", "portrange 80", "net 10", "net 10.1",
    "net 10.0.0.0/8", "net 10.1.1.1/8", "net 10.0.0.0/33", "net 10.0.0.0 mask 255.0.0.0", "net 10.1.0.0 mask 255.0.0.0",
    "tcp host 1.2.3.4", "tcp port 80 and", "and tcp", "tcp and and udp", "(tcp", "tcp)", "not", "tcp[13] = 2",
    "tcp[13:3] = 2", "tcp[13", "tcp[99999999999] = 1", "tcp[tcpflags] & tcp-syn", "tcp[tcpflags] & tcp-syn != 0",
    "tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn", "tcp[tcpflags] = foo", "ip[8] < 5", "ip[8] / 0 = 1",
    "ip[8] % 0 = 1", "ip[8] >> 40 = 1", "ip[8] / (ip[0] - ip[0]) = 1 or tcp", "ip proto 6", "ip proto tcp",
    "ip proto \\tcp", "ip proto 300", "ip proto foo", "proto tcp", "proto 6", "ether proto 0x800", "ether proto \\ip",
    "ether host 52:54:00:12:34:56", "ether host 1.2.3.4", "ether src 52:54:00:12:34:56",
    "ether dst 52-54-00-ab-cd-ef", "host 52:54:00:12:34:56", "src 192.0.2.1", "dst 192.0.2.7",
    "src or dst host 192.0.2.1", "src and dst net 192.0.2", "src port 80 or 443", "src port 80 or dst 10.1.2.3",
    "port 80 or 443 and host 192.0.2.1", "not port 22 and 80", "tcp src port 80", "udp dst portrange 1-60",
    "icmp port 80", "arp host 1.2.3.4", "ip6 host 1.2.3.4", "ip6 host ::1", "ip host ::1", "net ::/16",
    "net 2001:db8::/32", "less 50", "greater 50", "len > 50", "len", "5", "1.2.3.4", "80", "tcp or 80",
    "ip broadcast", "ip multicast", "ip6 multicast", "tcp multicast", "arp broadcast", "icmp[icmptype] = icmp-echo",
    "icmp[0] = 8 or icmp[0] = 0", "tcp[20:4] = 0x78787878", "tcp[((tcp[12]&0xf0)>>2):4] = 0x78787878",
    "(tcp[12:1] & 0xf0) >> 2 = 20", "ip[2:2] - ((ip[0]&0xf)<<2) > 30", "tcp > 5", "sctp", "igmp", "ah", "esp", "pim",
    "1 = 1", "1 > 2", "tcp && udp", "tcp || udp", "! tcp", "!tcp", "tcp & udp", "tcp or (udp and port 53)",
    "host 1.2.3.4 port 80", "tcp,udp", "tcp port (80 or 443)", "port (80 or 443)",
    "host (192.0.2.1 or 192.0.2.7)", "host 192.0.2.1 or (192.0.2.7)", "src host 0xc0000201", "host 0", "net 0",
    "port 0", "port -1", "port 0x50", "port 08", "port 4294967296", "tcp port http or 443", "udp port domain",
    "udp port ssh", "port ssh", "tcp[0:2] = tcp[2:2]", "ether[0] & 1 = 0", "link[0] = 1", "radio[0] = 1",
    "udp[4:2] > 20", "ip[9] == tcp", "ip and tcp", "ip tcp", "ether", "src", "ip6 proto 6", "5 = 5",
    "-1 = 0xffffffff", "tcp[-1] != 0", "ip[-1] = 0", "tcp[13] & 7 != 0 and not src net 192.168",
    "tcp[13] ^ 2 = 16", "tcp[13] ^ 2 | 1 = 17", "ip[0] + 1 * 2 = 71", "ip[0] - 1 - 1 = 67", "2 + 3 * 4 = 14",
    "ip[6:2] & 0x1fff = 0", "icmp6[0] = 128", "ip6[6] = 6", "udp proto 5", "src proto 6", "arp proto 5",
    "ip6 port 80", "ip src or dst 192.0.2.1", "host 1.2.3.4 mask 255.0.0.0", "host 1.2.3.4/24", "host 1.2.3.4/32",
    "less foo", "greater", "net 10/8", "port 80/8", "host localhost", "tcp or udp and port 80",
    "tcp[5 = 3", "tcp[] = 3", "not not tcp", "not (not tcp)", "((tcp))", "not tcp and not udp", "port 22 and not 80",
  ]

  private func compare(_ filters: [String], _ packets: [[UInt8]], _ linkType: LinkType, _ lengths: [Int]) throws {
    let theirs = try Libpcap.answers(filters, packets, linkType, lengths: lengths)
    for (filter, answer) in zip(filters, theirs) {
      do {
        let compiled = try PacketFilter(filter, .init(linkType: linkType, isLive: false), names: Self.names)
        let taken = packets.indices.filter { compiled.accepts(packets[$0], originalLength: lengths[$0]) }
        #expect(Libpcap.Answer(taken: taken) == answer, "\(filter) over \(linkType.name)")
      } catch {
        #expect(Libpcap.Answer(taken: nil, error: error.message) == answer, "\(filter) over \(linkType.name)")
      }
    }
  }

  private func frames(_ linkType: LinkType, _ maker: inout FilterMaker) -> [[UInt8]] {
    let header: [UInt8] =
      linkType == .ethernet
      ? [0x52, 0x54, 0, 0x12, 0x34, 0x56, 0x52, 0x54, 0, 0xab, 0xcd, 0xef, 8, 0]
      : linkType == .linuxSLL2 ? [8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 4, 6, 1, 2, 3, 4, 5, 6, 0, 0] : []
    let made = (0..<60).map { _ in header + maker.packet() }
    let seeds = Seeds.packets.filter { $0.0 == linkType }.map { $0.1 }
    return made + seeds + made.prefix(12).enumerated().map { Array($1.prefix(header.count + $0 * 3)) }
  }

  @Test("take what libpcap's take, and are refused in its words", .enabled(if: Tcpdump.path != nil))
  func comparison() throws {
    let count = ProcessInfo.processInfo.environment["CHAINWALK_FILTERS"].flatMap(Int.init) ?? 60
    for linkType in [LinkType.ethernet, .raw, .linuxSLL2] {
      var maker = FilterMaker(random: Counting(state: UInt64(linkType.rawValue)))
      let packets = frames(linkType, &maker)
      let lengths = packets.map { $0.count + (Bool.random(using: &maker.random) ? 0 : 20) }
      if linkType == .ethernet { try compare(Self.phrases, packets, linkType, lengths) }
      // Where a packet is cut short, libpcap's optimizer decides which reads are made at all.
      let whole = packets.indices.dropLast(12).filter { packets[$0].count >= 62 }
      try compare(
        (0..<count).map { _ in maker.filter() }, whole.map { packets[$0] }, linkType, whole.map { lengths[$0] })
    }
  }

  @Test("says that the comparison was not made where tcpdump is not there", .enabled(if: Tcpdump.path == nil))
  func skipped() { print("skipped: tcpdump is not installed, so our filters were not compared with libpcap's") }

  @Test("what hosts know beside the bytes is asked of a capture that listens")
  func live() throws {
    let packet: [UInt8] = [UInt8](repeating: 0, count: 12) + [8, 0, 0x45] + [UInt8](repeating: 0, count: 30)
    let context = PacketFilter.Context(linkType: .ethernet, isLive: true)
    let outbound = try PacketFilter("outbound and ifindex 2", context, names: Self.names)
    #expect(outbound.accepts(packet, originalLength: 45, isOutgoing: true, interfaceIndex: 2))
    #expect(!outbound.accepts(packet, originalLength: 45, isOutgoing: false, interfaceIndex: 2))
    #expect(!outbound.accepts(packet, originalLength: 45, isOutgoing: true, interfaceIndex: 1))
  }

  @Test(
    "what is not modelled is refused by name",
    arguments: ["vlan", "vlan 5", "mpls", "pppoes", "ip protochain 6", "type mgt", "decnet"])
  func notModelled(_ text: String) {
    let error = #expect(throws: FilterError.self) {
      try PacketFilter(text, .init(linkType: .ethernet, isLive: false), names: Self.names)
    }
    #expect(error?.isNotModelled == true)
  }
}
