import Foundation
import Testing

@testable import Wire

/// Packets of every protocol that is taken apart, as seeds for damage; each begins at the IP header unless it says so.
enum Seeds {
  /// How many damaged packets are tried: CHAINWALK_FUZZ_ROUNDS, else a few thousand.
  static let rounds = ProcessInfo.processInfo.environment["CHAINWALK_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 4000

  /// Link type and bytes. Made by hand after the RFCs' diagrams and with hping3.
  static let packets: [(LinkType, [UInt8])] = texts.compactMap { type, text in [UInt8](hex: text).map { (type, $0) } }

  private static let texts: [(LinkType, String)] = [
    // A SYN/ACK as hping3 makes it, with Ethernet's padding.
    (.raw, "45000028000700004006f6c0c0000201c000020700500e0a0000000100000002501202001b6d000000000000"),
    // TCP with MSS, SACK permitted, timestamps, window scale; then SACK blocks, MPTCP, fast open.
    (
      .raw,
      "4500003c1c4640004006b1e6ac100a63ac100a0c9c40005000000001000000 00a002faf0000000000204 05b40402080a0000000100000000 01030307"
        .compacted
    ),
    (
      .raw,
      "450000461c4640004006b1deac100a63ac100a0c9c4000500000000100000001c01002000000000001010512000000010000000200000003000000041e041000220400112233"
        .compacted
    ),
    // ICMP port unreachable that quotes a UDP datagram; echo; router advertisement; timestamp reply; redirect.
    (
      .raw,
      "45000038000800004001f6b4c0000201c0000207030 3fcf9000000004500001c3b65000040112f59010203040506070800350035000 8efc1"
        .compacted
    ),
    (.raw, "45000020000600004001f6cec0000201c000020708003f14083b000058585858"),
    (.raw, "4500002c000600004001f6cac0000201c00002070900000002020708c0000201000000 01c000020200000002".compacted),
    (.raw, "45000028000500004001f6c7c0000201c00002070e00d557983a000000f684770000000100000002"),
    // IP options: record route, timestamp, router alert, security; a fragment.
    (
      .raw, "490000300001000040010000c0000201c0000207070b08c0000201c00002070094040000010000000800f7ff00000000".compacted
    ),
    (
      .raw,
      "4a0000360001000040110000c0000201c0000207440c0d01c0000201000000018206abcd000000350035001000000102030405060708"
        .compacted
    ),
    (.raw, "45000024000320024011d6bbc0000201c000020758585858585858585858585858585858"),
    // DNS: a query with EDNS, a response with compression, a name that points to itself.
    (
      .raw,
      "450000480001000040110000c0000201c0000207d43100350034000012340120000100000000000103777777076578616d706c65036f726700000100010000291000000080000000"
        .compacted
    ),
    (
      .raw,
      "4500004d0001000040110000c0000201c00002070035d43100390000123481800001000100000000037777770765786 16d706c65036f72670000010001c00c000100010000003c0004c0000201"
        .compacted
    ),
    (.raw, "4500002e0001000040110000c0000201c0000207d4310035001e000012340100000100000000 0000c00c00010001".compacted),
    // DHCP, IGMPv3 report, GRE with IP in it, SCTP INIT.
    (
      .raw,
      "450001180001000040110000 00000000ffffffff0044004301040000".compacted + "010106000000000100000000"
        + String(repeating: "00", count: 16) + "525400123456" + String(repeating: "00", count: 202)
        + "63825363350101370401030603ff0000"
    ),
    (.raw, "4600002c0000000001020000c0000201e000001694040000220000000000000104000001c0000209c000020b".compacted),
    (
      .raw,
      "450000340000000040 2f0000c0000201c000020730000800000000010000000245000014000000004006000001010101020202 02"
        .compacted
    ),
    (
      .raw,
      "4500003400000000408400 00c0000201c000020700160016000000000000000001000014000000010000ffff000a000a00000001"
        .compacted
    ),
    // IPv6: TCP, neighbour solicitation, hop-by-hop with router alert and MLDv2, routing header, fragment, ICMPv6 error.
    (
      .raw,
      "60000000001406402001 0db80000000000000000000000012001 0db80000000000000000000000020050 1f9000000001000000015010 ffff00000000"
        .compacted
    ),
    (
      .raw,
      "6000000000203afffe800000000000000000000000000001ff0200000000000000000001ff0000028700000000000000fe8000000000000000000000000000020101525400123456"
        .compacted
    ),
    (
      .raw,
      "60000000002400 01fe800000000000000000000000000001ff0200000000000000000000000000163a000502000001008f0000000000000104000000ff020000000000000000000000000001"
        .compacted
    ),
    (
      .raw,
      "6000000000282b40200100000000000000000000000000012001000000000000000000000000000211020001000000002001000000000000000000000000000300350035 00100000"
        .compacted + "0102030405060708"
    ),
    (
      .raw,
      "6000000000142c4020010000000000000000000000000001200100000000000000000000000000021100000100000001003500350010000001020304"
    ),
    (
      .raw,
      "6000000000303a40200100000000000000000000000000012001000000000000000000000000000201040000000000006000000000081140200100000000000000000000000000022001000000000000000000000000000 1"
        .compacted
    ),
    // Ethernet: ARP, VLAN in QinQ, 802.3 with SNAP, PPPoE, MPLS.
    (
      .ethernet,
      "ffffffffffff52540012345608060001080006040001525400123456c0000201000000000000c0000207".compacted
        + String(repeating: "00", count: 18)
    ),
    (.ethernet, "ffffffffffff52540012345688a8006481000065080045000014000000004006000001010101020202 02".compacted),
    (.ethernet, "0180c20000005254001234560026aaaa03000000080045000014000000004006000001010101020202020000".compacted),
    (.ethernet, "ffffffffffff5254001234568864110000010018 00214500001400000000400600000101010102020202".compacted),
    (.ethernet, "ffffffffffff52540012345688470001014045000014000000004006000001010101020202 02".compacted),
    // Linux cooked, loopback, PPP.
    (.linuxSLL, "00000001000652540012345600000800450000140000000040060000010101010202020 2".compacted),
    (.linuxSLL2, "08000000000000020001000652540012345600004500001400000000400600000101010102020202"),
    (.null, "020000004500001400000000400600000101010102020202"),
    (.ppp, "ff0300214500001400000000400600000101010102020202"),
    // NTP, the system log, TFTP, SIP, SSH's and SMTP's first lines, ESP, a DHCP offer.
    (
      .raw,
      "4500004c000100004011669e0a0000010a000002007b007b00380000230206ec0001020300020000c0000207e500000080000000e4ffffff00000005e500000140000000e5000002ffffffff"
    ),
    (
      .raw,
      "4500002d00010000401166bd0a0000010a000002007b007b0019000016820001030400050000000568656c6c6f"
    ),
    (
      .raw,
      "4500003b00010000401166af0a0000010a0000029c400202002700003c33343e4f63742031312032323a31343a313520686f73742073753a206e6f"
    ),
    (
      .raw,
      "4500003e00010000401166ac0a0000010a0000029c400045002a000000017078652f626f6f742e636667006f6374657400626c6b73697a65003134303000"
    ),
    (
      .raw,
      "4500002d00010000401166bd0a0000010a0000029c40004500190000000500016e6f20737563682066696c6500"
    ),
    (
      .raw,
      "4500005300010000401166970a0000010a0000029c4013c4003f00004f5054494f4e53207369703a61403139322e302e322e37205349502f322e300d0a5669613a205349502f322e302f55445020780d0a0d0a"
    ),
    (
      .raw,
      "4500004800010000400666ad0a0000010a00000200169c40000000010000000150180200000000005353482d322e302d4f70656e5353485f392e3270312044656269616e2d320d0a"
    ),
    (
      .raw,
      "4500003f00010000400666b60a0000010a0000029c4000190000000100000001501802000000000045484c4f206d61696c2e6578616d706c652e6f72670d0a"
    ),
    (
      .raw,
      "4500003400010000403266950a0000010a0000028f002a0e00000004aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    ),
    (
      .raw,
      "4500016500010000401165850a0000010a000002004300440151000002010600123456780000800000000000c0000232c00002010000000052540012345600000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000638253633501020104ffffff000304c00002010608c0000201c0000202330400000e103604c00002010f076578616d706c65790818c63364c0000201510701ffff686f73743d0701020304050607520601046574683037040103060fff"
    ),
    // SCTP: INIT with parameters; SACK with gaps and a duplicate, two DATA; COOKIE ECHO, HEARTBEAT, ABORT and others.
    (
      .raw,
      "45000048000100004084662f0a0000010a0000028e3c26ab0102030400000000010000280a0b0c0d0001a000000affff2b4b0a84000c0006000500008000000400050008c0000201"
    ),
    (
      .raw,
      "4500007800010000408465ff0a0000010a0000028e3c26ab01020304000000000300001c2315b06700019fe80002000100020003000500052315b068000300172b4b0a8500000001000000126162636465666700000400242b4b0a8600010000000000247878787878787878787878787878787878787878"
    ),
    (
      .raw,
      "4500006000010000408466170a0000010a0000028e3c26ab01020304000000000a00000c636f6f6b69652e2e0400000c00010008010203040601000c000c0008626f6f6d4000001400000000000000000000000000000000c000000800000007"
    ),
    // An ARP request in VXLAN, and in Geneve with an option.
    (
      .raw,
      "4500004e000100004011669c0a0000010a0000029c4012b5003a00000800000000007b00ffffffffffff52540012345608060001080006040001525400123456c0000201000000000000c0000207"
    ),
    (
      .raw,
      "4500005200010000401166980a0000010a0000029c4017c1003e00000140655800004d0001088000ffffffffffff52540012345608060001080006040001525400123456c0000201000000000000c0000207"
    ),
  ]
}

extension String {
  /// Without the spaces that make the digits readable.
  fileprivate var compacted: String { filter { $0 != " " } }
}

@Test("every seed is taken apart without a byte left over", arguments: Seeds.packets.indices)
func seeds(_ index: Int) throws {
  let (linkType, bytes) = Seeds.packets[index]
  let dissection = dissect(bytes, linkType: linkType)
  #expect(!dissection.layers.isEmpty)
  for layer in dissection.layers {
    #expect(layer.offset + layer.length <= bytes.count)
    for field in layer.fields { #expect(field.byteRange.upperBound <= bytes.count) }
  }
}

@Test("no damage makes a dissector, a printer or a writer trap, hang or show bytes that are not there")
func damage() {
  var random = Counting(state: 7)
  var printer = TcpdumpPrinter()
  for round in 0..<Seeds.rounds {
    let (linkType, seed) = Seeds.packets[round % Seeds.packets.count]
    var bytes = seed
    var knowledge = ByteKnowledge()
    for _ in 0..<Int.random(in: 0...5, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: bytes.indices, using: &random)
      switch Int.random(in: 0...5, using: &random) {
      case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      case 2: bytes.removeSubrange(place...)
      case 3: bytes.insert(contentsOf: repeatElement(bytes[place], count: 8), at: place)
      case 4: bytes[place] = [0, 1, 0x7f, 0x80, 0xff, 0xc0][Int.random(in: 0...5, using: &random)]
      default:
        let range = place..<min(bytes.count, place + 3)
        if Bool.random(using: &random) { knowledge.unknown.append(range) } else { knowledge.edited.append(range) }
      }
    }
    let length = bytes.count + Int.random(in: 0...20, using: &random)
    knowledge.unknown.removeAll { $0.upperBound > bytes.count }
    knowledge.edited.removeAll { $0.upperBound > bytes.count }
    let dissection = dissect(bytes, linkType: linkType, knowledge: knowledge, originalLength: length)
    for field in dissection.layers.flatMap(\.fields) {
      guard field.byteRange.upperBound <= bytes.count,
        !knowledge.unknown.contains(where: { $0.overlaps(field.byteRange) })
      else {
        Issue.record("\(field.name) shows bytes that are not there, round \(round)")
        return
      }
    }
    var writer = JSONWriter()
    writer.beginObject()
    dissection.writeMembers(to: &writer)
    writer.endObject()
    _ = dissection.treeLines
    _ = printer.print(bytes, linkType: linkType, originalLength: length, time: "", knowledge: knowledge)
  }
}

@Test("where a checksum covers edited bytes, nothing that is printed or noted names the value that would fit")
func nothingGivenAway() throws {
  var bytes = try PacketSyntax.bytes([
    "tcp", "198.51.100.77:80", ">", "192.0.2.7:3594", "SYN/ACK", "seq", "1", "ack", "2",
  ])
  bytes.replaceSubrange(14..<16, with: [0, 0])
  var knowledge = ByteKnowledge()
  knowledge.edited = [14..<16]
  let fitting = dissect(bytes, linkType: .raw).notes.compactMap { note in
    note.text.contains("expected")
      ? note.text.split(separator: " ").first { $0.hasPrefix("0x") && note.text.contains("\($0) is expected") } : nil
  }
  try #require(fitting.count == 2)
  let notes = dissect(bytes, linkType: .raw, knowledge: knowledge).notes.map(\.text).joined()
  var printer = TcpdumpPrinter()
  let printed = printer.print(bytes, linkType: .raw, originalLength: bytes.count, time: "", knowledge: knowledge)
  let text = String(decoding: printed, as: UTF8.self)
  for value in fitting {
    #expect(!notes.contains(value))
    #expect(!text.contains(value.dropFirst(2)))
  }
  #expect(!text.contains("->") && text.contains("198.51.[edited].80 > 192.0.2.7.3594"))
}
