import Testing

@testable import Wire

/// A generator without surprises; every value the commands below leave open is given instead.
struct Counting: RandomNumberGenerator {
  var state: UInt64 = 1

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state
  }
}

@Suite("hping3's command line")
struct Hping3Tests {
  /// Made by Debian's hping3 3.a2.ds2-10 in a network namespace with the address 192.0.2.1, captured with tcpdump: its
  /// process id, the milliseconds since midnight that it sent, the IP packets.
  static let captured: [(String, UInt16, UInt32, [String])] = [
    (
      "-c 1 -S -A -s 80 -p 3594 -M 1 -L 2 -N 7 192.0.2.7", 0x0, 0x0,
      [
        "45000028000700004006f6c0c0000201c000020700500e0a0000000100000002501202001b6d0000"
      ]
    ),
    (
      "-c 1 --syn --ack -s 1024 -p 22 -M 0x10 -L 0 -N 1 -t 3 -w 100 192.0.2.7", 0x0, 0x0,
      [
        "4500002800010000030633c7c0000201c00002070400001600000010000000005012006427400000"
      ]
    ),
    (
      "-c 2 -i u10000 -F -P -U -s 5000 -p ++79 -M 9 -L 9 -N 2 192.0.2.7", 0x0, 0x0,
      [
        "45000028000200004006f6c5c0000201c00002071388004f00000009000000095029020015ca0000",
        "45000028000200004006f6c5c0000201c00002071389005000000009000000095029020015c80000",
      ]
    ),
    (
      "-c 1 -2 -s 53 -p 53 -N 3 -d 5 192.0.2.7", 0x0, 0x0,
      [
        "45000021000300004011f6c0c0000201c000020700350035000d72b05858585858"
      ]
    ),
    (
      "-c 1 -2 -s 53 -p 53 -N 3 -d 40 -f 192.0.2.7", 0x0, 0x0,
      [
        "45000024000320004011d6bdc0000201c000020700350035003094345858585858585858",
        "45000024000320024011d6bbc0000201c000020758585858585858585858585858585858",
        "45000024000300044011f6b9c0000201c000020758585858585858585858585858585858",
      ]
    ),
    (
      "-c 1 -1 --icmptype 13 -N 5 192.0.2.7", 0x3a98, 0xf68477,
      [
        "45000028000500004001f6c7c0000201c00002070d00d557983a000000f684770000000000000000"
      ]
    ),
    (
      "-c 2 -i u10000 -1 -N 6 -d 4 192.0.2.7", 0x3b08, 0x0,
      [
        "45000020000600004001f6cec0000201c000020708003f14083b000058585858",
        "45000020000600004001f6cec0000201c000020708003e14083b010058585858",
      ]
    ),
    (
      "-c 1 -1 -C 3 -K 1 -N 8 192.0.2.7", 0x3b65, 0x0,
      [
        "45000038000800004001f6b4c0000201c000020703010d35000000004500001c3b65000040062f640102030405060708000000000008efc1"
      ]
    ),
    (
      "-c 1 -1 -C 5 -K 1 --icmp-gw 192.0.2.9 -N 8 192.0.2.7", 0x3baf, 0x0,
      [
        "45000038000800004001f6b4c0000201c00002070501492bc00002094500001c3baf000040062f1a0102030405060708000000000008efc1"
      ]
    ),
    (
      "-c 1 -0 -H 47 -N 9 -d 6 192.0.2.7", 0x0, 0x0,
      [
        "4500001a00090000402ff6a3c0000201c0000207585858585858"
      ]
    ),
    (
      "-c 1 -S -X -Y -y -s 1 -p 2 -M 3 -L 4 -N 10 -o 10 192.0.2.7", 0x0, 0x0,
      [
        "45100028000a40004006b6adc0000201c000020700010002000000030000000450c2020029100000"
      ]
    ),
    (
      "-c 1 -R -b -s 1 -p 2 -M 3 -L 4 -N 11 -e hello 192.0.2.7", 0x0, 0x0,
      [
        "4500002d000b00004006f6b7c0000201c000020700010002000000030000000450040200b0a3000068656c6c6f"
      ]
    ),
    (
      "-c 1 -A -O 9 -s 1 -p 2 -M 3 -L 4 -N 12 -x -g 64 192.0.2.7", 0x0, 0x0,
      [
        "45000028000c20084006d6b3c0000201c000020700010002000000030000000490100200e9c10000"
      ]
    ),
    (
      "-c 1 -S -a 198.51.100.4 -s 1 -p 2 -M 3 -L 4 -N 13 -k 192.0.2.7", 0x0, 0x0,
      [
        "45000028000d000040068e84c6336404c000020700010002000000030000000450020200c1990000"
      ]
    ),
    (
      "-c 1 -1 --icmp-addr -N 14 192.0.2.7", 0x3d3f, 0x0,
      [
        "45000020000e00004001f6c6c0000201c00002071100afc23f3d000000000000"
      ]
    ),
    (
      "-c 1 -1 -C 11 -N 15 -d 3 192.0.2.7", 0x3d91, 0x0,
      [
        "4500003b000f00004001f6aac0000201c00002070b0054dd000000004500001c3d91000040062d380102030405060708000000000008efc1585858"
      ]
    ),
  ]

  @Test("makes the bytes that hping3 made", arguments: captured)
  func bytes(_ arguments: String, _ process: UInt16, _ midnight: UInt32, _ packets: [String]) throws {
    let command = try Hping3(arguments.split(separator: " ").map(String.init))
    var sender = Hping3Sender(command, random: Counting(), process: process)
    let source = try #require(IPv4Address("192.0.2.1"))
    var made: [String] = []
    for _ in 0..<(command.count ?? 1) { made += sender.next(source: source, midnight: midnight).map(\.hex) }
    #expect(made == packets)
  }

  @Test(
    "says what is wrong",
    arguments: [
      ("-c 1 -S", "hping3: no target host is given"),
      ("-c 0 192.0.2.7", "hping3: --count takes a number from 1 to 2147483647, not 0"),
      ("-Sp", "hping3: option -p (--destport) requires an argument"),
      ("-pS 80 192.0.2.7", "hping3: option -p (--destport) requires an argument, so it must stand last in -pS"),
      ("--fas 192.0.2.7", "hping3: option --fas is ambiguous: --fast and --faster"),
      ("--nonsense 192.0.2.7", "hping3: unrecognized option --nonsense"),
      ("-S example.org", "hping3: the target example.org is no IPv4 address, and names cannot be looked up here"),
      ("--traceroute 192.0.2.7", "hping3: --traceroute is not modelled"),
      ("-1 -C 42 192.0.2.7", "hping3: ICMP type 42 is not one that it sends"),
    ])
  func errors(_ arguments: String, _ message: String) {
    let error = #expect(throws: PacketCommandError.self) {
      try Hping3(arguments.split(separator: " ").map(String.init))
    }
    #expect(error?.message == message)
  }

  @Test("leaves random what hping3 leaves random")
  func randomness() throws {
    let command = try Hping3(["-S", "-p", "80", "192.0.2.7"])
    var sender = Hping3Sender(command, random: Counting())
    let packets = (0..<2).compactMap { _ in sender.next(source: .any).first }
    let segments = packets.compactMap { IPv4Header($0[...]) }.compactMap { TCPHeader($0.payload) }
    try #require(segments.count == 2)
    #expect(segments[1].sourcePort == segments[0].sourcePort + 1)
    #expect((1024...3023).contains(segments[0].sourcePort))
    #expect(segments[0].sequenceNumber != segments[1].sequenceNumber)
    #expect(segments[0].window == 512)
  }
}

@Suite("the packet syntax")
struct PacketSyntaxTests {
  @Test(
    "makes packets whose checksums fit",
    arguments: [
      ("tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN/ACK seq 1 ack 2 win 100 mss 1460 df", ["ipv4", "tcp"]),
      ("udp 10.0.0.1:9 > 10.0.0.2:9 ttl 3 data hello", ["ipv4", "udp", "payload"]),
      ("icmp 10.0.0.1 > 10.0.0.2 echo id 7 seq 1 hex 00ff", ["ipv4", "icmp", "payload"]),
      ("ip 10.0.0.1 > 10.0.0.2 protocol 89 tos 0x10 id 5 hex 0201", ["ipv4", "payload"]),
    ])
  func packets(_ words: String, _ layers: [String]) throws {
    let bytes = try PacketSyntax.bytes(words.split(separator: " ").map(String.init))
    let dissection = dissect(bytes, linkType: .raw)
    #expect(dissection.layers.map(\.protocolName) == layers)
    #expect(dissection.notes.filter { $0.kind == .checksum }.allSatisfy { $0.text.hasSuffix("is good") })
  }

  @Test("reads what was said")
  func fields() throws {
    let words = "tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN/ACK seq 1 ack 2 win 100 mss 1460 df ttl 9 id 3"
    let dissection = dissect(try PacketSyntax.bytes(words.split(separator: " ").map(String.init)), linkType: .raw)
    let expected: [(String, String, UInt64)] = [
      ("ipv4", "ttl", 9), ("ipv4", "identification", 3), ("ipv4", "dont_fragment", 1), ("tcp", "flags", 0x12),
      ("tcp", "sequence_number", 1), ("tcp", "acknowledgment_number", 2), ("tcp", "window", 100),
      ("tcp", "maximum_segment_size", 1460),
    ]
    for (layer, field, value) in expected { #expect(dissection[layer]?[field]?.value == .unsigned(value)) }
  }

  @Test(
    "says what is wrong",
    arguments: [
      ("frame 1", "packet: begin with tcp, udp, icmp or ip, not frame"),
      ("tcp 10.0.0.1:1 to 10.0.0.2:2", "packet: after tcp come SOURCE > DESTINATION"),
      ("tcp 10.0.0.1 > 10.0.0.2:2", "packet: 10.0.0.1 is not ADDRESS:PORT"),
      ("udp 10.0.0.1:1 > 10.0.0.2:2 SYN", "packet: SYN is not known for udp"),
      ("udp 10.0.0.1:1 > 10.0.0.2:2 ttl 256", "packet: ttl takes a number from 0 to 255, not 256"),
      ("udp 10.0.0.1:1 > 10.0.0.2:2 hex 0", "packet: hex takes pairs of digits, not 0"),
    ])
  func errors(_ words: String, _ message: String) {
    #expect(throws: PacketCommandError(message)) {
      try PacketSyntax.bytes(words.split(separator: " ").map(String.init))
    }
  }
}
