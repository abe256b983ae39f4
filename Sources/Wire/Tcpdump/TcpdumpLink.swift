extension TcpdumpPrinter {
  /// Prints the packet from its link layer on; returns the link header's length, which the hex dump leaves out.
  mutating func link(_ type: LinkType, _ length: Int) throws(CutShort) -> Int {
    switch type {
    case .ethernet:
      current = "ether"
      return try ethernet(0, length)
    case .linuxSLL: return try cooked(length, "sll", header: 16, protocolAt: 14)
    case .linuxSLL2: return try cooked(length, "sll2", header: 20, protocolAt: 0)
    case .null, .loop: return try loopback(length)
    case .ppp:
      // The hex dump leaves out four bytes, however long the header is.
      _ = try ppp(0, length)
      return min(4, bytes.count)
    case .ciscoHDLC: return try ciscoHDLC(length)
    case .raw, .ipv4, .ipv6:
      current = "raw"
      if style.showsLink { put("ip: ") }
      try ip(0, length)
      return 0
    default:
      put("link type \(type.name) is not printed, length \(length)")
      return 0
    }
  }

  /// Either version of IP.
  mutating func ip(_ start: Int, _ length: Int) throws(CutShort) {
    current = "ipn"
    guard length >= 1 else { return put("truncated-ip \(length)") }
    switch try byte(start) >> 4 {
    case 4: try ipv4Packet(start, length)
    case 6: try ipv6Packet(start, length)
    case let version: put("unknown ip \(version)")
    }
  }

  mutating func ethernet(_ start: Int, _ length: Int) throws(CutShort) -> Int {
    let captured = end - start
    guard captured >= 14 else {
      putCut()
      return captured
    }
    var offset = start + 12
    var type = try word(offset)
    offset += 2
    var hasLength = false
    if style.showsLink { put("\(linkAddress(start + 6)) > \(linkAddress(start)), ") }
    while [0x8100, 0x9100, 0x9200, 0x88a8].contains(type) {
      guard end - offset >= 4, length - (offset - start) >= 4 else {
        current = "vlan"
        putCut()
        return min(end, start + length) - start
      }
      if style.showsLink {
        put(etherTypeText(type) + (hasLength ? ", " : ", length \(length): "))
        hasLength = true
        let tag = try word(offset)
        put("vlan \(tag & 0xfff), p \(tag >> 13)\(tag & 0x1000 != 0 ? ", DEI" : ""), ")
      }
      type = try word(offset + 2)
      offset += 4
    }
    let rest = length - (offset - start)
    if style.showsLink {
      let size = hasLength ? type > 1500 ? ", " : "" : "\(type > 1500 ? "" : "802.3"), length \(length): "
      put((type > 1500 ? etherTypeText(type) : "") + size)
    }
    guard type > 1500 else {
      let stated = min(Int(type), rest)
      return offset - start
        + (try within(offset, stated) { (p: inout Self) throws(CutShort) -> Int in try p.logicalLink(offset, stated) })
    }
    if try !etherType(type, offset, rest), !style.showsLink {
      put(
        "\(mac(start + 6)) > \(mac(start)), ethertype \(Self.etherTypes[type] ?? "Unknown") (0x\(hex(type, 4))), length \(length): "
      )
    }
    return offset - start
  }

  /// `ethertype IPv4 (0x0800)`; the name alone where few words are wanted.
  private func etherTypeText(_ type: UInt16) -> String {
    let name = Self.etherTypes[type] ?? "Unknown"
    return style.isQuiet ? name : "ethertype \(name) (0x\(hex(type, 4)))"
  }

  /// Prints the payload of an EtherType; false where tcpdump has no printer for it, or we have none.
  mutating func etherType(_ type: UInt16, _ start: Int, _ length: Int) throws(CutShort) -> Bool {
    switch type {
    case 0x0800: try ipv4Packet(start, length)
    case 0x86dd: try ipv6Packet(start, length)
    case 0x0806, 0x8035: try arp(start, length)
    case 0x8847, 0x8848: try mpls(start, length)
    case 0x880b:
      if length > 0 {
        put(": ")
        _ = try ppp(start, length)
      }
    default: return false
    }
    return true
  }

  /// SNAP with an EtherType; other 802.2 frames are named by their access points.
  private mutating func logicalLink(_ start: Int, _ length: Int) throws(CutShort) -> Int {
    current = "llc"
    guard length >= 3, has(start, 3) else {
      putCut()
      return end - start
    }
    let destination = try byte(start)
    let source = try byte(start + 1)
    if destination == 0xaa, source == 0xaa, try byte(start + 2) == 3, has(start, 8), length >= 8,
      try word(start + 3) == 0, try byte(start + 5) == 0
    {
      if try etherType(word(start + 6), start + 8, length - 8) { return 8 }
    }
    if destination == 6, source == 6, try byte(start + 2) == 3 {
      try ipv4Packet(start + 3, length - 3)
      return 3
    }
    put(
      "LLC, dsap Unknown (0x\(hex(destination & 0xfe, 2))), ssap Unknown (0x\(hex(source & 0xfe, 2))), length \(length)"
    )
    return 3
  }

  private mutating func cooked(_ length: Int, _ name: String, header: Int, protocolAt: Int) throws(CutShort) -> Int {
    current = name
    guard has(0, header) else {
      putCut()
      return 0
    }
    if header == 20 {
      put(padded(interfaceName(try long(4)) ?? "?", 5) + " ")
      put(padded(Self.packetTypes[Int(try byte(10))] ?? "?", 3) + " ")
    }
    if style.showsLink {
      try cookedLink(header, protocolAt)
      if !style.isQuiet { put("\(etherTypeText(try word(protocolAt))), length \(length): ") }
    }
    var type = try word(protocolAt)
    var offset = header
    while type == 0x8100 {
      guard end - offset >= 4 else {
        current = "vlan"
        putCut()
        return end
      }
      type = try word(offset + 2)
      put("ethertype \(Self.etherTypes[type <= 1500 ? 4 : type] ?? "Unknown"), ")
      offset += 4
    }
    guard type > 1500 else {
      if type == 4 { return offset + (try logicalLink(offset, length - offset)) }
      return offset
    }
    if try !etherType(type, offset, length - offset), !style.showsLink {
      try cookedLink(header, protocolAt)
      let outer = try word(protocolAt)
      put("ethertype \(Self.etherTypes[outer] ?? "Unknown") (0x\(hex(outer, 4))), length \(length - offset + header): ")
    }
    return offset
  }

  /// What a cooked header says of the link.
  private mutating func cookedLink(_ header: Int, _ protocolAt: Int) throws(CutShort) {
    if header == 20 {
      put("ifindex \(try long(4)) ")
      if try byte(11) == 6 { put("\(linkAddress(12)) ") }
      return
    }
    let kind = Self.packetTypes[Int(try word(0))] ?? "?"
    put(String(repeating: " ", count: max(0, 3 - kind.utf8.count)) + kind + " ")
    if try word(4) == 6 { put("\(linkAddress(6)) ") }
  }

  private mutating func loopback(_ length: Int) throws(CutShort) -> Int {
    current = "null"
    guard has(0, 4) else {
      putCut()
      return 0
    }
    let stored = try long(0).byteSwapped
    let family = stored & 0xffff_0000 != 0 ? stored.byteSwapped : stored
    if style.showsLink {
      let name = family == 2 ? "IPv4" : [24, 28, 30].contains(family) ? "IPv6" : nil
      put(name.map { style.isQuiet ? $0 : "AF \($0) (\(family))" } ?? "AF Unknown (\(family))")
      put(", length \(length): ")
    }
    switch family {
    case 2: try ipv4Packet(4, length - 4)
    case 24, 28, 30: try ipv6Packet(4, length - 4)
    default:
      let names: [UInt32: String] = [6: "NS", 7: "ISO", 16: "Appletalk", 23: "IPX"]
      put("AF \(names[family] ?? "Unknown") (\(family)), length \(length): ")
    }
    return 4
  }

  mutating func ppp(_ start: Int, _ length: Int) throws(CutShort) -> Int {
    current = "ppp"
    guard length >= 2, has(start, 2) else {
      putCut()
      return 0
    }
    var offset = start
    if [0xff03, 0x0003, 0x0103].contains(try word(start)) { offset += 2 }
    let first = try byte(offset)
    let type: UInt16
    if first & 1 == 1 {
      type = UInt16(first)
      offset += 1
    } else {
      type = try word(offset)
      offset += 2
    }
    let rest = length - (offset - start)
    switch type {
    case 0x21: try ipv4Packet(offset, rest)
    case 0x57: try ipv6Packet(offset, rest)
    default: put("unknown PPP protocol (0x\(hex(type, 4)))")
    }
    return 0
  }

  private mutating func ciscoHDLC(_ length: Int) throws(CutShort) -> Int {
    current = "chdlc"
    guard has(0, 4), length >= 4 else {
      putCut()
      return 0
    }
    switch try word(2) {
    case 0x0800: try ipv4Packet(4, length - 4)
    case 0x86dd: try ipv6Packet(4, length - 4)
    case let type: put("unknown CHDLC protocol (0x\(hex(type, 4)))")
    }
    return 4
  }

  /// Six bytes with colons; the caller has made sure that they are there.
  func mac(_ offset: Int) -> String {
    bytes[...].slice(at: offset, length: 6).map { hex($0, 2) }.joined(separator: ":")
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.utf8.count))
  }

  private static let packetTypes: [Int: String] = [0: "In", 1: "B", 2: "M", 3: "P", 4: "Out"]

  static let etherTypes: [UInt16: String] = [
    0x0200: "PUP", 0x0500: "Sprite", 0x0600: "NS", 0x0800: "IPv4", 0x0806: "ARP", 0x1000: "Trail", 0x6001: "MOP DL",
    0x6002: "MOP RC", 0x6003: "DN", 0x6004: "LAT", 0x6007: "SCA", 0x6558: "TEB", 0x8035: "Reverse ARP",
    0x8038: "Lanbridge", 0x803c: "DEC DNS", 0x803e: "DEC DTS", 0x805b: "VEXP", 0x805c: "VPROD", 0x809b: "Appletalk",
    0x80f3: "Appletalk ARP", 0x8100: "802.1Q", 0x8137: "IPX", 0x86dd: "IPv6", 0x8808: "MPCP", 0x8809: "Slow Protocols",
    0x880b: "PPP", 0x8847: "MPLS unicast", 0x8848: "MPLS multicast", 0x8863: "PPPoE D", 0x8864: "PPPoE S",
    0x886f: "MS NLB heartbeat", 0x8870: "Jumbo", 0x888e: "EAPOL", 0x8899: "Realtek protocols",
    0x88a2: "AoE", 0x88a8: "802.1Q-QinQ", 0x88ca: "TIPC", 0x88cc: "LLDP", 0x88e5: "802.1AE MACsec", 0x88f7: "PTP",
    0x8902: "CFM", 0x8903: "CFM (old)", 0x893a: "IEEE1905.1", 0x894f: "NSH", 0x8947: "GeoNet", 0x9000: "Loopback",
    0x9100: "802.1Q-9100", 0x9200: "802.1Q-9200", 0xd28b: "Arista Vendor Specific Protocol", 0x00fe: "OSI",
  ]
}
