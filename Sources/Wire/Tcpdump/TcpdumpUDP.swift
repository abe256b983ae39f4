extension TcpdumpPrinter {
  mutating func udp(_ start: Int, _ length: Int, _ network: TcpdumpNetwork, isFragment: Bool) throws(CutShort) {
    current = "udp"
    guard has(start + 2, 2) else {
      try endpoints(nil, network, 17)
      return putCut()
    }
    let ports = (try word(start), try word(start + 2))
    try endpoints(ports, network, 17)
    guard length >= 8 else { return put("truncated-udp \(length)") }
    guard has(start + 4, 2) else { return putCut() }
    var stated = Int(try word(start + 4))
    if stated == 0, length > 65535 { stated = length }
    guard stated >= 8 else { return put("truncated-udplength \(stated)") }
    stated -= 8
    let data = min(length - 8, stated)
    guard start + 8 <= end else { return putCut() }
    if !isFragment { try udpChecksum(start, data, network) }
    if ports.0 == 53 || ports.1 == 53 { return try domain(start + 8, data, overTCP: false, isMulticast: false) }
    if ports.0 == 5353 || ports.1 == 5353 { return try domain(start + 8, data, overTCP: false, isMulticast: true) }
    put(stated > data && !isFragment ? "UDP, bad length \(stated) > \(data)" : "UDP, length \(stated)")
  }

  private mutating func udpChecksum(_ start: Int, _ data: Int, _ network: TcpdumpNetwork) throws(CutShort) {
    let stored = network.version == 4 ? try word(start + 6) : 1
    guard stored != 0 else { return put("[no cksum] ") }
    guard has(start + 8, data) else { return }
    switch try checksum(start, data + 8, field: 6, network: network, number: 17) {
    case .good: put("[udp sum ok] ")
    case .bad(let stored, let fitting): put("[bad udp cksum 0x\(hex(stored, 4)) -> 0x\(hex(fitting, 4))!] ")
    case .edited: put(knowledge.transportChecksumVouched ? "[udp sum ok] " : "")
    }
  }

  /// `source.port > destination.port: `; the ports alone behind an extension header.
  mutating func endpoints(
    _ ports: (UInt16, UInt16)?, _ network: TcpdumpNetwork, _ number: UInt8
  ) throws(CutShort) {
    let isDirect = try byte(network.start + (network.version == 4 ? 9 : 6)) == number
    guard isDirect else {
      if let ports { put("\(ports.0) > \(ports.1): ") }
      return
    }
    let source = network.version == 4 ? try ipv4(network.source.lowerBound) : try ipv6(network.source.lowerBound)
    let destination =
      network.version == 4 ? try ipv4(network.destination.lowerBound) : try ipv6(network.destination.lowerBound)
    if let ports {
      put("\(source).\(ports.0) > \(destination).\(ports.1): ")
    } else {
      put("\(source) > \(destination): ")
    }
  }
}
