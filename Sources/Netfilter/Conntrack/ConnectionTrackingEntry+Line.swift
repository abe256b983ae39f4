import Wire

extension ConnectionTrackingEntry {
  /// Names that libnetfilter_conntrack has for protocols; any other is `unknown`.
  private static let protocolNames: [UInt8: String] = [
    1: "icmp", 6: "tcp", 17: "udp", 33: "dccp", 47: "gre", 58: "icmpv6", 132: "sctp", 136: "udplite",
  ]

  /// The entry as `conntrack -L` prints it (conntrack-tools 1.4.7).
  package func line(at jiffies: Int64, hz: Int64) -> String {
    let name = Self.protocolNames[protocolNumber] ?? "unknown"
    var parts = [name + String(repeating: " ", count: max(0, 8 - name.utf8.count)), String(protocolNumber)]
    parts.append(String(remainingSeconds(at: jiffies, hz: hz)))
    if let tcp { parts.append(tcp.state.description) }
    if let sctp { parts.append(sctp.state.description) }
    parts.append(text(of: original))
    if let counters { parts.append(Self.text(of: counters.original)) }
    if !status.contains(.seenReply) { parts.append("[UNREPLIED]") }
    parts.append(text(of: reply))
    if let counters { parts.append(Self.text(of: counters.reply)) }
    if status.contains(.assured) { parts.append("[ASSURED]") }
    parts += ["mark=\(mark)", "use=1"]
    return parts.joined(separator: " ")
  }

  private func text(of tuple: FlowTuple) -> String {
    let addresses = "src=\(tuple.source) dst=\(tuple.destination)"
    switch tuple.protocolNumber {
    case 1: return "\(addresses) type=\(tuple.icmpType) code=\(tuple.icmpCode) id=\(tuple.sourcePort)"
    case 6, 17, 33, 132, 136: return "\(addresses) sport=\(tuple.sourcePort) dport=\(tuple.destinationPort)"
    case 47:
      return
        "\(addresses) srckey=0x\(String(tuple.sourcePort, radix: 16)) dstkey=0x\(String(tuple.destinationPort, radix: 16))"
    default: return addresses
    }
  }

  private static func text(of counters: Counters) -> String { "packets=\(counters.packets) bytes=\(counters.bytes)" }
}
