import Wire

extension ConnectionTrackingEntry {
  /// The entry as `conntrack -L` prints it (conntrack-tools 1.4.7).
  package func line(at jiffies: Int64, hz: Int64) -> String {
    ConnectionLine(self, remainingSeconds: remainingSeconds(at: jiffies, hz: hz)).text
  }
}

/// An entry as conntrack (conntrack-tools 1.4.7) writes it in one line.
package struct ConnectionLine {
  private let entry: ConnectionTrackingEntry
  /// `nil` where the kernel does not tell it.
  private let remainingSeconds: Int64?
  private var tellsState = true
  private var tellsMark = true
  private var tellsCounters = true
  private var references: Int?
  /// `-o extended`: the network protocol first.
  package var isExtended = false
  /// `-o id`: the identifier last.
  package var hasIdentifier = false

  /// An entry of a list.
  ///
  /// - Parameter references: the kernel's count of who holds the entry.
  package init(_ entry: ConnectionTrackingEntry, remainingSeconds: Int64, references: Int = 1) {
    self.entry = entry
    self.remainingSeconds = remainingSeconds
    self.references = references
  }

  /// The entry of an event, with what the kernel tells about it then.
  package init(_ event: ConnectionEvent) {
    entry = event.entry
    remainingSeconds = event.remainingSeconds
    tellsState = event.tellsState
    tellsMark = event.tellsMark
    tellsCounters = event.kind == .destroy
  }

  package var text: String {
    let name = entry.protocolName
    var parts = isExtended ? ["ipv4     2"] : []
    parts += [name + String(repeating: " ", count: max(0, 8 - name.utf8.count)), String(entry.protocolNumber)]
    if let remainingSeconds { parts.append(String(remainingSeconds)) }
    if tellsState, let state = entry.protocolState { parts.append(state) }
    parts.append(Self.text(of: entry.original))
    let counters = tellsCounters ? entry.counters : nil
    if let counters { parts.append(Self.text(of: counters.original)) }
    if !entry.status.contains(.seenReply) { parts.append("[UNREPLIED]") }
    parts.append(Self.text(of: entry.reply))
    if let counters { parts.append(Self.text(of: counters.reply)) }
    if entry.status.contains(.assured) { parts.append("[ASSURED]") }
    if tellsMark { parts.append("mark=\(entry.mark)") }
    if let helper = entry.helper { parts.append("helper=\(type(of: helper).name)") }
    if let references { parts.append("use=\(references)") }
    if hasIdentifier { parts.append("id=\(entry.identifier)") }
    return parts.joined(separator: " ")
  }

  private static func text(of tuple: FlowTuple) -> String {
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

extension ConnectionTrackingEntry {
  /// Names that libnetfilter_conntrack has for protocols.
  private static let protocolNames: [UInt8: String] = [
    1: "icmp", 6: "tcp", 17: "udp", 33: "dccp", 47: "gre", 58: "icmpv6", 132: "sctp", 136: "udplite",
  ]

  /// As libnetfilter_conntrack names it; `unknown` for the many it has no name for.
  package var protocolName: String { Self.protocolName(protocolNumber) }

  package static func protocolName(_ number: UInt8) -> String { protocolNames[number] ?? "unknown" }

  /// The state of a TCP connection or SCTP association, in conntrack's words.
  package var protocolState: String? { tcp?.state.description ?? sctp?.state.description }

  /// A number that tells this entry from all others; the kernel's comes from a keyed hash of where the entry lies in
  /// memory (`nf_ct_get_id`), this one from the order they were made in.
  package var identifier: UInt32 { UInt32(truncatingIfNeeded: serial) &* 2_654_435_761 }
}
