extension TcpdumpPrinter {
  mutating func icmpv6(_ start: Int, _ length: Int, _ network: TcpdumpNetwork, isFragment: Bool) throws(CutShort) {
    current = "icmp6"
    guard length > 0 else {
      put("ICMP6, length 0")
      return putInvalid()
    }
    if isVerbose, !isFragment, has(start, length) {
      let stored = try word(start + 2)
      switch try checksum(start, length, field: 2, network: network, number: 58) {
      case .good: put("[icmp6 sum ok] ")
      case .bad(_, let fitting): put("[bad icmp6 cksum 0x\(hex(stored, 4)) -> 0x\(hex(fitting, 4))!] ")
      case .edited: put(knowledge.transportChecksumVouched ? "[icmp6 sum ok] " : "")
      }
    }
    let type = try byte(start)
    put("ICMP6, \(Self.icmpv6Names[type] ?? "unknown icmp6 type (\(type))")")
    if [133, 134, 135, 136, 137, 145, 147].contains(type) { put(", length \(length)") }
    let code = try byte(start + 1)
    switch type {
    case 1: try unreachableIPv6(start, code)
    case 2: put(", mtu \(try long(start + 4))")
    case 3: put(code == 0 ? " for \(try ipv6(start + 32))" : code == 1 ? " (reassembly)" : ", unknown code (\(code))")
    case 4:
      guard has(start + 32, 16) else { return putCut() }
      let names = ["erroneous", "next header", "option", "incomplete header chain"]
      if let name = names[safely: Int(code)] {
        put(", \(name) - octet \(try long(start + 4))")
      } else {
        put(", code-#\(code)")
      }
    case 128, 129: put(", id \(try word(start + 4)), seq \(try word(start + 6))")
    case 130 where length >= 28:
      put(" v2")
      try listenerQuery(start, length)
    case 130 where length != 24: put(" unknown-version (len \(length)) ")
    case 130, 131, 132:
      if has(start, 24) { put("max resp delay: \(try word(start + 4)) addr: \(try ipv6(start + 8))") }
    case 133...137: try neighborDiscovery(start, length, type)
    case 139, 140: try nodeInformation(start, length, type)
    case 141, 142: break
    case 143: try listenerReport(start, length)
    case 144, 146: put(", id 0x\(hex(try word(start + 4), 4))")
    case 145:
      put(", id 0x\(hex(try word(start + 4), 4))")
      for at in stride(from: start + 8, to: start + length, by: 16) { put(", \(try ipv6(at))") }
    case 147:
      put(", id 0x\(hex(try word(start + 4), 4))")
      let control = try word(start + 6)
      if control & 0xc000 != 0 { put(" ") }
      if control & 0x8000 != 0 { put("M") }
      if control & 0x4000 != 0 { put("O") }
      if try !discoveryOptions(start + 8, length - 8) { putCut() }
    default: put(", length \(length)")
    }
  }

  private mutating func unreachableIPv6(_ start: Int, _ code: UInt8) throws(CutShort) {
    let names = [
      "unreachable route", " unreachable prohibited", "beyond scope", "unreachable address", "unreachable port",
    ]
    put(", \(names[safely: Int(code)] ?? "unknown unreach code (\(code))")")
    let quoted = start + 8
    switch code {
    case 0, 1, 3: put(" \(try ipv6(quoted + 24))")
    case 2: put(" \(try ipv6(quoted + 24)), source address \(try ipv6(quoted + 8))")
    case 4:
      guard let (number, at) = try upperLayer(quoted) else { return putCut() }
      put(", \(try ipv6(quoted + 24)) \(number == 6 ? "tcp" : "udp") port \(try word(at + 2))")
    default: break
    }
  }

  /// The protocol and place of the TCP or UDP header in a quoted IPv6 packet.
  private func upperLayer(_ start: Int) throws(CutShort) -> (UInt8, Int)? {
    guard has(start + 6, 1) else { return nil }
    var next = bytes[start + 6]
    var offset = start + 40
    while offset < end {
      switch next {
      case 6, 17: return has(offset + 2, 2) ? (next, offset) : nil
      case 0, 60, 43:
        guard has(offset + 1, 1) else { return nil }
        next = bytes[offset]
        offset += (Int(bytes[offset + 1]) + 1) * 8
      case 44:
        guard has(offset + 2, 2), try word(offset + 2) & 0xfff8 == 0 else { return nil }
        next = bytes[offset]
        offset += 8
      case 51:
        guard has(offset + 1, 1) else { return nil }
        next = bytes[offset]
        offset += (Int(bytes[offset + 1]) + 2) * 4
      default: return nil
      }
    }
    return nil
  }

  private mutating func listenerReport(_ start: Int, _ length: Int) throws(CutShort) {
    guard length >= 8 else { return put(" [invalid len \(length)]") }
    let count = Int(try word(start + 6))
    put(", \(count) group record(s)")
    var offset = 8
    for _ in 0..<count {
      guard length >= offset + 20 else { return put(" [invalid number of groups]") }
      let at = start + offset
      put(" [gaddr \(try ipv6(at + 4))")
      let type = try byte(at)
      put(" \(Self.recordTypes[type] ?? " [v2-report-#\(type)]")")
      let sources = Int(try word(at + 2))
      guard length >= offset + 20 + sources * 16 else { return put(" [invalid number of sources \(sources)]") }
      put(" {")
      for index in 0..<sources { put(" \(try ipv6(at + 20 + index * 16))") }
      put(" }]")
      offset += 20 + sources * 16
    }
  }

  private mutating func listenerQuery(_ start: Int, _ length: Int) throws(CutShort) {
    let code = UInt32(try word(start + 4))
    let delay = code < 32768 ? code : ((code & 0x0fff) | 0x1000) << ((code & 0x7000) >> 12 + 3)
    put(" [max resp delay=\(delay)] [gaddr \(try ipv6(start + 8))")
    let control = try byte(start + 24)
    if control & 8 != 0 { put(" sflag") }
    if control & 7 != 0 { put(" robustness=\(control & 7)") }
    let interval = UInt32(try byte(start + 25))
    put(" qqi=\(interval < 128 ? interval : ((interval & 15) | 16) << ((interval & 0x70) >> 4 + 3))")
    let sources = Int(try word(start + 26))
    if sources > 0 {
      if length < 28 + sources * 16 {
        put(" [invalid number of sources]")
      } else {
        put(" {")
        for index in 0..<sources { put(" \(try ipv6(start + 28 + index * 16))") }
        put(" }")
      }
    }
    put("]")
  }

  private static let icmpv6Names: [UInt8: String] = [
    1: "destination unreachable", 2: "packet too big", 3: "time exceeded in-transit", 4: "parameter problem",
    128: "echo request", 129: "echo reply", 130: "multicast listener query", 131: "multicast listener report",
    132: "multicast listener done", 133: "router solicitation", 134: "router advertisement",
    135: "neighbor solicitation", 136: "neighbor advertisement", 137: "redirect", 138: "router renumbering",
    139: "who-are-you request", 140: "who-are-you reply", 141: "inverse neighbor solicitation",
    142: "inverse neighbor advertisement", 143: "multicast listener report v2", 144: "ha discovery request",
    145: "ha discovery reply", 146: "mobile router solicitation", 147: "mobile router advertisement", 155: "RPL",
    200: "mtrace response", 201: "mtrace message",
  ]
}
