/// The two ends of a TCP connection, the lower port (of equal ones, the lower address) first.
struct TCPConversation: Hashable {
  let first: Bytes
  let second: Bytes
  let ports: UInt32

  /// The sequence numbers that later ones are printed relative to.
  struct Start {
    /// Of the first end.
    var sequence: UInt32
    /// Of the second end.
    var acknowledgment: UInt32
  }
}

extension TcpdumpPrinter {
  mutating func tcp(_ start: Int, _ length: Int, _ network: TcpdumpNetwork, isFragment: Bool) throws(CutShort) {
    current = "tcp"
    guard has(start + 2, 2) else {
      let isFour = network.version == 4
      let source = isFour ? try ipv4(network.source.lowerBound) : try ipv6(network.source.lowerBound)
      let destination = isFour ? try ipv4(network.destination.lowerBound) : try ipv6(network.destination.lowerBound)
      put("\(source) > \(destination):")
      return putCut()
    }
    let ports = (try word(start), try word(start + 2))
    try endpoints(ports, network, 6)
    guard has(start, 20) else { return putCut() }
    let headerLength = Int(bytes[start + 12] >> 4) * 4
    guard headerLength >= 20 else {
      let rest = UInt32(truncatingIfNeeded: length - headerLength)
      return put(" tcp \(rest) [bad hdr length \(headerLength) - too short, < 20]")
    }
    let control = TCPFlags(rawValue: bytes[start + 13])
    if style.isQuiet {
      put("tcp \(length - headerLength)")
      if headerLength > length { put(" [bad hdr length \(headerLength) - too long, > \(length)]") }
      return
    }
    put("Flags [\(flags(UInt32(control.rawValue), Self.controlBits, separator: ""))]")
    var sequence = try long(start + 4)
    var acknowledgment = try long(start + 8)
    let relative = relate(&sequence, &acknowledgment, control, ports, network)
    guard headerLength <= length else { return put(" [bad hdr length \(headerLength) - too long, > \(length)]") }
    if isVerbose, !isFragment, has(start, length) { try tcpChecksum(start, length, network) }
    let data = length - headerLength
    if isVeryVerbose || data > 0 || !control.isDisjoint(with: [.syn, .fin, .rst]) {
      put(", seq \(sequence)")
      if data > 0 { put(":\(sequence &+ UInt32(truncatingIfNeeded: data))") }
    }
    if control.contains(.ack) { put(", ack \(acknowledgment)") }
    put(", win \(try word(start + 14))")
    if control.contains(.urg) { put(", urg \(try word(start + 18))") }
    if headerLength > 20 {
      guard try tcpOptions(start, headerLength, data, control, relative) else { return }
    }
    put(", length \(data)")
    guard data > 0 else { return }
    guard has(start, headerLength) else {
      put(" [remaining caplen(\(end - start)) < header length(\(headerLength))]")
      throw CutShort()
    }
    try tcpData(start + headerLength, data, control, ports)
  }

  /// Makes the numbers relative to the connection's first; returns what selective acknowledgments are relative to.
  private mutating func relate(
    _ sequence: inout UInt32, _ acknowledgment: inout UInt32, _ control: TCPFlags, _ ports: (UInt16, UInt16),
    _ network: TcpdumpNetwork
  ) -> UInt32 {
    guard !style.hasAbsoluteNumbers, control.contains(.ack), network.source.upperBound <= bytes.count,
      network.destination.upperBound <= bytes.count
    else { return 0 }
    let source = bytes[network.source]
    let destination = bytes[network.destination]
    let isReverse =
      ports.0 > ports.1 || ports.0 == ports.1 && destination.lexicographicallyPrecedes(source)
    let key =
      isReverse
      ? TCPConversation(first: destination, second: source, ports: UInt32(ports.1) << 16 | UInt32(ports.0))
      : TCPConversation(first: source, second: destination, ports: UInt32(ports.0) << 16 | UInt32(ports.1))
    var known = connections[key]
    if known == nil || control.contains(.syn) {
      let begin =
        isReverse
        ? TCPConversation.Start(sequence: acknowledgment &- 1, acknowledgment: sequence)
        : TCPConversation.Start(sequence: sequence, acknowledgment: acknowledgment &- 1)
      connections[key.detached] = begin
      known = begin
    } else if let known {
      sequence &-= isReverse ? known.acknowledgment : known.sequence
      acknowledgment &-= isReverse ? known.sequence : known.acknowledgment
    }
    return (isReverse ? known?.sequence : known?.acknowledgment) ?? 0
  }

  private mutating func tcpChecksum(_ start: Int, _ length: Int, _ network: TcpdumpNetwork) throws(CutShort) {
    put(", cksum 0x\(hex(try word(start + 16), 4))")
    switch try checksum(start, length, field: 16, network: network, number: 6) {
    case .good: put(" (correct)")
    case .bad(_, let fitting): put(" (incorrect -> 0x\(hex(fitting, 4)))")
    case .edited: put(knowledge.transportChecksumVouched ? " (correct)" : " (not checked: bytes were edited out)")
    }
  }

  private mutating func tcpData(
    _ start: Int, _ length: Int, _ control: TCPFlags, _ ports: (UInt16, UInt16)
  ) throws(CutShort) {
    if control.contains(.rst) { return resetData(start, length) }
    if ports.0 == 22 || ports.1 == 22 { return try ssh(start, length) }
    for service in Self.textServices where service.ports.contains(ports.0) || service.ports.contains(ports.1) {
      put(": ")
      return try textProtocol(service, start, length)
    }
    if ports.0 == 53 || ports.1 == 53 { try domain(start, length, overTCP: true, isMulticast: false) }
  }

  private mutating func resetData(_ start: Int, _ length: Int) {
    put(has(start, length) ? " [RST" : " [!RST")
    if length > 30 { put("+") }
    put(" ")
    for index in start..<max(start, min(start + min(length, 30), end)) { put(character: bytes[index]) }
    put("]")
  }

  private static let controlBits: [(UInt32, String)] = [
    (0x01, "F"), (0x02, "S"), (0x04, "R"), (0x08, "P"), (0x10, "."), (0x20, "U"), (0x40, "E"), (0x80, "W"),
  ]
}

extension TCPConversation {
  /// With bytes of its own, so that the packet's are not kept.
  fileprivate var detached: TCPConversation {
    TCPConversation(first: Array(first)[...], second: Array(second)[...], ports: ports)
  }
}
