import Wire

/// A packet and the entry it belongs to, as a protocol's tracker sees them.
struct TrackedPacket {
  let packet: SocketBuffer
  let entry: ConnectionTrackingEntry
  let info: ConnectionInfo
  let hook: Hook
  let tracker: ConnectionTracker

  var direction: FlowDirection { info.direction }
  /// From the first byte after the IPv4 header to the end of the packet.
  var payload: Bytes { packet.payload }
  var parameters: TrackingParameters { tracker.parameters }
  var now: Int64 { tracker.namespace.jiffies }

  /// Whether a checksum is looked at here: received packets only, and only where the sysctl wants it.
  var verifiesChecksum: Bool { tracker.verifiesChecksum(of: packet, at: hook) }

  /// Whether the checksum over the whole payload and a pseudo-header of this protocol does not fit
  /// (`nf_ip_checksum`).
  func hasBadChecksum(protocolNumber: UInt8) -> Bool {
    guard verifiesChecksum, let ip = packet.ip else { return false }
    let sum = InternetChecksum.of(
      payload, source: ip.source, destination: ip.destination, protocolNumber: protocolNumber)
    packet.isTransportChecksumVerified = sum == 0
    return sum != 0
  }

  /// Lets the entry live that many ticks from now, and counts the packet (`nf_ct_refresh_acct`).
  func refresh(_ ticks: Int64) {
    if !entry.status.contains(.fixedTimeout) { entry.timeout = entry.isConfirmed ? now + ticks : ticks }
    count()
  }

  func count() { entry.counters?[direction].count(packet.length) }
}

/// What a protocol's tracker made of a packet.
enum TrackingJudgement {
  /// It belongs to the entry. The text is the transition made, or what the kernel says of a packet that it lets
  /// pass without believing it; empty where nothing changed.
  case valid(String)
  case invalid(String)
  /// It opens anew what was closed: the old entry is gone, look up again (`NF_REPEAT`).
  case again
  /// We cannot tell, by name.
  case notModelled(String)
}

/// How packets of one protocol move its entries; one file each.
protocol ProtocolTracker {
  /// Judges a packet of a new or known entry, moves the entry's state and timeout.
  static func judge(_ packet: TrackedPacket) -> TrackingJudgement
}

/// The trackers by protocol number (`nf_conntrack_handle_packet`).
enum ProtocolTrackers {
  static func tracker(for number: UInt8) -> any ProtocolTracker.Type {
    switch number {
    case 1: ICMPTracker.self
    case 6: TCPTracker.self
    case 17: UDPTracker.self
    case 47: GRETracker.self
    case 132: SCTPTracker.self
    case 136: UDPLiteTracker.self
    default: GenericTracker.self
    }
  }
}

/// Any protocol that has no tracker of its own.
enum GenericTracker: ProtocolTracker {
  static func judge(_ packet: TrackedPacket) -> TrackingJudgement {
    packet.refresh(packet.parameters.generic)
    return .valid("")
  }
}
