/// `-m multiport` (`net/netfilter/xt_multiport.c`).
package struct MultiportMatch: Match {
  private enum Side: String { case sports, dports, ports }

  package static let name = "multiport"
  package static let options = [
    OptionDefinition(
      "sports", aliases: ["source-ports"], spoken: "source-ports", invertible: true, excludes: ["dports", "ports"]),
    OptionDefinition(
      "dports", aliases: ["destination-ports"], spoken: "destination-ports", invertible: true,
      excludes: ["sports", "ports"]),
    OptionDefinition("ports", invertible: true, excludes: ["sports", "dports"]),
  ]
  /// Room for ports; a range takes two.
  private static let room = 15
  /// TCP, UDP, DCCP, SCTP and UDP-Lite.
  private static let protocols: Set<UInt8> = [6, 17, 33, 132, 136]
  /// Where ports have names; UDP-Lite's have none.
  private static let transports: [UInt8: ServiceNames.Transport] = [6: .tcp, 17: .udp, 33: .dccp, 132: .sctp]

  private var side = Side.ports
  private var ranges: [PortRange] = []
  /// Of the rule's protocol, for the names of ports.
  private var transport: ServiceNames.Transport?
  private var inverted = false

  package init() {}

  /// What `--dports` gives.
  package var destinationPorts: [PortRange] { side == .dports && !inverted ? ranges : [] }

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    side = Side(rawValue: option.name) ?? .ports
    inverted = option.inverted
    guard option.rule.protocolNumber != 0 else {
      throw OptionError("multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'")
    }
    guard !option.rule.protocolInverted, Self.protocols.contains(option.rule.protocolNumber) else {
      throw OptionError("multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP")
    }
    let transport = Self.transports[option.rule.protocolNumber]
    self.transport = transport
    var used = 0
    ranges = []
    for part in option.value.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      used += ends.count
      guard used <= Self.room else { throw OptionError("too many ports specified") }
      let low = try ServiceNames.parse(ends[0], transport)
      let high = ends.count == 2 ? try ServiceNames.parse(ends[1], transport) : low
      guard ends.count == 1 || low < high else { throw OptionError("invalid portrange specified") }
      ranges.append(PortRange(low: low, high: high))
    }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if ranges.isEmpty { throw OptionError("multiport expection an option") }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    guard Self.protocols.contains(placement.header.protocolNumber), !placement.header.protocolInverted else {
      throw OptionError("multiport works only with TCP, UDP, UDPLITE, SCTP and DCCP")
    }
  }

  private var list: String { ranges.map(\.text).joined(separator: ",") }

  package var saved: String { "\(inverted ? " !" : "") --\(side) \(list)" }

  package func listed(numeric: Bool) -> String {
    let port = { (number: UInt16) in
      guard !numeric, let transport else { return String(number) }
      return ServiceNames.text(number, transport)
    }
    let list = ranges.map { $0.low == $0.high ? port($0.low) : "\(port($0.low)):\(port($0.high))" }.joined(
      separator: ",")
    return " multiport \(side) \(inverted ? " !" : "")\(list)"
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if context.fragmentOffset > 0 { return context.isLaterFragment() }
    let header = context.packet.payload
    guard let source = header.uint16(at: 0), let destination = header.uint16(at: 2) else { return .hotdrop }
    let start = context.transportOffset + (side == .dports ? 2 : 0)
    let bytes = start..<start + (side == .ports ? 4 : 2)
    if context.packet.isUnknown(bytes) { return context.unknown("ports") }
    let isListed =
      switch side {
      case .sports: ranges.contains { $0.contains(source) }
      case .dports: ranges.contains { $0.contains(destination) }
      case .ports: ranges.contains { $0.contains(source) || $0.contains(destination) }
      }
    let (field, read) =
      switch side {
      case .sports: ("source_port", String(source))
      case .dports: ("destination_port", String(destination))
      case .ports: ("ports", "\(source),\(destination)")
      }
    let holds = isListed != inverted
    let name = ProtocolNames.text(context.packet.ip?.protocolNumber ?? 0)
    return MatchResult(
      context.compare(
        holds,
        Comparison(
          "--\(side)", .field(name, field, bytes: bytes), read: read, .oneOf, list, inverted: inverted, holds: holds)))
  }
}
