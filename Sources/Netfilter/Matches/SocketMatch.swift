/// `-m socket`: whether a socket waits for the packet (`net/netfilter/xt_socket.c`). The simulated host has no table
/// of open sockets; what carries no ports has none in any case.
package struct SocketMatch: Match {
  package static let name = "socket"
  private static let flags = ["transparent", "nowildcard", "restore-skmark"]
  package static let options = flags.map { OptionDefinition($0, argument: .none) }
  package static let hooks: [Hook] = [.prerouting, .input]

  private var given: Set<String> = []

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) { given.insert(option.name) }

  package var saved: String { Self.flags.filter(given.contains).map { " --\($0)" }.joined() }
  package func listed(numeric: Bool) -> String { " socket" + saved }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let number = context.packet.ip?.protocolNumber, ![1, 6, 17].contains(number) else {
      return .notModelled("-m socket")
    }
    return context.judge(
      false, "-m socket", context.ipField("protocol", 9..<10), read: ProtocolNames.text(number), .oneOf,
      "tcp,udp,icmp")
  }
}
