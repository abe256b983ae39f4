import Netfilter
import Wire

// `net/ipv4/ip_input.c`, `route.c` and `ip_forward.c`.
extension SimulatedHost {
  /// What routing decides about a received packet.
  enum InputRoute {
    /// To this host; `kind` is local, broadcast or multicast.
    case deliver(Route.Kind)
    case forward(Route)
    /// Dropped: an address that must not be there.
    case drop
    /// No way leads there; the sender is told so by an ICMP unreachable of that code, where this host forwards.
    case unreachable(code: UInt8?)
  }

  /// A packet comes in from the link, or from this host by `lo` (`ip_rcv`).
  func input(_ packet: SocketBuffer) {
    guard isWellFormed(packet) else { return finish(packet, .routing) }
    guard reassembleForTracking(packet) else { return }
    let destination = packet.ip?.destination
    guard passes(.prerouting, packet) else { return }
    guard let ip = packet.ip else { return finish(packet, .routing) }
    // A packet from `lo` still carries the route it left by, unless DNAT took it elsewhere.
    if let route = packet.route, ip.destination == destination {
      guard visitOptions(packet, ip) else { return }
      return deliver(packet, route.kind)
    }
    packet.route = nil
    switch route(ip, packet) {
    case .deliver(let kind):
      packet.walk.record(.routing(localRoute(kind, ip.destination), destination: ip.destination))
      packet.route = localRoute(kind, ip.destination)
      guard visitOptions(packet, ip) else { return }
      deliver(packet, kind)
    case .forward(let route):
      packet.walk.record(.routing(route, destination: ip.destination))
      packet.route = route
      guard visitOptions(packet, ip) else { return }
      forward(packet, route)
    case .drop:
      packet.walk.record(.routing(nil, destination: ip.destination))
      finish(packet, .routing)
    case .unreachable(let code):
      packet.walk.record(.routing(nil, destination: ip.destination))
      packet.route = Route(kind: .unreachable, interface: "", gateway: nil, preferredSource: .any, mtu: 1500)
      guard visitOptions(packet, ip) else { return }
      if let code, mayReportUnreachable(to: ip.source) {
        sendICMPError(type: 3, code: code, info: 0, about: packet, by: nil)
      }
      finish(packet, .routing)
    }
  }

  /// Runs a hook; a packet that does not pass has ended its walk here.
  func passes(_ hook: Hook, _ packet: SocketBuffer) -> Bool {
    let verdict = namespace.run(hook, packet)
    if verdict == .accept { return true }
    finish(packet, verdict.verdict)
    return false
  }

  /// Version, lengths and header checksum (`ip_rcv_core`); what is longer than the IP packet is cut off before.
  private func isWellFormed(_ packet: SocketBuffer) -> Bool {
    guard packet.packetType != .otherHost, let ip = packet.ip else { return false }
    guard ip.totalLength >= ip.headerLength, ip.totalLength <= packet.bytes.count else { return false }
    guard ip.isChecksumGood || packet.ipChecksumVouched || packet.isUnknown(0..<ip.headerLength) else { return false }
    if packet.bytes.count > ip.totalLength { packet.bytes.removeLast(packet.bytes.count - ip.totalLength) }
    return true
  }

  func localRoute(_ kind: Route.Kind, _ destination: IPv4Address) -> Route {
    Route(kind: kind, interface: "lo", gateway: nil, preferredSource: destination, mtu: 65536)
  }

  /// `ip_route_input_slow`.
  func route(_ ip: IPv4Header, _ packet: SocketBuffer) -> InputRoute {
    let (source, destination) = (ip.source, ip.destination)
    let interface = packet.inputInterface ?? "lo"
    if destination.isMulticast {
      // Only the all-hosts group is joined without a program's doing.
      guard destination == Self.allHosts, !source.isMulticast, source != .broadcast else { return .drop }
      if source.isLoopback, !routesLocalnet(interface) { return .drop }
      return source == .any || isSourceValid(source, interface) ? .deliver(.multicast) : .drop
    }
    guard !source.isMulticast, source != .broadcast else { return .drop }
    if destination != .broadcast, source != .any || destination != .any {
      guard source != .any, destination != .any else { return .drop }
      let isCapturedOnLoopback = interface == "lo" && packet.walk.direction == "in"
      if source.isLoopback || destination.isLoopback, !isCapturedOnLoopback, !routesLocalnet(interface) { return .drop }
    }
    switch routing.kind(of: destination) {
    case .broadcast:
      return source == .any || isSourceValid(source, interface) ? .deliver(.broadcast) : .drop
    case .local:
      return isSourceValid(source, interface) ? .deliver(.local) : .drop
    default: break
    }
    if routing.isDelivered(destination, from: interface) {
      return isSourceValid(source, interface) ? .deliver(.local) : .drop
    }
    let forwards = isForwarding(interface)
    guard let route = routing.output(to: destination) else { return .unreachable(code: forwards ? 0 : nil) }
    guard forwards else { return .unreachable(code: nil) }
    return isSourceValid(source, interface) ? .forward(route) : .drop
  }

  /// Whether 127.0.0.0/8 may come and go by an interface other than `lo`.
  private func routesLocalnet(_ interface: String) -> Bool { setting("route_localnet", of: interface) }

  /// A switch that is on where it is on for the interface or for all (`IN_DEV_ORCONF`).
  func setting(_ name: String, of interface: String) -> Bool {
    namespace.sysctl("net.ipv4.conf.\(interface).\(name)", default: 0) != 0
      || namespace.sysctl("net.ipv4.conf.all.\(name)", default: 0) != 0
  }

  /// A source that is one of our own addresses is a martian; with `rp_filter` its reverse path is asked too
  /// (`fib_validate_source`).
  private func isSourceValid(_ source: IPv4Address, _ interface: String) -> Bool {
    let acceptsLocal = setting("accept_local", of: interface)
    let filter = max(
      namespace.sysctl("net.ipv4.conf.all.rp_filter", default: 0),
      namespace.sysctl("net.ipv4.conf.\(interface).rp_filter", default: 0))
    guard filter > 0 else {
      // Where there are rules the tables are asked, though the way back does not matter.
      if routing.hasRules, !acceptsLocal, routing.kind(of: source) == .broadcast { return false }
      return acceptsLocal || routing.interface(owning: source) == nil
    }
    switch routing.kind(of: source) {
    case .local:
      guard acceptsLocal else { return false }
      if routing.interface(owning: source) == interface { return true }
    case .unicast:
      guard let route = routing.lookup(source) else { return false }
      if route.interface == interface { return true }
    default: return false
    }
    // Loose mode is content with any way back.
    return filter == 2 && description[interface: interface]?.addresses.isEmpty == false
  }

  private func isForwarding(_ interface: String) -> Bool {
    namespace.sysctl(
      "net.ipv4.conf.\(interface).forwarding",
      default: namespace.sysctl(
        "net.ipv4.conf.all.forwarding", default: namespace.sysctl("net.ipv4.ip_forward", default: 0)))
      != 0
  }

  /// To a program or the stack of this host (`ip_local_deliver`).
  private func deliver(_ packet: SocketBuffer, _ kind: Route.Kind) {
    guard reassembleForDelivery(packet) else { return }
    guard passes(.input, packet) else { return }
    finish(packet, .accept)
    localStack.deliver(packet, kind, by: self)
  }

  /// `ip_forward`.
  private func forward(_ packet: SocketBuffer, _ route: Route) {
    packet.walk.direction = "forward"
    packet.outputInterface = route.interface
    packet.walk.outputInterface = route.interface
    guard packet.packetType == .host, let ip = packet.ip else { return finish(packet, .routing) }
    guard ip.timeToLive > 1 else {
      sendICMPError(type: 11, code: 0, info: 0, about: packet, by: nil)
      return finish(packet, .routing)
    }
    let largest = packet.fragmentMaximumSize > 0 ? packet.fragmentMaximumSize : packet.length
    if ip.dontFragment, largest > route.mtu {
      sendICMPError(type: 3, code: 4, info: UInt32(truncatingIfNeeded: route.mtu), about: packet, by: nil)
      return finish(packet, .routing)
    }
    packet.decrementTimeToLive()
    redirect(packet, route)
    guard passes(.forward, packet) else { return }
    recordDeparture(packet, route)
    output(packet)
  }
}

extension SocketBuffer {
  /// One off the TTL, the header checksum made to fit again (`ip_decrease_ttl`).
  fileprivate func decrementTimeToLive() {
    guard bytes.count >= 20 else { return }
    bytes[8] &-= 1
    let sum = UInt32(bytes[...].uint16(at: 10) ?? 0) &+ 0x0100
    bytes.store(UInt16(truncatingIfNeeded: sum + (sum >= 0xffff ? 1 : 0)), at: 10)
  }
}
