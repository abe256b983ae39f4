import Netfilter
import Wire

// `net/ipv4/ip_output.c`, and `net/ipv4/netfilter.c` for routing again.
extension SimulatedHost: NetworkStack {
  package var interfaceNames: [String] { description.interfaces.map(\.name) }

  package func reverseRoute(to address: IPv4Address) -> (kind: Route.Kind, interface: String)? {
    routing.reverse(to: address)
  }

  package func outputRoute(
    to destination: IPv4Address, from source: IPv4Address?, mark: UInt32, interface: String?
  ) -> Route? {
    routing.output(to: destination, from: source, by: interface)
  }

  package func kind(of address: IPv4Address, on interface: String?) -> Route.Kind {
    routing.kind(of: address, on: interface)
  }

  package func address(of interface: String, for destination: IPv4Address) -> IPv4Address? {
    routing.address(of: interface, for: destination)
  }

  package func routeAgain(_ packet: SocketBuffer) -> Bool {
    guard let ip = packet.ip, let route = routing.output(to: ip.destination, from: ip.source) else { return false }
    packet.route = route
    // The tables still to come at this hook see the interface it had before (`nf_hook_state.out`).
    packet.walk.record(.routing(route, destination: ip.destination))
    return true
  }

  package func send(_ packet: SocketBuffer, causedBy cause: SocketBuffer) {
    let (walk, parent) = (packet.walk, cause.walk)
    // Without a way to its destination the packet is given up before any hook.
    guard let ip = packet.ip, let route = packet.route ?? routing.output(to: ip.destination, from: ip.source) else {
      return
    }
    walk.watcher = parent.watcher
    parent.emitted.append(walk)
    parent.record(.emitted(parent.emitted.count - 1))
    packet.isGenerated = true
    packet.route = route
    walk.direction = "out"
    walk.interface = route.interface
    walk.record(.routing(route, destination: ip.destination))
    sendRouted(packet)
  }

  /// OUTPUT, then out by the route the packet has (`ip_local_out`).
  func sendRouted(_ packet: SocketBuffer) {
    packet.outputInterface = packet.route?.interface
    guard reassembleForTracking(packet) else { return }
    guard passes(.output, packet) else { return }
    output(packet)
  }

  /// POSTROUTING, then the link (`ip_output`).
  func output(_ packet: SocketBuffer) {
    guard let route = packet.route else { return finish(packet, .routing) }
    packet.outputInterface = route.interface
    if packet.walk.direction == "out" { packet.walk.interface = route.interface }
    let copy = ownCopy(packet, route)
    // Its own copy comes in at once, but for what it sends while it is at work on another packet: that waits its turn.
    if let copy, !packet.isGenerated { hear(copy, on: route) }
    defer { if let copy, packet.isGenerated { hear(copy, on: route) } }
    guard passes(.postrouting, packet) else { return }
    if route.interface == "lo" { return loopBack(packet) }
    guard fragment(packet, mtu: route.mtu) else { return finish(packet, .routing) }
    seenLeaving(packet, on: route.interface)
    finish(packet, .accept)
  }

  /// What leaves by `lo` comes in by it in the same walk, with its connection, mark and route.
  private func loopBack(_ packet: SocketBuffer) {
    for piece in piecesForLoopback(packet) {
      piece.inputInterface = "lo"
      piece.outputInterface = nil
      piece.linkHeader = Array(repeating: 0, count: 12) + [0x08, 0x00]
      piece.packetType = .host
      if piece.hasPartialChecksum {
        piece.bytes = piece.unfinishedBytes
        piece.transportChecksumVouched = true
      }
      seen(piece, on: "lo", isOutgoing: false)
      input(piece)
    }
  }

  /// A copy of what the host sends to everybody, or to a group that it is in itself, once it is through POSTROUTING,
  /// which it passes first (`ip_mc_output`).
  private func ownCopy(_ packet: SocketBuffer, _ route: Route) -> SocketBuffer? {
    guard route.interface != "lo", packet.inputInterface == nil, let destination = packet.ip?.destination,
      route.kind == .broadcast || destination == Self.allHosts
    else { return nil }
    let copy = packet.copy(packet.bytes, walk: packet.walk)
    return namespace.run(.postrouting, copy) == .accept ? copy : nil
  }

  /// The group that every host is in (RFC 1112 section 4).
  static let allHosts = IPv4Address(rawValue: 0xe000_0001)

  /// The host hears its own copy, as from the interface that it was sent by.
  private func hear(_ sent: SocketBuffer, on route: Route) {
    let parent = sent.walk
    let walk = Walk(origin: .ownCopy, bytes: sent.bytes, isRecording: isRecording)
    walk.direction = "in"
    walk.interface = route.interface
    parent.emitted.append(walk)
    parent.record(.emitted(parent.emitted.count - 1))
    let copy = sent.copy(sent.bytes, walk: walk)
    copy.inputInterface = route.interface
    copy.outputInterface = nil
    copy.packetType = .loopback
    copy.transportChecksumVouched = true
    input(copy)
  }
}
