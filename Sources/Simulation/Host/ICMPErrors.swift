import Netfilter
import Wire

// `net/ipv4/icmp.c`.
extension SimulatedHost {
  /// The source of a host that has no address at all (RFC 7600 section 4.8).
  private static let dummy = IPv4Address(rawValue: 0xc000_0008)
  /// Message types that report errors; no error is sent about one of these (RFC 1122 section 3.2.2).
  private static let errorTypes: Set<UInt8> = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12]

  package func sendICMPError(type: UInt8, code: UInt8, info: UInt32, about packet: SocketBuffer, by rule: PathStep?) {
    guard let ip = packet.ip, mayReportError(ip, packet) else { return }
    guard let echo = IPOptionsEcho(packet, isForeignUnicast: { routing.kind(of: $0) == .unicast }) else { return }
    let wanted = errorSource(packet, ip)
    if let wanted, !routing.mayBeSource(wanted) { return }
    guard let route = routing.output(to: echo.firstHop ?? ip.source, from: wanted) else { return }
    let preferred = wanted ?? route.preferredSource
    let source = preferred == .any ? Self.dummy : preferred
    guard isWithinRate(type: type, code: code, to: ip.source, by: route.interface, about: packet) else { return }

    let room = min(576, route.mtu) - 28 - echo.bytes.count
    guard room > 20 else { return }
    var message: [UInt8] = [type, code, 0, 0]
    message += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: info >> UInt32($0)) }
    message += packet.unfinishedBytes.prefix(room)
    message.store(InternetChecksum.of(message), at: 2)
    let service = Self.errorTypes.contains(type) ? ip.typeOfService & 0x1e | 0xc0 : ip.typeOfService
    var bytes = IPv4Builder(
      typeOfService: service, identification: nextIdentification(), timeToLive: defaultTimeToLive, protocolNumber: 1,
      source: source, destination: echo.firstHop ?? ip.source,
      options: echo.filled(from: source, to: ip.source, time: millisecondsSinceMidnight)
    ).bytes(payload: message)
    let choice = KernelChoice.identification(of: bytes)
    let witness = choice.witness(of: bytes, in: upcoming)
    bytes = witness ?? bytes

    let walk = Walk(origin: rule.map { .reject($0) } ?? .icmpError, bytes: bytes, isRecording: isRecording)
    let answer = SocketBuffer(bytes: bytes, walk: walk)
    answer.route = route
    answer.socket = .kernel
    answer.chosen = witness == nil ? choice.ranges : []
    answer.options = echo.received
    answer.ignoresDontFragment = true
    let shift = 28 + echo.bytes.count
    answer.edited = packet.edited.map { $0.lowerBound + shift..<$0.upperBound + shift }
    answer.edited += packet.editedInAnswer(bytes)
    answer.attachConnection(of: packet)
    if namespace.sysctl("net.ipv4.fwmark_reflect", default: 0) != 0 { answer.mark = packet.mark }
    send(answer, causedBy: packet)
  }

  /// The TTL of packets that the host makes itself.
  var defaultTimeToLive: UInt8 { UInt8(clamping: namespace.sysctl("net.ipv4.ip_default_ttl", default: 64)) }

  /// Whether a packet that no way leads on for may be answered.
  func mayReportUnreachable(to destination: IPv4Address) -> Bool {
    var bucket = errorTokens[destination] ?? ICMPErrorBucket(now: namespace.jiffies, hz: namespace.hz)
    defer { errorTokens[destination] = bucket }
    return bucket.takeForUnreachable(now: namespace.jiffies, hz: namespace.hz)
  }

  /// Tells the sender of a packet that goes back by the interface it came in by of the better way, where
  /// `send_redirects` is on and the sender is on the link itself (`ip_rt_send_redirect`).
  func redirect(_ packet: SocketBuffer, _ route: Route) {
    guard let input = packet.inputInterface, input == route.interface, let ip = packet.ip,
      setting("send_redirects", of: input), packet.options?.sourceRoute == nil,
      let back = routing.lookup(ip.source), back.interface == input, back.gateway == nil
    else { return }
    var bucket = errorTokens[ip.source] ?? ICMPErrorBucket(now: namespace.jiffies, hz: namespace.hz)
    defer { errorTokens[ip.source] = bucket }
    guard bucket.takeForRedirect(now: namespace.jiffies, hz: namespace.hz) else { return }
    sendICMPError(type: 5, code: 1, info: (route.gateway ?? ip.destination).rawValue, about: packet, by: nil)
  }

  /// The address that was asked, where it is ours; that of the interface which the packet came in by, where
  /// `icmp_errors_use_inbound_ifaddr` wants that; else `nil`, for the one we speak to the sender with.
  private func errorSource(_ packet: SocketBuffer, _ ip: IPv4Header) -> IPv4Address? {
    let isInput = (packet.inputInterface ?? packet.device) != nil && packet.route != nil
    let isOurs = isInput ? packet.route?.kind == .local : routing.kind(of: ip.destination) == .local
    if isOurs { return ip.destination }
    guard let input = packet.inputInterface,
      namespace.sysctl("net.ipv4.icmp_errors_use_inbound_ifaddr", default: 0) != 0
    else { return nil }
    return routing.address(of: input, for: ip.source)
  }

  private func mayReportError(_ ip: IPv4Header, _ packet: SocketBuffer) -> Bool {
    guard packet.packetType == .host, ip.fragmentOffset == 0 else { return false }
    if let kind = packet.route?.kind, kind == .broadcast || kind == .multicast { return false }
    if packet.route == nil, [.broadcast, .multicast].contains(routing.kind(of: ip.destination)) { return false }
    guard ip.protocolNumber == 1 else { return true }
    // While one of its own ICMP messages is on its way out the kernel makes no other (`icmp_xmit_lock`).
    if packet.isGenerated, packet.inputInterface == nil { return false }
    guard let type = ip.payload.first else { return false }
    return type <= 18 && !Self.errorTypes.contains(type)
  }

  /// `icmp_ratelimit`, in milliseconds an error, for the types of `icmp_ratemask`; never on `lo`, never for path
  /// MTU discovery. Where the limit for all of them together may be spent, that is left open.
  func isWithinRate(
    type: UInt8, code: UInt8, to destination: IPv4Address, by interface: String, about packet: SocketBuffer
  ) -> Bool {
    guard (type, code) != (3, 4) else { return true }
    let mask = namespace.sysctl("net.ipv4.icmp_ratemask", default: 6168)
    guard type < 32, mask >> Int(type) & 1 == 1 else { return true }
    let rate = namespace.sysctl("net.ipv4.icmp_msgs_per_sec", default: 1000)
    let burst = namespace.sysctl("net.ipv4.icmp_msgs_burst", default: 50)
    if !errorCredit.allows(now: namespace.jiffies, hz: namespace.hz, rate: rate, burst: burst) {
      packet.walk.leaveOpen("whether the limit of all ICMP errors together lets one go (icmp_msgs_per_sec)")
    }
    guard interface == "lo" || packet.inputInterface == "lo" || takeToken(destination) else { return false }
    errorCredit.note(now: namespace.jiffies)
    return true
  }

  private func takeToken(_ destination: IPv4Address) -> Bool {
    let interval = Int64(namespace.sysctl("net.ipv4.icmp_ratelimit", default: 1000)) * namespace.hz / 1000
    var bucket = errorTokens[destination] ?? ICMPErrorBucket(now: namespace.jiffies, hz: namespace.hz)
    defer { errorTokens[destination] = bucket }
    return bucket.take(now: namespace.jiffies, interval: interval)
  }

  /// The identification of packets that may be fragmented. The kernel picks it from a keyed hash, which nobody can
  /// foretell; here it counts from 1.
  func nextIdentification() -> UInt16 {
    localStack.identification &+= 1
    return localStack.identification
  }
}
