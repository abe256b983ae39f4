import Wire

/// `-m socket`: whether a socket waits for the packet (`net/netfilter/xt_socket.c`, `net/ipv4/netfilter/nf_socket_ipv4.c`).
/// The simulated host knows its services and the connections to them.
package struct SocketMatch: Match {
  package static let name = "socket"
  private static let flags = ["transparent", "nowildcard", "restore-skmark"]
  package static let options = flags.map { OptionDefinition($0, argument: .none) }
  package static let hooks: [Hook] = [.prerouting, .input]
  /// ICMP types that quote the packet they report on.
  private static let errorTypes: Set<UInt8> = [3, 4, 5, 11, 12]

  private var given: Set<String> = []

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) { given.insert(option.name) }

  package var saved: String { Self.flags.filter(given.contains).map { " --\($0)" }.joined() }
  package func listed(numeric: Bool) -> String { " socket" + saved }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    let packet = context.packet
    guard let query = SocketQuery(packet) else { return judge(false, "no ports", context) }
    let headers = packet.headerLength + (packet.ip?.protocolNumber == 1 ? 48 : 4)
    if packet.isUnknown(9..<min(headers, packet.bytes.count)) { return context.unknown("addresses and ports") }
    // No socket here is transparent: that takes a program that asks for it.
    let mayMatch = !given.contains("transparent")
    switch context.namespace.stack?.receivingSocket(query) ?? .none {
    case .none: return judge(false, "no socket", context)
    case .unknown where !mayMatch: return judge(false, "no transparent socket", context)
    case .unknown: return .notModelled("-m socket: host.yaml does not say which sockets programs have")
    case .request: return judge(mayMatch, "a connection being asked for", context)
    case .wildcard:
      let matches = mayMatch && given.contains("nowildcard")
      if matches { restore(0, packet) }
      return judge(matches, "a socket for all addresses", context)
    case .bound(let mark):
      if mayMatch { restore(mark, packet) }
      return judge(mayMatch, "a socket", context)
    }
  }

  private func restore(_ mark: UInt32, _ packet: SocketBuffer) {
    if given.contains("restore-skmark") { packet.mark = mark }
  }

  private func judge(_ holds: Bool, _ read: String, _ context: PacketContext) -> MatchResult {
    let wanted = given.contains("transparent") ? "a transparent socket" : "a socket"
    return MatchResult(
      context.compare(
        holds, Comparison("-m socket", .property("socket"), read: read, .equals, wanted, holds: holds)))
  }

  fileprivate static func isError(_ type: UInt8) -> Bool { errorTypes.contains(type) }
}

extension SocketQuery {
  /// The ends of a TCP or UDP packet, or of the one that an ICMP error quotes, looked at from its receiver.
  init?(_ packet: SocketBuffer) {
    guard let ip = packet.ip else { return nil }
    switch ip.protocolNumber {
    case 6, 17:
      guard let port = ip.payload.uint16(at: 0), let own = ip.payload.uint16(at: 2), ip.payload.count >= 8 else {
        return nil
      }
      self.init(
        protocolNumber: ip.protocolNumber, source: ip.source, sourcePort: port, destination: ip.destination,
        destinationPort: own)
    case 1:
      guard let type = ip.payload.first, SocketMatch.isError(type) else { return nil }
      let quoted = ip.payload.slice(at: 8)
      guard quoted.count >= 20, let first = quoted.first, let number = quoted.byte(at: 9), [6, 17].contains(number),
        let from = IPv4Address(bytes: quoted.slice(at: 12)), let to = IPv4Address(bytes: quoted.slice(at: 16)),
        let own = quoted.uint16(at: Int(first & 15) * 4), let port = quoted.uint16(at: Int(first & 15) * 4 + 2)
      else { return nil }
      self.init(protocolNumber: number, source: to, sourcePort: port, destination: from, destinationPort: own)
    default: return nil
    }
    // An answer that source NAT will lead back has the socket of the connection's own source.
    let answers = packet.connectionInfo == (ip.protocolNumber == 1 ? .relatedReply : .establishedReply)
    if answers, let entry = packet.connection, entry.status.contains(.sourceNATDone) {
      destination = entry.original.source
      destinationPort = entry.original.sourcePort
    }
  }
}
