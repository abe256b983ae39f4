import Wire

/// The call identifiers of PPTP tunnels: a GRE packet names only its receiver's, and this tells its sender's
/// (`struct nf_ct_gre_keymap`).
struct GRECallKey {
  let tuple: FlowTuple
  let direction: FlowDirection
  let master: ConnectionTrackingEntry
}

extension ConnectionTracker {
  /// The tuple of an IPv4 packet, or of one that an ICMP error quotes; `nil` where the bytes do not hold one.
  package func tuple(of bytes: Bytes) -> FlowTuple? {
    guard var tuple = FlowTuple(packet: bytes) else { return nil }
    guard tuple.protocolNumber == 47, tuple.destinationPort != 0, !callKeys.isEmpty else { return tuple }
    let key = callKeys.first {
      $0.tuple.source == tuple.source && $0.tuple.destination == tuple.destination
        && $0.tuple.destinationPort == tuple.destinationPort
    }
    if let key { tuple.sourcePort = key.tuple.sourcePort }
    return tuple
  }

  /// Notes the identifiers of a tunnel's one direction; `false` where the connection has others there already
  /// (`nf_ct_gre_keymap_add`).
  func addCallKey(_ tuple: FlowTuple, _ direction: FlowDirection, of master: ConnectionTrackingEntry) -> Bool {
    let own = callKeys.first { $0.master === master && $0.direction == direction }
    guard let own else {
      callKeys.append(GRECallKey(tuple: tuple, direction: direction, master: master))
      return true
    }
    return own.tuple.source == tuple.source && own.tuple.destination == tuple.destination
      && own.tuple.destinationPort == tuple.destinationPort
  }

  /// A packet ends before its connection was entered: one of a tunnel takes the tunnel's identifiers along
  /// (`destroy_gre_conntrack`).
  func abandon(_ packet: SocketBuffer) {
    guard let entry = packet.connection, entry.protocolNumber == 47, !entry.isConfirmed, let master = entry.master
    else { return }
    removeCallKeys(of: master)
  }

  func removeCallKeys(of master: ConnectionTrackingEntry) { callKeys.removeAll { $0.master === master } }
}
