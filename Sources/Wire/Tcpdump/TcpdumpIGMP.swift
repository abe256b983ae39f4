extension TcpdumpPrinter {
  mutating func igmp(_ start: Int, _ length: Int) throws(CutShort) {
    current = "igmp"
    let type = try byte(start)
    switch type {
    case 0x11:
      put("igmp query")
      if length >= 12 {
        try igmpQuery(start, length)
      } else {
        let delay = try byte(start + 1)
        put(delay == 0 ? " v1" : " v2")
        if delay != 0, delay != 100 { put(" [max resp time \(delay)]") }
        if try long(start + 4) != 0 { put(" [gaddr \(try ipv4(start + 4))]") }
        if length != 8 { put(" [len \(length)]") }
      }
    case 0x12:
      put("igmp v1 report \(try ipv4(start + 4))")
      if length != 8 { put(" [len \(length)]") }
    case 0x16: put("igmp v2 report \(try ipv4(start + 4))")
    case 0x17: put("igmp leave \(try ipv4(start + 4))")
    case 0x22:
      put("igmp v3 report")
      try igmpReport(start, length)
    case 0x13: put("igmp dvmrp")
    case 0x14: put("igmp pimv1")
    case 0x1e, 0x1f:
      guard length >= 24 else {
        put(" [invalid len \(length)]")
        break
      }
      let query = try long(start + 20)
      put(
        "\(type == 0x1e ? "mresp" : "mtrace") \(query & 0xff_ffff): \(try ipv4(start + 8)) to \(try ipv4(start + 12))")
      put(" reply-to \(try ipv4(start + 16))")
      if try byte(start + 16) >> 4 == 0xe { put(" with-ttl \(query >> 24)") }
    default: put("igmp-\(type)")
    }
    if length >= 4, has(start, length), case .bad(let stored, _) = try checksum(start, length, field: 2) {
      put(" bad igmp cksum \(hex(stored))!")
    }
  }

  private mutating func igmpQuery(_ start: Int, _ length: Int) throws(CutShort) {
    put(" v3")
    guard length % 4 == 0 else { return put(" [invalid len \(length)]") }
    let code = UInt32(try byte(start + 1))
    let tenths = code < 128 ? code : ((code & 15) | 16) << ((code & 0x70) >> 4 + 3)
    if code != 100 {
      put(" [max resp time \(tenths < 600 ? "\(tenths / 10).\(tenths % 10)s" : duration(tenths / 10))]")
    }
    guard try long(start + 4) != 0 else { return }
    put(" [gaddr \(try ipv4(start + 4))")
    let sources = Int(try word(start + 10))
    if sources > 0 {
      if length < 12 + sources * 4 {
        put(" [invalid number of sources]")
      } else {
        put(" {")
        for index in 0..<sources { put(" \(try ipv4(start + 12 + index * 4))") }
        put(" }")
      }
    }
    put("]")
  }

  private mutating func igmpReport(_ start: Int, _ length: Int) throws(CutShort) {
    guard length >= 16, length % 4 == 0 else { return put(" [invalid len \(length)]") }
    let count = Int(try word(start + 6))
    put(", \(count) group record(s)")
    var offset = 8
    for _ in 0..<count {
      guard length >= offset + 8 else { return put(" [invalid number of groups]") }
      let at = start + offset
      put(" [gaddr \(try ipv4(at + 4))")
      let type = try byte(at)
      put(" \(Self.recordTypes[type] ?? " [v3-report-#\(type)]")")
      let sources = Int(try word(at + 2))
      guard length >= offset + 8 + sources * 4 else { return put(" [invalid number of sources \(sources)]") }
      put(" {")
      for index in 0..<sources { put(" \(try ipv4(at + 8 + index * 4))") }
      put(" }]")
      offset += 8 + sources * 4
    }
  }

  /// Seconds as weeks, days, hours, minutes and seconds, leaving out what is zero: `1h1m1s`.
  func duration(_ seconds: UInt32) -> String {
    guard seconds > 0 else { return "0s" }
    var left = seconds
    var text = ""
    for (unit, length) in [("w", UInt32(604_800)), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)] where left >= length
    {
      text += "\(left / length)\(unit)"
      left %= length
    }
    return text
  }

  /// Of multicast group records, in IGMPv3 and MLDv2 alike.
  static let recordTypes: [UInt8: String] = [1: "is_in", 2: "is_ex", 3: "to_in", 4: "to_ex", 5: "allow", 6: "block"]
}
