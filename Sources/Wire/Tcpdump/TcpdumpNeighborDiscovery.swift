extension TcpdumpPrinter {
  /// Router and neighbour solicitations and advertisements, and redirects.
  mutating func neighborDiscovery(_ start: Int, _ length: Int, _ type: UInt8) throws(CutShort) {
    var head = 24
    switch type {
    case 133: head = 8
    case 134:
      guard has(start, 16) else { throw CutShort() }
      let control = try byte(start + 5)
      let names = flags(
        UInt32(control), [(0x80, "managed"), (0x40, "other stateful"), (0x20, "home agent"), (0x02, "ipv6 only")])
      put("\n\thop limit \(try byte(start + 4)), Flags [\(names)], pref \(preference(control))")
      put(", router lifetime \(try word(start + 6))s, reachable time \(try long(start + 8))ms")
      put(", retrans timer \(try long(start + 12))ms")
      head = 16
    case 135: put(", who has \(try ipv6(start + 8))")
    case 136:
      put(", tgt is \(try ipv6(start + 8))")
      let names = flags(
        try long(start + 4), [(0x8000_0000, "router"), (0x4000_0000, "solicited"), (0x2000_0000, "override")])
      put(", Flags [\(names)]")
    default:
      put(", \(try ipv6(start + 24)) to \(try ipv6(start + 8))")
      head = 40
    }
    if try !discoveryOptions(start + head, length - head) { putCut() }
  }

  /// False where the options are cut short.
  mutating func discoveryOptions(_ start: Int, _ length: Int) throws(CutShort) -> Bool {
    var offset = start
    var left = length
    while offset < end {
      guard has(offset + 1, 1) else { return false }
      guard left > 0 else { return true }
      let type = bytes[offset]
      let units = Int(bytes[offset + 1])
      guard units > 0, offset + units * 8 <= end else { return false }
      put("\n\t  \(Self.discoveryOptionNames[type] ?? "unknown") option (\(type)), length \(units * 8) (\(units)): ")
      guard try discoveryOption(type, offset, units, start) else { return false }
      unknownData(offset + 2, units * 8 - 2, indent: "\n\t    ")
      offset += units * 8
      left -= units * 8
    }
    return true
  }

  private mutating func discoveryOption(_ type: UInt8, _ at: Int, _ units: Int, _ start: Int) throws(CutShort) -> Bool {
    switch type {
    case 1, 2: put(bytes[at + 2..<at + units * 8].map { hex($0, 2) }.joined(separator: ":"))
    case 3:
      let names = flags(UInt32(try byte(at + 3)), [(0x80, "onlink"), (0x40, "auto"), (0x20, "router")])
      put("\(try ipv6(at + 16))/\(try byte(at + 2))\(units == 4 ? "" : "badlen"), Flags [\(names)]")
      put(", valid time \(lifetime(try long(at + 4))), pref. time \(lifetime(try long(at + 8)))")
    case 4: unknownData(start, units * 8, indent: "\n\t    ")
    case 5: put(" \(try long(at + 4))\(units == 1 ? "" : "bad option length")")
    case 25:
      put(" lifetime \(try long(at + 4))s,")
      for index in 0..<(units - 1) / 2 { put(" addr: \(try ipv6(at + 8 + index * 16))") }
    case 31:
      put(" lifetime \(try long(at + 4))s, domain(s):")
      var name = at + 8
      while name < at + units * 8, try byte(name) != 0 {
        put(" ")
        guard let next = try domainName(name, message: start) else { return false }
        name = next
      }
    case 7: put(" \(try long(at + 4))ms")
    case 8: put(" preference \(try word(at + 4)), lifetime \(try word(at + 6))")
    case 24:
      guard has(at + 4, 4) else { return false }
      guard units <= 3 else { return false }
      var prefix = [UInt8](repeating: 0, count: 16)
      for index in 0..<(units - 1) * 8 { prefix[index] = try byte(at + 8 + index) }
      put(" \(IPv6Address(bytes: prefix[...])?.description ?? "")/\(try byte(at + 2))")
      put(", pref=\(preference(try byte(at + 3))), lifetime=\(lifetime(try long(at + 4)))")
    default: break
    }
    return true
  }

  private func preference(_ control: UInt8) -> String { ["medium", "high", "rsv", "low"][Int(control >> 3 & 3)] }

  private func lifetime(_ value: UInt32) -> String { value == .max ? "infinity" : "\(value)s" }

  private static let discoveryOptionNames: [UInt8: String] = [
    1: "source link-address", 2: "destination link-address", 3: "prefix info", 4: "redirected header", 5: "mtu",
    7: "advertisement interval", 8: "homeagent information", 24: "route info", 25: "rdnss", 31: "dnssl",
  ]
}
