import Netfilter
import Wire

// `net/ipv4/ip_input.c`, `route.c` and `ip_forward.c`.
extension SimulatedHost {
  /// What routing decides about a received packet.
  enum InputRoute {
    /// To this host; `kind` is local, broadcast or multicast.
    case deliver(Route.Kind)
    case forward(Route)
    /// Dropped, with an ICMP unreachable of that code where one is due.
    case drop(code: UInt8?)
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
    case .drop(let code):
      packet.walk.record(.routing(nil, destination: ip.destination))
      if let code { sendICMPError(type: 3, code: code, info: 0, about: packet, by: nil) }
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

  private func localRoute(_ kind: Route.Kind, _ destination: IPv4Address) -> Route {
    Route(kind: kind, interface: "lo", gateway: nil, preferredSource: destination, mtu: 65536)
  }

  /// `ip_route_input_slow`.
  private func route(_ ip: IPv4Header, _ packet: SocketBuffer) -> InputRoute {
    let (source, destination) = (ip.source, ip.destination)
    let interface = packet.inputInterface ?? "lo"
    let forwards = isForwarding(interface)
    if destination.isMulticast {
      // Only the all-hosts group is joined without a program's doing.
      return destination.rawValue == 0xe000_0001 ? .deliver(.multicast) : .drop(code: nil)
    }
    guard !source.isMulticast, source != .broadcast else { return .drop(code: nil) }
    if destination == .broadcast || (source == .any && destination == .any) { return .deliver(.broadcast) }
    guard source.rawValue >> 24 != 0, destination.rawValue >> 24 != 0 else { return .drop(code: nil) }
    if interface != "lo", source.isLoopback || destination.isLoopback { return .drop(code: nil) }
    switch routing.kind(of: destination) {
    case .broadcast:
      return source == .any || isSourceValid(source, interface) ? .deliver(.broadcast) : .drop(code: nil)
    case .local:
      return isSourceValid(source, interface) ? .deliver(.local) : .drop(code: nil)
    default: break
    }
    guard forwards else { return .drop(code: nil) }
    guard isSourceValid(source, interface) else { return .drop(code: nil) }
    guard let route = routing.output(to: destination) else { return .drop(code: 0) }
    return .forward(route)
  }

  /// A source that is one of our own addresses is a martian; with `rp_filter` its reverse path is asked too
  /// (`fib_validate_source`).
  private func isSourceValid(_ source: IPv4Address, _ interface: String) -> Bool {
    let accepts = namespace.sysctl("net.ipv4.conf.\(interface).accept_local", default: 0) != 0
    if routing.interface(owning: source) != nil, !accepts { return false }
    let filter = max(
      namespace.sysctl("net.ipv4.conf.all.rp_filter", default: 0),
      namespace.sysctl("net.ipv4.conf.\(interface).rp_filter", default: 0))
    switch filter {
    case 1: return routing.output(to: source)?.interface == interface
    case 2: return routing.output(to: source) != nil
    default: return true
    }
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
