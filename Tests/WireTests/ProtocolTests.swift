import Testing

@testable import Wire

@Test(
  "IPv6 addresses are read and written as RFC 4291 and RFC 5952 say",
  arguments: [
    ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"), ("ff01:0:0:0:0:0:0:101", "ff01::101"),
    ("0:0:0:0:0:0:0:1", "::1"), ("::", "::"), ("::13.1.68.3", "::13.1.68.3"),
    ("::FFFF:129.144.52.38", "::ffff:129.144.52.38"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
  ])
func ipv6Addresses(_ text: String, _ canonical: String) {
  #expect(IPv6Address(text)?.description == canonical)
}

@Test(
  "what is no IPv6 address is refused",
  arguments: ["", ":", "1", "1::2::3", "1:2:3:4:5:6:7:8:9", "12345::", "::g", "1:2:3:4:5:6:7:"])
func noIPv6Address(_ text: String) { #expect(IPv6Address(text) == nil) }

@Test("the CRC-32c of RFC 3720 appendix B.4's examples")
func castagnoli() {
  for (bytes, value) in [
    (Array(repeating: UInt8(0), count: 32), UInt32(0x8a91_36aa)), (Array(repeating: 0xff, count: 32), 0x62a8_ab43),
  ] {
    var crc = CRC32c()
    crc.add(bytes)
    #expect(crc.value == value)
  }
}

@Test("compressed names are read, and a pointer that does not go back is refused")
func names() throws {
  // RFC 1035 section 4.1.4's example: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64, the root at 92.
  var message = [UInt8](repeating: 0, count: 20)
  message += [1] + Array("F".utf8) + [3] + Array("ISI".utf8) + [4] + Array("ARPA".utf8) + [0]
  message += [UInt8](repeating: 0, count: 40 - message.count)
  message += [3] + Array("FOO".utf8) + [0xc0, 20]
  message += [UInt8](repeating: 0, count: 64 - message.count) + [0xc0, 26, 0xc0, 66]
  #expect(try DNSName(message[...], at: 20).text == "F.ISI.ARPA.")
  #expect(try DNSName(message[...], at: 40).text == "FOO.F.ISI.ARPA.")
  #expect(try DNSName(message[...], at: 40).length == 6)
  #expect(try DNSName(message[...], at: 64).text == "ARPA.")
  #expect(throws: DNSName.Failure.loop) { try DNSName(message[...], at: 66) }
  #expect(throws: DNSName.Failure.cutShort) { try DNSName([3, 0x61][...], at: 0) }
}

/// What each seed holds: layers from the outside in, and some fields, read off the RFCs' diagrams by hand.
@Test(
  "protocols are taken apart to their fields",
  arguments: [
    (1, ["ipv4", "tcp"], ["maximum_segment_size": 1460, "ts_value": 1, "window_scale": 7]),
    (2, ["ipv4", "tcp", "payload"], ["sack_left_edge_1": 1, "sack_right_edge_2": 4]),
    (3, ["ipv4", "icmp", "ipv4", "udp"], ["code": 3]),
    (23, ["ethernet", "arp", "padding"], ["opcode": 1, "sender_protocol_address": 0xc000_0201]),
    (
      Seeds.packets.count - 2, ["ipv4", "udp", "vxlan", "ethernet", "arp"],
      ["vxlan_network_identifier": 123, "vni_valid": 1, "opcode": 1]
    ),
    (
      Seeds.packets.count - 1, ["ipv4", "udp", "geneve", "ethernet", "arp"],
      ["virtual_network_identifier": 77, "options_length": 1, "critical_options": 1, "protocol_type": 0x6558]
    ),
  ])
func fields(_ seed: Int, _ layers: [String], _ values: [String: UInt64]) {
  let dissection = dissect(Seeds.packets[seed].1, linkType: Seeds.packets[seed].0)
  #expect(dissection.layers.map(\.protocolName) == layers)
  for (name, value) in values {
    #expect(dissection.layers.compactMap { $0[name]?.value }.first == .unsigned(value), "\(name)")
  }
}

@Test(
  "layers stand in the order of the bytes",
  arguments: [
    (10, ["ipv4", "udp", "dns"]), (11, ["ipv4", "udp", "dns"]), (13, ["ipv4", "udp", "dhcp"]), (14, ["ipv4", "igmp"]),
    (15, ["ipv4", "gre", "ipv4", "tcp"]), (16, ["ipv4", "sctp", "sctp_chunk"]), (17, ["ipv6", "tcp"]),
    (18, ["ipv6", "icmpv6"]), (19, ["ipv6", "ipv6_hop_by_hop", "icmpv6"]),
    (20, ["ipv6", "ipv6_routing", "udp", "dns"]), (21, ["ipv6", "ipv6_fragment", "udp", "dns"]),
    (22, ["ipv6", "icmpv6", "ipv6", "udp"]), (23, ["ethernet", "arp", "padding"]),
    (24, ["ethernet", "qinq", "vlan", "ipv4", "tcp"]), (25, ["ethernet", "llc", "ipv4", "tcp", "padding"]),
    (26, ["ethernet", "pppoe", "ppp", "ipv4", "tcp"]), (27, ["ethernet", "mpls", "ipv4", "tcp"]),
    (28, ["linux_sll", "ipv4", "tcp"]), (29, ["linux_sll2", "ipv4", "tcp"]), (30, ["null", "ipv4", "tcp"]),
    (31, ["ppp", "ipv4", "tcp"]),
  ])
func layers(_ seed: Int, _ layers: [String]) {
  let dissection = dissect(Seeds.packets[seed].1, linkType: Seeds.packets[seed].0)
  #expect(dissection.layers.map(\.protocolName) == layers)
}

@Test("each table's bits lie within its header, and every field names its source")
func tables() {
  for table in [IPv4Header.fields, IPv6Header.fields, TCPHeader.fields, UDPHeader.fields, DNS.header, DHCP.header] {
    for field in table {
      #expect(!field.bits.isEmpty && !field.reference.isEmpty && !field.name.isEmpty)
    }
    let covered = table.reduce(into: Set<Int>()) { $0.formUnion($1.bits) }
    #expect(covered.count == (table.map(\.bits.upperBound).max() ?? 0))
  }
}

@Test("JSON is written with its keys in order, and what JSON cannot hold is escaped")
func json() {
  var writer = JSONWriter()
  writer.beginObject()
  writer.key("b")
  writer.integer(1)
  writer.key("a")
  writer.beginArray()
  writer.string("x\n\"\\\u{1}é")
  writer.null()
  writer.bool(true)
  writer.endArray()
  writer.endObject()
  #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"b":1,"a":["x\n\"\\\u0001é",null,true]}"#)
}
