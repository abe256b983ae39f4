import Wire

/// ICMP (`nf_conntrack_proto_icmp.c`): queries and their answers are flows; errors belong to what they quote.
enum ICMPTracker: ProtocolTracker {
  /// Queries, which alone can begin a flow: echo, timestamp, information, address mask.
  private static let queries: Set<UInt8> = [8, 13, 15, 17]
  /// Types that report an error: unreachable, source quench, redirect, time exceeded, parameter problem.
  private static let errors: Set<UInt8> = [3, 4, 5, 11, 12]
  /// The highest type the kernel knows.
  private static let highestType: UInt8 = 18

  static func judge(_ packet: TrackedPacket) -> TrackingJudgement {
    let type = packet.entry.original.icmpType
    guard queries.contains(type) else { return .invalid("can't create new conn with type \(type)") }
    packet.refresh(packet.parameters.icmp)
    return .valid("")
  }

  /// What there is to say of an ICMP message before any look-up.
  enum FirstLook {
    /// Not an error: tracked like any other packet.
    case query
    case invalid(String)
    /// An error about a flow that is known.
    case related(ConnectionTrackingEntry, FlowDirection)
  }

  /// Checks the message and, for an error, finds the flow it is about (`nf_conntrack_icmpv4_error`).
  static func look(at packet: SocketBuffer, _ hook: Hook, _ tracker: ConnectionTracker) -> FirstLook {
    let message = packet.payload
    guard message.count >= 8, let type = message.first else { return .invalid("short packet") }
    if tracker.verifiesChecksum(of: packet, at: hook) {
      let isGood = InternetChecksum.of(message) == 0
      packet.isTransportChecksumVerified = isGood
      guard isGood else { return .invalid("bad hw icmp checksum") }
    }
    guard type <= highestType else { return .invalid("invalid icmp type") }
    guard errors.contains(type) else { return .query }
    guard let quoted = tracker.tuple(of: message.slice(at: 8)), let seen = quoted.inverted else {
      return .invalid("quoted packet cannot be tracked")
    }
    guard let found = tracker.find(seen) else { return .invalid("quoted packet belongs to no connection") }
    // Who quotes a packet sends it to the one the packet came from.
    let expected = found.entry[found.direction].destination
    guard let destination = packet.ip?.destination, destination == expected else {
      return .invalid("outer daddr \(packet.ip?.destination ?? .any) != inner \(expected)")
    }
    return .related(found.entry, found.direction)
  }
}
