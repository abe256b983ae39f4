import Netfilter
import Wire

/// Tokens for ICMP errors to one destination (`inet_peer_xrlim_allow`).
struct ICMPErrorBucket {
  private var tokens: Int64 = 0
  private var last: Int64

  /// A destination not seen before has had a minute to fill its bucket.
  init(now: Int64, hz: Int64) { last = now - 60 * hz }

  /// Takes a token where there is one: six at once, then one each `interval` ticks.
  mutating func take(now: Int64, interval: Int64) -> Bool {
    tokens = min(tokens + now - last, 6 * interval)
    last = now
    guard tokens >= interval else { return false }
    tokens -= interval
    return true
  }
}

// `net/ipv4/icmp.c`.
extension SimulatedHost {
  /// Message types that report errors; no error is sent about one of these (RFC 1122 section 3.2.2).
  private static let errorTypes: Set<UInt8> = [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12]

  package func sendICMPError(type: UInt8, code: UInt8, info: UInt32, about packet: SocketBuffer, by rule: PathStep?) {
    guard let ip = packet.ip, mayReportError(ip, packet) else { return }
    // From the address that was asked, where it is ours; else from the one we speak to the sender with.
    let ours =
      packet.inputInterface == nil || packet.route == nil
      ? routing.kind(of: ip.destination) == .local : packet.route?.kind == .local
    guard let route = routing.output(to: ip.source) else { return }
    let source = ours ? ip.destination : route.preferredSource
    guard isWithinRate(type: type, code: code, to: ip.source, by: route.interface) else { return }

    let quoted = packet.bytes.prefix(min(576, route.mtu) - 28)
    var message: [UInt8] = [type, code, 0, 0]
    message += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: info >> UInt32($0)) }
    message += quoted
    message.store(InternetChecksum.of(message), at: 2)
    let service = Self.errorTypes.contains(type) ? ip.typeOfService & 0x1e | 0xc0 : ip.typeOfService
    var bytes = IPv4Builder(
      typeOfService: service, identification: nextIdentification(), timeToLive: 64, protocolNumber: 1,
      source: source, destination: ip.source
    ).bytes(payload: message)
    bytes = KernelChoice.identification(of: bytes).witness(of: bytes, in: upcoming) ?? bytes

    let walk = Walk(origin: rule.map { .reject($0) } ?? .icmpError, bytes: bytes, isRecording: isRecording)
    let answer = SocketBuffer(bytes: bytes, walk: walk)
    answer.route = route
    answer.edited = packet.edited.map { $0.lowerBound + 28..<$0.upperBound + 28 }
    answer.attachConnection(of: packet)
    if namespace.sysctl("net.ipv4.fwmark_reflect", default: 0) != 0 { answer.mark = packet.mark }
    send(answer, causedBy: packet)
  }

  private func mayReportError(_ ip: IPv4Header, _ packet: SocketBuffer) -> Bool {
    guard packet.packetType == .host, ip.fragmentOffset == 0 else { return false }
    if let kind = packet.route?.kind, kind == .broadcast || kind == .multicast { return false }
    if packet.route == nil, [.broadcast, .multicast].contains(routing.kind(of: ip.destination)) { return false }
    guard ip.protocolNumber == 1 else { return true }
    guard let type = ip.payload.first else { return false }
    return type <= 18 && !Self.errorTypes.contains(type)
  }

  /// `icmp_ratelimit`, in milliseconds an error, for the types of `icmp_ratemask`; never on `lo`, never for path
  /// MTU discovery.
  private func isWithinRate(type: UInt8, code: UInt8, to destination: IPv4Address, by interface: String) -> Bool {
    guard interface != "lo", (type, code) != (3, 4) else { return true }
    let mask = namespace.sysctl("net.ipv4.icmp_ratemask", default: 6168)
    guard type < 32, mask >> Int(type) & 1 == 1 else { return true }
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
