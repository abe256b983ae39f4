/// GRE (`nf_conntrack_proto_gre.c`); only the PPTP helper knows what beside the addresses tells its calls apart.
enum GRETracker: ProtocolTracker {
  static func judge(_ packet: TrackedPacket) -> TrackingJudgement {
    let entry = packet.entry
    guard entry.status.contains(.seenReply) else {
      packet.refresh(packet.parameters.gre)
      return .valid("")
    }
    packet.refresh(packet.parameters.greStream)
    guard !entry.status.contains(.assured), !entry.status.contains(.natClash) else { return .valid("") }
    entry.status.insert(.assured)
    return .valid("ASSURED")
  }
}
