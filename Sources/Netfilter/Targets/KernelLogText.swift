import Wire

/// The line that the kernel's log target writes about a packet, after its time stamp
/// (`net/netfilter/nf_log_syslog.c`). It ends with a space.
package enum KernelLogText {
  /// What is logged beyond the usual (`XT_LOG_*`).
  package struct Parts: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    package static let tcpSequence = Parts(rawValue: 1)
    package static let tcpOptions = Parts(rawValue: 2)
    package static let ipOptions = Parts(rawValue: 4)
    package static let user = Parts(rawValue: 8)
    package static let linkAddresses = Parts(rawValue: 16)
  }

  package static func line(
    _ packet: SocketBuffer, input: String, output: String, prefix: String, _ parts: Parts
  ) -> String {
    var text = "\(prefix)IN=\(input) OUT=\(output) "
    if !input.isEmpty { text += link(packet.hasLostLinkHeader ? nil : packet.linkHeader, input, parts) }
    let (description, isCut) = describe(packet.bytes[...], isQuoted: false, parts)
    text += description
    // Where a header is cut short the kernel stops there.
    if isCut { return text }
    if parts.contains(.user), packet.inputInterface == nil, let owner = packet.socket.logged {
      text += "UID=\(owner.user) GID=\(owner.group) "
    }
    if packet.mark != 0 { text += "MARK=\(packet.mark.hexadecimal) " }
    return text
  }

  /// All bytes of the Ethernet header, or its parts under their names; `nil` is one that nobody knows.
  private static func link(_ header: [UInt8]?, _ interface: String, _ parts: Parts) -> String {
    let decodes = parts.contains(.linkAddresses) && interface != "lo"
    let bytes = header?.map { [$0].hex } ?? Array(repeating: "??", count: 14)
    guard bytes.count >= 14 else { return decodes ? "" : "MAC= " }
    guard decodes else {
      return "MAC=\(bytes.prefix(14).joined(separator: ":")) "
    }
    let (destination, source) = (bytes[0..<6].joined(separator: ":"), bytes[6..<12].joined(separator: ":"))
    return "MACSRC=\(source) MACDST=\(destination) MACPROTO=\(bytes[12])\(bytes[13]) "
  }

  // MARK: IPv4

  private static func describe(_ bytes: Bytes, isQuoted: Bool, _ parts: Parts) -> (text: String, isCut: Bool) {
    guard let length = bytes.uint16(at: 2), let source = IPv4Address(bytes: bytes.slice(at: 12)), bytes.count >= 20,
      let destination = IPv4Address(bytes: bytes.slice(at: 16)), let first = bytes.first
    else { return ("TRUNCATED", true) }
    let service = bytes.byte(at: 1) ?? 0
    var text =
      "SRC=\(source) DST=\(destination) LEN=\(length) TOS=0x\(hex(service & 0x1e)) PREC=0x\(hex(service & 0xe0)) "
    text += "TTL=\(bytes.byte(at: 8) ?? 0) ID=\(bytes.uint16(at: 4) ?? 0) "
    let fragment = bytes.uint16(at: 6) ?? 0
    if fragment & 0x8000 != 0 { text += "CE " }
    if fragment & 0x4000 != 0 { text += "DF " }
    if fragment & 0x2000 != 0 { text += "MF " }
    if fragment & 0x1fff != 0 { text += "FRAG:\(fragment & 0x1fff) " }
    let headerLength = Int(first & 15) * 4
    if parts.contains(.ipOptions), headerLength > 20 {
      guard bytes.count >= headerLength else { return (text + "TRUNCATED", true) }
      text += "OPT (\(bytes.slice(at: 20, length: headerLength - 20).hex.uppercased())) "
    }
    let number = bytes.byte(at: 9) ?? 0
    let isLater = fragment & 0x1fff != 0
    guard let name = protocolNames[number] else { return (text + "PROTO=\(number) ", false) }
    // Of a later fragment of AH not even the name is told.
    if isLater { return (number == 51 ? text : text + "PROTO=\(name) ", false) }
    text += "PROTO=\(name) "
    // A quoted header may claim to be longer than all that is quoted; the kernel's difference wraps around.
    let rest = bytes.count - headerLength
    guard rest >= 0 else { return (text + incomplete(rest), hasPorts(number)) }
    let payload = bytes.slice(at: headerLength)
    switch number {
    case 1: return (text + icmp(payload, isQuoted: isQuoted, parts), false)
    case 6:
      let segment = tcp(payload, parts)
      return (text + segment.text, segment.isCut)
    case 50: return (text + securityIndex(payload, headerLength: 8, at: 0), false)
    case 51: return (text + securityIndex(payload, headerLength: 12, at: 4), false)
    default: return (text + udp(payload), payload.count < 8)
    }
  }

  /// Protocols of whose headers something is told.
  private static let protocolNames: [UInt8: String] = [
    1: "ICMP", 6: "TCP", 17: "UDP", 50: "ESP", 51: "AH", 136: "UDPLITE",
  ]

  /// TCP, UDP and UDP-Lite.
  private static func hasPorts(_ number: UInt8) -> Bool { number == 6 || number == 17 || number == 136 }

  private static func hex(_ byte: UInt8) -> String { [byte].hex.uppercased() }

  private static func incomplete(_ count: Int) -> String {
    "INCOMPLETE [\(UInt32(truncatingIfNeeded: count)) bytes] "
  }

  private static func securityIndex(_ payload: Bytes, headerLength: Int, at offset: Int) -> String {
    guard payload.count >= headerLength, let index = payload.uint32(at: offset) else {
      return incomplete(payload.count)
    }
    return "SPI=\(index.hexadecimal) "
  }

  // MARK: TCP and UDP

  private static let flagNames = ["CWR", "ECE", "URG", "ACK", "PSH", "RST", "SYN", "FIN"]

  private static func tcp(_ segment: Bytes, _ parts: Parts) -> (text: String, isCut: Bool) {
    guard segment.count >= 20, let offsetAndReserved = segment.byte(at: 12), let flags = segment.byte(at: 13) else {
      return (incomplete(segment.count), true)
    }
    var text = "SPT=\(segment.uint16(at: 0) ?? 0) DPT=\(segment.uint16(at: 2) ?? 0) "
    if parts.contains(.tcpSequence) {
      text += "SEQ=\(segment.uint32(at: 4) ?? 0) ACK=\(segment.uint32(at: 8) ?? 0) "
    }
    text += "WINDOW=\(segment.uint16(at: 14) ?? 0) RES=0x\([(offsetAndReserved & 14) << 2].hex) "
    if offsetAndReserved & 1 != 0 { text += "AE " }
    for (index, name) in flagNames.enumerated() where flags & 0x80 >> UInt8(index) != 0 { text += name + " " }
    text += "URGP=\(segment.uint16(at: 18) ?? 0) "
    let length = Int(offsetAndReserved >> 4) * 4
    guard parts.contains(.tcpOptions), length > 20 else { return (text, false) }
    guard segment.count >= length else { return (text + "OPT (TRUNCATED)", true) }
    return (text + "OPT (\(segment.slice(at: 20, length: length - 20).hex.uppercased())) ", false)
  }

  private static func udp(_ datagram: Bytes) -> String {
    guard datagram.count >= 8 else { return incomplete(datagram.count) }
    return "SPT=\(datagram.uint16(at: 0) ?? 0) DPT=\(datagram.uint16(at: 2) ?? 0) LEN=\(datagram.uint16(at: 4) ?? 0) "
  }

  // MARK: ICMP

  /// Bytes that a message of each type must have before its parts are told.
  private static let requiredLengths: [UInt8: Int] = [
    0: 4, 3: 28, 4: 28, 5: 28, 8: 4, 11: 28, 12: 28, 13: 20, 14: 20, 17: 12, 18: 12,
  ]

  private static func icmp(_ message: Bytes, isQuoted: Bool, _ parts: Parts) -> String {
    guard message.count >= 8, let type = message.byte(at: 0), let code = message.byte(at: 1) else {
      return incomplete(message.count)
    }
    var text = "TYPE=\(type) CODE=\(code) "
    if let required = requiredLengths[type], message.count < required { return text + incomplete(message.count) }
    switch type {
    case 0, 8: text += "ID=\(message.uint16(at: 4) ?? 0) SEQ=\(message.uint16(at: 6) ?? 0) "
    case 12: text += "PARAMETER=\(message.byte(at: 4) ?? 0) "
    case 3, 4, 5, 11:
      if type == 5, let gateway = IPv4Address(bytes: message.slice(at: 4)) { text += "GATEWAY=\(gateway) " }
      if !isQuoted { text += "[" + describe(message.slice(at: 8), isQuoted: true, parts).text + "] " }
      if type == 3, code == 4 { text += "MTU=\(message.uint16(at: 6) ?? 0) " }
    default: break
    }
    return text
  }
}
