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
    if isVeryVerbose || (isVerbose && network.version == 6), !isFragment { try udpChecksum(start, data, network) }
    for service in Self.udpServices
    where !style.isQuiet && (service.ports.contains(ports.0) || service.ports.contains(ports.1)) {
      return try service.print(&self, start + 8, data)
    }
    put(stated > data && !isFragment ? "UDP, bad length \(stated) > \(data)" : "UDP, length \(stated)")
  }

  /// In the order in which tcpdump tries the ports.
  private static let udpServices: [TcpdumpService] = [
    .init([53]) { (printer, start, length) throws(CutShort) in
      try printer.domain(start, length, overTCP: false, isMulticast: false)
    },
    .init([67, 68]) { (printer, start, length) throws(CutShort) in try printer.bootp(start, length) },
    .init([69]) { (printer, start, length) throws(CutShort) in try printer.tftp(start, length) },
    .init([123]) { (printer, start, length) throws(CutShort) in try printer.ntp(start, length) },
    .init([5353]) { (printer, start, length) throws(CutShort) in
      try printer.domain(start, length, overTCP: false, isMulticast: true)
    },
    .init([5060]) { (printer, start, length) throws(CutShort) in try printer.sip(start, length) },
    .init([514]) { (printer, start, length) throws(CutShort) in try printer.syslog(start, length) },
    .init([4789]) { (printer, start, length) throws(CutShort) in try printer.vxlan(start, length) },
  ]

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
      if let ports { put("\(port(ports.0, isTCP: number == 6)) > \(port(ports.1, isTCP: number == 6)): ") }
      return
    }
    let source = network.version == 4 ? try ipv4(network.source.lowerBound) : try ipv6(network.source.lowerBound)
    let destination =
      network.version == 4 ? try ipv4(network.destination.lowerBound) : try ipv6(network.destination.lowerBound)
    if let ports {
      let (from, to) = (port(ports.0, isTCP: number == 6), port(ports.1, isTCP: number == 6))
      put("\(source).\(from) > \(destination).\(to): ")
    } else {
      put("\(source) > \(destination): ")
    }
  }
}

/// A protocol that tcpdump knows by its port.
struct TcpdumpService: Sendable {
  let ports: Set<UInt16>
  /// Prints what a packet carries, from an offset on, of that many bytes.
  let print: @Sendable (inout TcpdumpPrinter, Int, Int) throws(TcpdumpPrinter.CutShort) -> Void

  init(
    _ ports: Set<UInt16>,
    _ print: @escaping @Sendable (inout TcpdumpPrinter, Int, Int) throws(TcpdumpPrinter.CutShort) -> Void
  ) {
    self.ports = ports
    self.print = print
  }
}
