/// GRE (`nf_conntrack_proto_gre.c`); without the PPTP helper nothing tells its calls apart but the addresses.
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
