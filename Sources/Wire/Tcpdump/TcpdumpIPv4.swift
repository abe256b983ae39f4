extension TcpdumpPrinter {
  /// - Parameter length: as the enclosing header or the capture says, in bytes.
  mutating func ipv4Packet(_ start: Int, _ length: Int) throws(CutShort) {
    current = "ip"
    let version = try byte(start) >> 4
    guard version == 4 else {
      put(version == 6 ? "IP6, wrong link-layer encapsulation" : "IP\(version)")
      return putInvalid()
    }
    if !style.showsLink { put("IP ") }
    guard has(start, 20) else { return putCut() }
    guard length >= 20 else { return put("truncated-ip \(length)") }
    let headerLength = Int(bytes[start] & 15) * 4
    guard headerLength >= 20 else { return put("bad-hlen \(headerLength)") }
    let total = Int(try word(start + 2))
    if length < total { put("truncated-ip - \(total - length) bytes missing! ") }
    guard total >= headerLength else { return put("bad-len \(total)") }
    try within(start, total) { (p: inout Self) throws(CutShort) in try p.ipv4Body(start, headerLength, total) }
  }

  private mutating func ipv4Body(_ start: Int, _ headerLength: Int, _ total: Int) throws(CutShort) {
    let fragment = try word(start + 6)
    let offset = Int(fragment & 0x1fff) * 8
    let number = try byte(start + 9)
    let isCut = isVerbose ? try headerWords(start, headerLength) : false
    let addresses = "\(try ipv4(start + 12)) > \(try ipv4(start + 16)):"
    if isCut {
      put(addresses + " ")
      return putCut()
    }
    guard offset == 0 else { return put("\(addresses) \(unprinted(number))") }
    if ![6, 17, 132, 33].contains(number) { put(addresses + " ") }
    guard has(start, headerLength) else {
      put(" [remaining caplen(\(end - start)) < header length(\(headerLength))]")
      throw CutShort()
    }
    try transport(
      number, start + headerLength, total - headerLength, TcpdumpNetwork(version: 4, start: start),
      isFragment: fragment & 0x2000 != 0)
  }

  /// The header in parentheses; true where its options are cut short.
  private mutating func headerWords(_ start: Int, _ headerLength: Int) throws(CutShort) -> Bool {
    let service = try byte(start + 1)
    put("(tos 0x\(hex(service))" + ["", ",ECT(1)", ",ECT(0)", ",CE"][Int(service & 3)])
    let timeToLive = try byte(start + 8)
    if timeToLive >= 1 { put(", ttl \(timeToLive)") }
    let fragment = try word(start + 6)
    let offset = Int(fragment & 0x1fff) * 8
    let number = try byte(start + 9)
    let flagNames = flags(UInt32(fragment), [(0x2000, "+"), (0x4000, "DF"), (0x8000, "rsvd")])
    put(", id \(try word(start + 4)), offset \(offset), flags [\(flagNames)]")
    put(", proto \(Self.protocols[number] ?? "unknown") (\(number)), length \(try word(start + 2))")
    var isCut = false
    if headerLength > 20 {
      put(", options (")
      isCut = try !ipv4Options(start + 20, headerLength - 20)
      if isCut { put(" [truncated-option]") }
      put(")")
    }
    if start + headerLength <= end, case .bad(let stored, let fitting) = try checksum(start, headerLength, field: 10) {
      put(", bad cksum \(hex(stored)) (->\(hex(fitting)))!")
    }
    put(")\n    ")
    return isCut
  }

  /// Prints what IP carries, by protocol number.
  mutating func transport(
    _ number: UInt8, _ start: Int, _ length: Int, _ network: TcpdumpNetwork, isFragment: Bool
  ) throws(CutShort) {
    let needs = { (version: Int) -> String in "[\(Self.protocols[number] ?? "unknown") requires IPv\(version)]" }
    switch number {
    case 6: try tcp(start, length, network, isFragment: isFragment)
    case 17: try udp(start, length, network, isFragment: isFragment)
    case 1:
      if network.version == 4 { return try icmp(start, length, isFragment: isFragment) }
      put(needs(4))
      putInvalid()
    case 58:
      if network.version == 6 { return try icmpv6(start, length, network, isFragment: isFragment) }
      put(needs(6))
      putInvalid()
    case 2:
      if network.version == 4 { return try igmp(start, length) }
      put(needs(4))
      putInvalid()
    case 132: try sctp(start, length, network)
    case 47: try gre(start, length)
    case 4: try ipv4Packet(start, length)
    case 41: try ipv6Packet(start, length)
    case 50:
      current = "esp"
      // A header that nothing follows counts as cut.
      guard has(start, 9) else { throw CutShort() }
      let (index, sequence) = (try long(start), try long(start + 4))
      put("ESP(spi=0x\(hex(index, 8)),seq=0x\(hex(sequence))), length \(length)")
    case 59: put("no next header")
    default: put(" \(unprinted(number)) \(length)")
    }
  }

  /// False where the options are cut short.
  private mutating func ipv4Options(_ start: Int, _ length: Int) throws(CutShort) -> Bool {
    var offset = start
    var left = length
    while left > 0 {
      if offset > start { put(",") }
      let kind = try byte(offset)
      put(Self.ipv4OptionNames[kind] ?? "unknown \(kind)")
      var size = 1
      if kind > 1 {
        size = Int(try byte(offset + 1))
        guard size >= 2 else {
          put(" [bad length \(size)]")
          return true
        }
      }
      guard size <= left else {
        put(" [bad length \(size)]")
        return true
      }
      guard has(offset, size) else { return false }
      switch kind {
      case 0: return true
      case 68: if try !timestampOption(offset, size) { return false }
      case 7, 131, 137: try routeOption(offset, size)
      case 148:
        if size < 4 {
          put(" [bad length \(size)]")
        } else if try word(offset + 2) != 0 {
          put(" value \(try word(offset + 2))")
        }
      default: break
      }
      offset += size
      left -= size
    }
    return true
  }

  private mutating func routeOption(_ start: Int, _ length: Int) throws(CutShort) {
    guard length >= 3 else { return put(" [bad length \(length)]") }
    if (length + 1) & 3 != 0 { put(" [bad length \(length)]") }
    let stored = try byte(start + 2)
    let pointer = UInt32(stored) &- 1
    if pointer < 3 || (pointer &+ 1) & 3 != 0 || pointer > UInt32(length) + 1 { put(" [bad ptr \(stored)]") }
    for at in stride(from: 3, to: length, by: 4) {
      put(" \(try ipv4(start + at))")
      if pointer > UInt32(at) { put(",") }
    }
  }

  /// False where it is cut short.
  private mutating func timestampOption(_ start: Int, _ length: Int) throws(CutShort) -> Bool {
    guard length >= 4 else {
      put("[bad length \(length)]")
      return true
    }
    put(" TS{")
    let kind = try byte(start + 3) & 15
    let step = kind == 0 ? 4 : 8
    if (length - 4) & (step - 1) != 0 { put("[bad length \(length)]") }
    let stored = try byte(start + 2)
    let pointer = UInt32(stored) &- 1
    if pointer < 4 || (pointer &- 4) & UInt32(step - 1) != 0 || pointer > UInt32(length) + 1 {
      put("[bad ptr \(stored)]")
    }
    var at = 0
    switch kind {
    case 0: put("TSONLY")
    case 1: put("TS+ADDR")
    case 3: put("PRESPEC")
    default: put("[bad ts type \(kind)]")
    }
    if [0, 1, 3].contains(kind) {
      at = 4
      while at < length {
        guard has(start + at, step) else { return false }
        put(pointer == UInt32(at) ? " ^ " : " ")
        put("\(try long(start + at + step - 4))@\(step == 8 ? try ipv4(start + at) : "")")
        at += step
      }
    }
    if pointer == UInt32(at) { put(" ^ ") }
    let missed = try byte(start + 3) >> 4
    put(missed > 0 ? " [\(missed) hops not recorded]} " : "}")
    return true
  }

  /// The destination under a transport checksum: the end of a source route or routing header, where there is one.
  func finalDestination(_ network: TcpdumpNetwork) throws(CutShort) -> Range<Int> {
    guard network.version == 4 else { return try finalIPv6Destination(network) }
    var offset = network.start + 20
    var left = Int(try byte(network.start) & 15) * 4 - 20
    while left > 0 {
      let kind = try byte(offset)
      if kind == 0 { break }
      let size = kind == 1 ? 1 : Int(try byte(offset + 1))
      guard size >= (kind == 1 ? 1 : 2), size <= left, has(offset, size) else { break }
      if kind == 131 || kind == 137, size >= 7 { return offset + size - 4..<offset + size }
      offset += size
      left -= size
    }
    return network.destination
  }

  static let protocols: [UInt8: String] = [
    0: "Options", 1: "ICMP", 2: "IGMP", 4: "IPIP", 6: "TCP", 8: "EGP", 9: "IGRP", 17: "UDP", 33: "DCCP", 41: "IPv6",
    43: "Routing", 44: "Fragment", 46: "RSVP", 47: "GRE", 50: "ESP", 51: "AH", 55: "Mobile IP", 58: "ICMPv6",
    62: "Mobile IP (old)", 88: "EIGRP", 89: "OSPF", 103: "PIM", 108: "Compressed IP", 112: "VRRP", 113: "PGM",
    132: "SCTP", 135: "Mobility", 143: "Ethernet",
  ]

  private static let ipv4OptionNames: [UInt8: String] = [
    0: "EOL", 1: "NOP", 7: "RR", 68: "timestamp", 82: "traceroute", 130: "security", 131: "LSRR", 137: "SSRR",
    148: "RA",
  ]
}
