import Netfilter
import Wire

// `net/ipv4/ip_output.c`, and `net/ipv4/netfilter.c` for routing again.
extension SimulatedHost: NetworkStack {
  package var interfaceNames: [String] { description.interfaces.map(\.name) }

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
    guard passes(.postrouting, packet) else { return }
    if route.interface == "lo" { return loopBack(packet) }
    guard fragment(packet, mtu: route.mtu) else { return finish(packet, .routing) }
    seenLeaving(packet, on: route.interface)
    finish(packet, .accept)
  }

  /// What leaves by `lo` comes in by it in the same walk, with its connection, mark and route.
  private func loopBack(_ packet: SocketBuffer) {
    packet.inputInterface = "lo"
    packet.outputInterface = nil
    packet.linkHeader = Array(repeating: 0, count: 12) + [0x08, 0x00]
    packet.packetType = .host
    fragmentForLoopback(packet)
    if packet.hasPartialChecksum {
      packet.bytes = packet.unfinishedBytes
      packet.transportChecksumVouched = true
    }
    seen(packet, on: "lo", isOutgoing: false)
    input(packet)
  }
}
