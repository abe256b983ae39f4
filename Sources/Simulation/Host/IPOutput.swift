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

  package func broadcastMask(of address: IPv4Address, on interface: String) -> UInt32? {
    description[interface: interface]?.addresses.first { $0.length < 31 && $0.broadcast == address }?.mask
  }

  package func routeAgain(_ packet: SocketBuffer) -> Bool {
    guard let ip = packet.ip, let route = routing.output(to: ip.destination, from: ip.source) else { return false }
    packet.route = route
    // The tables still to come at this hook see the interface it had before (`nf_hook_state.out`).
    packet.walk.record(.routing(route, destination: ip.destination))
    return true
  }

  package func send(_ packet: SocketBuffer, causedBy cause: SocketBuffer) { answer(packet, causedBy: cause) }

  /// The same; gives back whether the IP layer took the packet.
  @discardableResult
  func answer(_ packet: SocketBuffer, causedBy cause: SocketBuffer) -> Bool {
    let (walk, parent) = (packet.walk, cause.walk)
    guard parent !== overdue else { return sendBelated(packet, .missingFragments, origin: parent.number) }
    guard let route = route(for: packet) else { return false }
    if packet.length > Self.leastPathMTU, let destination = packet.ip?.destination, narrowPaths.contains(destination) {
      walk.leaveOpen("whether it is cut to a path MTU that a router told")
    }
    note(walk, causedBy: parent)
    return send(packet, by: route)
  }

  /// A packet makes the host send another, whose walk this is.
  func note(_ walk: Walk, causedBy parent: Walk) {
    walk.watcher = parent.watcher
    walk.number = parent.number
    parent.emitted.append(walk)
    parent.record(.emitted(parent.emitted.count - 1))
  }

  /// Without a way to its destination a packet is given up before any hook.
  func route(for packet: SocketBuffer) -> Route? {
    packet.route ?? packet.ip.flatMap { routing.output(to: $0.destination, from: $0.source) }
  }

  /// A packet that the host makes sets out.
  func send(_ packet: SocketBuffer, by route: Route) -> Bool {
    packet.isGenerated = true
    return setOut(packet, by: route)
  }

  /// The same for any packet, a copy of another's too.
  @discardableResult
  func setOut(_ packet: SocketBuffer, by route: Route) -> Bool {
    packet.route = route
    packet.walk.direction = "out"
    packet.walk.interface = route.interface
    if let ip = packet.ip { packet.walk.record(.routing(route, destination: ip.destination)) }
    return sendRouted(packet)
  }

  /// OUTPUT, then out by the route the packet has (`ip_local_out`); `false` where its sender is told that it did not
  /// get out.
  @discardableResult
  func sendRouted(_ packet: SocketBuffer) -> Bool {
    packet.outputInterface = packet.route?.interface
    guard reassembleForTracking(packet) else { return true }
    guard passes(.output, packet) else { return !packet.walk.wasDropped }
    return output(packet)
  }

  /// POSTROUTING, then the link (`ip_output`); `false` as in `sendRouted`.
  @discardableResult
  func output(_ packet: SocketBuffer) -> Bool {
    guard let route = packet.route else {
      finish(packet, .routing)
      return false
    }
    packet.outputInterface = route.interface
    if packet.walk.direction == "out" { packet.walk.interface = route.interface }
    let copy = ownCopy(packet, route)
    // Its own copy comes in at once, but for what it sends while it is at work on another packet: that waits its turn.
    if let copy, !packet.isGenerated { hear(copy, on: route) }
    defer { if let copy, packet.isGenerated { hear(copy, on: route) } }
    guard passes(.postrouting, packet) else { return !packet.walk.wasDropped }
    if route.interface == "lo" {
      guard packet.device == nil else {
        packet.walk.cannotModel("-j TEE whose copy comes back by lo")
        finish(packet, nil)
        return true
      }
      if namespace.isDuplicating { backlog.append(packet) } else { loopBack(packet) }
      return true
    }
    guard fragment(packet, mtu: route.mtu) else {
      finish(packet, .routing)
      return false
    }
    seenLeaving(packet, on: route.interface)
    finish(packet, .accept)
    return true
  }

  /// What leaves by `lo` comes in by it in the same walk, with its connection, mark and route.
  func loopBack(_ packet: SocketBuffer) {
    for piece in piecesForLoopback(packet) {
      piece.inputInterface = "lo"
      piece.outputInterface = nil
      piece.device = nil
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
    copy.socket = .none
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

extension Walk {
  /// A hook has dropped the packet, so that who sent it gets an error; one that waits in a queue has left it.
  fileprivate var wasDropped: Bool { verdict == .drop || verdict == .reject }
}
