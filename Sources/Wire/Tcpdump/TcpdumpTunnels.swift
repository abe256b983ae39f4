extension TcpdumpPrinter {
  mutating func gre(_ start: Int, _ length: Int) throws(CutShort) {
    current = "gre"
    guard has(start, 2), length >= 2 else { return putCut() }
    let control = try word(start)
    let version = control & 7
    put("GREv\(version)")
    guard version <= 1 else { return put(" ERROR: unknown-version") }
    if isVerbose { put(", Flags [\(flags(UInt32(control), Self.greFlags))]") }
    guard has(start + 2, 2), length >= 4 else { return putCut() }
    let type = try word(start + 2)
    var offset = 4
    func fits(_ count: Int) -> Bool { has(start + offset, count) && length >= offset + count }
    if version == 0, control & 0xc000 != 0 {
      guard fits(2) else { return putCut() }
      put(", sum 0x\(hex(try word(start + 4)))")
      guard fits(4) else { return putCut() }
      put(", off 0x\(hex(try word(start + 6)))")
      offset += 4
    }
    for (bit, title) in [
      (UInt16(0x2000), version == 0 ? ", key=0x" : ", call "), (0x1000, ", seq "), (0x0080, ", ack "),
    ] {
      guard control & bit != 0, bit != 0x80 || version == 1 else { continue }
      guard fits(4) else { return putCut() }
      let value = try long(start + offset)
      put(title + (bit != 0x2000 ? "\(value)" : version == 0 ? hex(value) : "\(value & 0xffff)"))
      offset += 4
    }
    if version == 0, control & 0x4000 != 0 { return put(" source routing") }
    if version == 1, control & 0x1000 == 0 { return put(", no-payload, length \(length)") }
    if style.showsLink, version == 0 {
      put(", proto \(Self.etherTypes[type] ?? "unknown") (0x\(hex(type, 4)))")
    }
    put(", length \(length)\(isVerbose ? "\n\t" : ": ")")
    let rest = length - offset
    switch (version, type) {
    case (1, 0x880b): _ = try ppp(start + offset, rest)
    case (0, 0x0800): try ipv4Packet(start + offset, rest)
    case (0, 0x86dd): try ipv6Packet(start + offset, rest)
    case (0, 0x8847): try mpls(start + offset, rest)
    case (0, 0x6558): _ = try ethernet(start + offset, rest)
    default: put("gre-proto-0x\(hex(type))")
    }
  }

  mutating func mpls(_ start: Int, _ length: Int) throws(CutShort) {
    current = "mpls"
    put("MPLS")
    var offset = start
    var entry: UInt32 = 0
    repeat {
      guard length - (offset - start) >= 4 else {
        putInvalid()
        guard has(offset, length - (offset - start)) else { throw CutShort() }
        return
      }
      entry = try long(offset)
      let names = ["IPv4 explicit NULL", "router alert", "IPv6 explicit NULL", "implicit NULL", "rsvd"]
      let name = (0..<16).contains(entry >> 12) ? " (\(names[min(4, Int(entry >> 12))]))" : ""
      put("\(offset > start && isVerbose ? "\n\t" : " ")(label \(entry >> 12)\(name), tc \(entry >> 9 & 7)")
      put("\(entry & 0x100 != 0 ? ", [S]" : ""), ttl \(entry & 255))")
      offset += 4
    } while entry & 0x100 == 0
    let rest = length - (offset - start)
    guard rest > 0 || entry >> 12 <= 3 else { return }
    let label = entry >> 12
    let first = label == 0 || label == 3 ? 0x45 : label == 2 ? 0x60 : try byte(offset)
    switch first {
    case 0x45...0x4f:
      put(isVerbose ? "\n\t" : " ")
      try ipv4Packet(offset, rest)
    case 0x60...0x6f:
      put(isVerbose ? "\n\t" : " ")
      try ipv6Packet(offset, rest)
    default: break
    }
  }

  private static let greFlags: [(UInt32, String)] = [
    (0x8000, "checksum present"), (0x4000, "routing present"), (0x2000, "key present"), (0x1000, "sequence# present"),
    (0x0800, "source routing present"), (0x0080, "ack present"),
  ]
}
