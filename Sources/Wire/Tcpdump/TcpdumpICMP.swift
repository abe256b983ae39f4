extension TcpdumpPrinter {
  mutating func icmp(_ start: Int, _ length: Int, isFragment: Bool) throws(CutShort) {
    current = "icmp"
    let type = try byte(start)
    let code = try byte(start + 1)
    guard let words = try icmpWords(start, type, code) else { return putCut() }
    put("ICMP \(words), length \(length)")
    guard isVerbose else { return }
    if !isFragment, has(start, length), case .bad(let stored, let fitting) = try checksum(start, length, field: 2) {
      put(" (wrong icmp cksum \(hex(stored)) (->\(hex(fitting)))!)")
    }
    if [3, 4, 5, 11, 12].contains(type) {
      put("\n\t")
      let quoted = Int(try word(start + 10))
      let outer = end
      end = min(end, start + 8 + quoted)
      // tcpdump reads the length once more, within the end that it sets.
      current = "icmp"
      _ = try word(start + 10)
      try ipv4Packet(start + 8, quoted)
      end = outer
    }
    current = "icmp"
    if length > 136, [3, 11, 12].contains(type) { try extensions(start, length) }
  }

  /// The message in words; `nil` where it is cut short.
  private func icmpWords(_ start: Int, _ type: UInt8, _ code: UInt8) throws(CutShort) -> String? {
    switch type {
    case 0, 8: return "echo \(type == 8 ? "request" : "reply"), id \(try word(start + 4)), seq \(try word(start + 6))"
    case 3: return try unreachable(start, code)
    case 5:
      let target = try ipv4(start + 24)
      let gateway = try ipv4(start + 4)
      switch code {
      case 0: return "redirect \(target) to net \(gateway)"
      case 1: return "redirect \(target) to host \(gateway)"
      case 2: return "redirect-tos \(target) to net \(gateway)"
      case 3: return "redirect-tos \(target) to host \(gateway)"
      default: return "redirect-#\(code) \(target) to \(gateway)"
      }
    case 9: return try routerAdvertisement(start)
    case 11:
      guard has(start + 24, 4) else { return nil }
      return ["time exceeded in-transit", "ip reassembly time exceeded"][safely: Int(code)] ?? "time exceeded-#\(code)"
    case 12: return code != 0 ? "parameter problem - code \(code)" : "parameter problem - octet \(try byte(start + 4))"
    case 13: return "time stamp query id \(try word(start + 4)) seq \(try word(start + 6))"
    case 14:
      guard has(start + 16, 4) else { return nil }
      let times = [try long(start + 8), try long(start + 12), try long(start + 16)].map(clock)
      return "time stamp reply id \(try word(start + 4)) seq \(try word(start + 6)): "
        + "org \(times[0]), recv \(times[1]), xmit \(times[2])"
    case 18: return "address mask is 0x\(hex(try long(start + 8), 8))"
    case 4: return "source quench"
    case 10: return "router solicitation"
    case 15: return "information request"
    case 16: return "information reply"
    case 17: return "address mask request"
    default: return "type-#\(type)"
    }
  }

  private func unreachable(_ start: Int, _ code: UInt8) throws(CutShort) -> String? {
    if code == 3 {
      guard has(start + 17, 1) else { return nil }
      let headerLength = Int(bytes[start + 8] & 15) * 4
      let port = try word(start + 8 + headerLength + 2)
      let number = bytes[start + 17]
      let target = try ipv4(start + 24)
      switch number {
      case 6: return "\(target) tcp port \(self.port(port, isTCP: true)) unreachable"
      case 17: return "\(target) udp port \(self.port(port, isTCP: false)) unreachable"
      default: return "\(target) protocol \(number) port \(port) unreachable"
      }
    }
    let mtu = code == 4 ? try word(start + 6) : 0
    let target = try ipv4(start + 24)
    switch code {
    case 0: return "net \(target) unreachable"
    case 1: return "host \(target) unreachable"
    case 2: return "\(target) protocol \(try byte(start + 17)) unreachable"
    case 4: return "\(target) unreachable - need to frag" + (mtu > 0 ? " (mtu \(mtu))" : "")
    case 5: return "\(target) unreachable - source route failed"
    case 6: return "net \(target) unreachable - unknown"
    case 7: return "host \(target) unreachable - unknown"
    case 8: return "\(target) unreachable - source host isolated"
    case 9: return "net \(target) unreachable - admin prohibited"
    case 10: return "host \(target) unreachable - admin prohibited"
    case 11: return "net \(target) unreachable - tos prohibited"
    case 12: return "host \(target) unreachable - tos prohibited"
    case 13: return "host \(target) unreachable - admin prohibited filter"
    case 14: return "host \(target) unreachable - host precedence violation"
    case 15: return "host \(target) unreachable - precedence cutoff"
    default: return "\(target) unreachable - #\(code)"
    }
  }

  private func routerAdvertisement(_ start: Int) throws(CutShort) -> String? {
    guard has(start + 4, 4) else { return nil }
    let lifetime = Int(try word(start + 6))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    var text = "router advertisement lifetime "
    switch lifetime {
    case ..<60: text += "\(lifetime)"
    case ..<3600: text += "\(lifetime / 60):\(two(lifetime % 60))"
    default: text += "\(lifetime / 3600):\(two(lifetime % 3600 / 60)):\(two(lifetime % 60))"
    }
    let count = Int(try byte(start + 4))
    text += " \(count):"
    let size = try byte(start + 5)
    guard size == 2 else { return text + " [size \(size)]" }
    for index in 0..<count {
      let entry = start + 8 + index * 8
      guard has(entry, 8) else { return nil }
      text += " {\(try ipv4(entry)) \(try long(entry + 4))}"
    }
    return text
  }

  /// Milliseconds since midnight.
  private func clock(_ value: UInt32) -> String {
    func padded(_ value: UInt32, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    let seconds = value / 1000
    return
      "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2)).\(padded(value % 1000, 3))"
  }

  /// Multi-part extensions (RFC 4884), which tcpdump looks for 128 bytes after the ICMP header.
  private mutating func extensions(_ start: Int, _ length: Int) throws(CutShort) {
    guard has(start, 141) else { return putCut() }
    let at = start + 136
    let size = length - 136
    let isWhole = has(at, size)
    let isGood = isWhole && InternetChecksum.of(bytes[at..<at + size]) == 0
    if bytes[start + 5] == 0, isWhole, !isGood { return }
    let version = bytes[at] >> 4
    put("\n\tICMP Multi-Part extension v\(version)")
    guard version == 2 else { return put(" packet not supported") }
    if isWhole { put(", checksum 0x\(hex(try word(at + 2), 4)) (\(isGood ? "" : "in")correct), length \(size)") }
    var left = size - 4
    var offset = at + 4
    while left > 4 {
      guard has(offset, 4) else { return putCut() }
      let stated = Int(try word(offset))
      let kind = bytes[offset + 2]
      let subtype = bytes[offset + 3]
      offset += 4
      let name = kind == 1 ? "MPLS Stack Entry" : kind == 2 ? "Interface Identification" : "unknown"
      put("\n\t  \(name) Object (\(kind)), Class-Type: \(subtype), length \(stated)")
      left -= 4
      guard kind != 0, stated >= 4 else { return }
      if kind == 1, subtype == 1 {
        let entry = try long(offset)
        put(
          "\n\t    label \(entry >> 12), tc \(entry >> 9 & 7)\(entry & 0x100 != 0 ? ", [S]" : ""), ttl \(entry & 0xff)")
      } else {
        unknownData(offset, stated - 4, indent: "\n\t    ")
      }
      guard left >= stated - 4 else { return }
      left -= stated - 4
      offset += stated - 4
    }
  }
}

extension Array {
  /// The element, or `nil` outside the bounds.
  subscript(safely index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
