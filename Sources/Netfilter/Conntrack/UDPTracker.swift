import Wire

/// UDP (`nf_conntrack_proto_udp.c`): a flow is short-lived until both ends spoke and two seconds passed.
enum UDPTracker: ProtocolTracker {
  static func judge(_ packet: TrackedPacket) -> TrackingJudgement {
    if let error = error(packet) { return .invalid(error) }
    let (entry, parameters) = (packet.entry, packet.parameters)
    if !entry.isConfirmed { entry.streamStart = 2 * max(1, packet.tracker.namespace.hz) + packet.now }
    guard entry.status.contains(.seenReply) else {
      packet.refresh(parameters.udp)
      return .valid("")
    }
    let isStream = packet.now > entry.streamStart
    packet.refresh(isStream ? parameters.udpStream : parameters.udp)
    guard isStream, !entry.status.contains(.assured), !entry.status.contains(.natClash) else { return .valid("") }
    entry.status.insert(.assured)
    return .valid("ASSURED")
  }

  private static func error(_ packet: TrackedPacket) -> String? {
    let payload = packet.payload
    guard payload.count >= 8, let length = payload.uint16(at: 4), let checksum = payload.uint16(at: 6) else {
      return "short packet"
    }
    guard length >= 8, length <= payload.count else { return "truncated/malformed packet" }
    guard checksum != 0 else { return nil }
    return packet.hasBadChecksum(protocolNumber: 17) ? "bad checksum" : nil
  }
}

/// UDP-Lite (RFC 3828), which the kernel tracks as UDP without the two seconds.
enum UDPLiteTracker: ProtocolTracker {
  static func judge(_ packet: TrackedPacket) -> TrackingJudgement {
    if let error = error(packet) { return .invalid(error) }
    let (entry, parameters) = (packet.entry, packet.parameters)
    guard entry.status.contains(.seenReply) else {
      packet.refresh(parameters.udp)
      return .valid("")
    }
    packet.refresh(parameters.udpStream)
    guard !entry.status.contains(.assured), !entry.status.contains(.natClash) else { return .valid("") }
    entry.status.insert(.assured)
    return .valid("ASSURED")
  }

  private static func error(_ packet: TrackedPacket) -> String? {
    let payload = packet.payload
    guard payload.count >= 8, let field = payload.uint16(at: 4), let checksum = payload.uint16(at: 6) else {
      return "short packet"
    }
    let coverage = field == 0 ? payload.count : Int(field)
    guard coverage >= 8, coverage <= payload.count else { return "invalid checksum coverage" }
    guard checksum != 0 else { return "checksum missing" }
    guard packet.verifiesChecksum, let ip = packet.packet.ip else { return nil }
    // The pseudo-header is UDP's here, not UDP-Lite's as RFC 3828 has it: so does `udplite_error`.
    var sum = InternetChecksum()
    sum.add(ip.source.bytes)
    sum.add(ip.destination.bytes)
    sum.add(17 as UInt16)
    sum.add(UInt16(truncatingIfNeeded: payload.count))
    sum.add(payload.prefix(coverage))
    return sum.value == 0 ? nil : "bad checksum"
  }
}
