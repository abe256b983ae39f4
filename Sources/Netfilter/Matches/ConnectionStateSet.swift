/// Connection states as a rule lists them, SNAT and DNAT included (`xt_conntrack.h`).
package struct ConnectionStateSet: Sendable, Hashable {
  /// The order in which shortened names are tried.
  private static let names = ["INVALID", "NEW", "ESTABLISHED", "RELATED", "UNTRACKED", "SNAT", "DNAT"]
  /// The order in which iptables prints them.
  private static let printed = ["INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED", "SNAT", "DNAT"]

  private var members: Set<String> = []

  package init() {}

  /// Names with commas between, each of which may be shortened: the first name that begins so is taken.
  package init(_ text: String, withNAT: Bool, option: String) throws(OptionError) {
    let names = withNAT ? Self.names : Array(Self.names.dropLast(2))
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let wanted = part.uppercased()
      if part.isEmpty, part.endIndex == text.endIndex, !withNAT {
        throw OptionError("\"--state\" requires a list of states with no spaces, e.g. ESTABLISHED,RELATED")
      }
      guard !wanted.isEmpty, let name = names.first(where: { $0.hasPrefix(wanted) }) else {
        throw OptionError("Bad \(option) \"\(text[part.startIndex...])\"")
      }
      members.insert(name)
    }
  }

  package var text: String { Self.printed.filter(members.contains).joined(separator: ",") }

  package func contains(_ name: String) -> Bool { members.contains(name) }
}

extension PacketContext {
  /// Whether the packet's connection state is listed.
  func compare(_ states: ConnectionStateSet, _ option: String, inverted: Bool) -> MatchResult {
    var read = [packet.state.rawValue]
    if let status = packet.connection?.status {
      if status.contains(.sourceNAT) { read.append("SNAT") }
      if status.contains(.destinationNAT) { read.append("DNAT") }
    }
    let holds = read.contains(where: states.contains) != inverted
    return MatchResult(
      compare(
        holds,
        Comparison(
          option, .property("connection state"), read: read.joined(separator: ","), .oneOf, states.text,
          inverted: inverted, holds: holds)))
  }
}
