import Netfilter
import Wire

extension SimulatedHost {
  /// With tracking on, fragments are put together before any table sees them (`nf_defrag_ipv4`); `false` while the
  /// packet is held, or where it was dropped.
  func reassembleForTracking(_ packet: SocketBuffer) -> Bool {
    guard namespace.tracker != nil || namespace.wantsReassembly, packet.connectionInfo != .untracked else {
      return true
    }
    return reassemble(packet, for: packet.inputInterface == nil ? .trackingOutput : .trackingInput)
  }

  /// What is delivered is whole (`ip_local_deliver`); `false` while the packet is held, or where it was dropped.
  func reassembleForDelivery(_ packet: SocketBuffer) -> Bool { reassemble(packet, for: .localDelivery) }

  private func reassemble(_ packet: SocketBuffer, for user: FragmentReassembler.User) -> Bool {
    let wasFragment = packet.ip?.isFragment ?? false
    let outcome = namespace.fragments.take(packet, for: user)
    switch outcome {
    case .complete:
      packet.walk.isHeld = false
      if wasFragment { packet.walk.record(.reassembled(Array(packet.bytes))) }
      return true
    case .held, .dropped:
      packet.walk.isHeld = outcome == .held
      finish(packet, .routing)
      return false
    }
  }

  /// Cuts a packet that does not fit the link, or that came in fragments; `false` where it cannot leave.
  func fragment(_ packet: SocketBuffer, mtu: Int) -> Bool {
    switch Fragmentation.fragment(packet, mtu: mtu) {
    case .fits: break
    case .fragments(let fragments): packet.walk.fragments = fragments
    case .needed(let mtu):
      sendICMPError(type: 3, code: 4, info: UInt32(truncatingIfNeeded: mtu), about: packet, by: nil)
      return false
    case .impossible: return false
    }
    return true
  }

  /// What crosses `lo`: the packet, or, where it was put together from fragments, the fragments it is cut into again.
  func piecesForLoopback(_ packet: SocketBuffer) -> [SocketBuffer] {
    guard packet.fragmentMaximumSize > 0, let lo = description[interface: "lo"],
      case .fragments(let fragments) = Fragmentation.fragment(packet, mtu: lo.mtu), let first = fragments.first
    else { return [packet] }
    if packet.connectionInfo == .untracked { return fragments.map { packet.copy($0, walk: packet.walk) } }
    // Tracking puts them together once more.
    packet.bytes.store((first[...].uint16(at: 6) ?? 0) & 0x4000, at: 6)
    packet.bytes.storeHeaderChecksum(length: packet.headerLength)
    packet.fragmentSizes = fragments.map { $0.count - packet.headerLength }
    return [packet]
  }

  /// Tells the senders of packets whose fragments did not all come in time, where those were for this host
  /// (`ip_expire`).
  func giveUpFragments() {
    for expiry in namespace.fragments.expireNext() where expiry.user != .trackingOutput {
      guard let ip = expiry.first.ip, case .deliver(let kind) = route(ip, expiry.first) else { continue }
      expiry.first.route = localRoute(kind, ip.destination)
      overdue = expiry.first.walk
      sendICMPError(type: 11, code: 1, info: 0, about: expiry.first, by: nil)
      overdue = nil
    }
  }

  /// Shows what leaves to whoever captures on the interface.
  func seenLeaving(_ packet: SocketBuffer, on interface: String) {
    guard !packet.walk.fragments.isEmpty else { return seen(packet, on: interface, isOutgoing: true) }
    for bytes in packet.walk.fragments {
      let fragment = SocketBuffer(bytes: bytes, walk: packet.walk)
      fragment.linkHeader = packet.linkHeader
      seen(fragment, on: interface, isOutgoing: true)
    }
  }
}
