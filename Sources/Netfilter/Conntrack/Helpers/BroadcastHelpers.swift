import Wire

/// A query to everybody on the link, which many may answer (`net/netfilter/nf_conntrack_broadcast.c`).
private enum BroadcastQuery {
  /// Waits for answers from the whole network. Only for queries of this host's own programs: one that passes through
  /// went to one host.
  ///
  /// - Parameters:
  ///   - port: where the answers come from.
  ///   - timeout: seconds that they may take, and that the connection lives.
  static func expectAnswers(
    to packet: HelpedPacket, from port: UInt16, within timeout: Int64, by helper: any ConnectionHelper.Type
  ) {
    let skb = packet.packet
    guard skb.socket != .none, let route = skb.route, route.kind == .broadcast, packet.direction == .original,
      let destination = skb.ip?.destination, let stack = packet.tracker.namespace.stack,
      let mask = stack.broadcastMask(of: destination, on: route.interface)
    else { return }
    var tuple = packet.entry.reply
    tuple.sourcePort = port
    let expectation = Expectation(
      tuple, sourceAddressMask: mask, sourcePortMask: .max, of: packet.entry, by: helper, isPermanent: true)
    // The packet goes its way whatever comes of it.
    _ = packet.expect(expectation, skb.headerLength + 2..<skb.headerLength + 4)
    packet.refresh(seconds: timeout)
  }
}

/// NetBIOS name service (`net/netfilter/nf_conntrack_netbios_ns.c`, RFC 1002 section 4.2).
package final class NetBIOSNameHelper: ConnectionHelper {
  package static let name = "netbios-ns"
  package static let protocolNumbers: Set<UInt8> = [17]
  package static let policy = ExpectationPolicy(mostExpected: 1, timeout: 3)

  package init() {}

  package func help(_ packet: HelpedPacket) -> HelperVerdict {
    BroadcastQuery.expectAnswers(to: packet, from: 137, within: 3, by: Self.self)
    return .accept
  }
}

/// SNMP (`net/netfilter/nf_conntrack_snmp.c`). Addresses inside its messages, which NAT would rewrite, are not modelled.
package final class SNMPHelper: ConnectionHelper {
  package static let name = "snmp"
  package static let protocolNumbers: Set<UInt8> = [17]
  package static let policy = ExpectationPolicy(mostExpected: 1, timeout: 30)

  package init() {}

  package func help(_ packet: HelpedPacket) -> HelperVerdict {
    BroadcastQuery.expectAnswers(to: packet, from: 161, within: 30, by: Self.self)
    return packet.isTranslated ? .notModelled("-j CT --helper snmp with NAT") : .accept
  }
}
