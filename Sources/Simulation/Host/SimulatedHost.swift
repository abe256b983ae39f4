import Capture
import Netfilter
import Wire

/// A host with interfaces, routes, a firewall and a TCP/IP stack, fed one packet at a time.
///
/// It is the IPv4 layer of `net/ipv4` as far as the firewall sees it: `ip_input.c`, `ip_forward.c`, `ip_output.c`,
/// `icmp.c`; the hooks in between are `NetworkNamespace`'s.
package final class SimulatedHost {
  package let description: HostDescription
  package let routing: RoutingTable
  package let namespace: NetworkNamespace
  /// Whether walks keep every comparison (for the learner) or only what happened (for batch work).
  package var isRecording: Bool
  /// Errors sent to each destination, for `icmp_ratelimit`.
  var errorTokens: [IPv4Address: ICMPErrorBucket] = [:]
  var errorCredit = ICMPErrorCredit()
  /// Destinations of which a router told that a packet did not fit the way there.
  var narrowPaths: Set<IPv4Address> = []
  /// Bytes of IP packet that a path is taken to let through whatever a router says (`net.ipv4.route.min_pmtu`).
  static let leastPathMTU = 552
  let localStack: LocalStack
  /// The connections of a host none of whose rules asks for tracking any more.
  var idleTracker: ConnectionTracker?
  /// What has crossed the host's interfaces, oldest first, for `tcpdump`; kept only while walks are recorded or
  /// `keepsFrames` is set.
  package var frames: [HostFrame] = []
  package var keepsFrames = false { didSet { if keepsFrames { watchTracking() } } }
  /// Called after each recorded event of the packets that come in or are sent from now on (`Walk.watcher`).
  package var watcher: ((Walk) -> Void)?
  /// Programs that run by themselves as time passes.
  package var daemons: [any HostDaemon] = []
  /// The packets captured next, which may show what the kernel chose for those it makes now.
  package var upcoming: ArraySlice<CapturedPacket> = []
  /// The number of the captured packet that comes in or is sent next.
  package var packetNumber: Int?
  /// What timers have made the host send and nobody has taken note of yet.
  var belated: [BelatedEmission] = []
  /// The walk of the packet whose timer has run out, while the host reacts to that.
  var overdue: Walk?

  /// What left by `lo` while TEE was at work, and has not come in by it yet.
  var backlog: ArraySlice<SocketBuffer> = []
  /// A program sends, which is interrupted for what comes in.
  var isSending = false

  /// Uptime at the first packet. Any value does; a little more than an hour keeps every timer in the past.
  static let uptime: Int64 = 4_000 * 1_000_000_000
  var firstTime: Int64?

  package init(_ description: HostDescription, _ ruleset: Ruleset, isRecording: Bool = true) {
    self.description = description
    self.isRecording = isRecording
    routing = RoutingTable(description)
    namespace = NetworkNamespace()
    namespace.hz = Int64(description.hz)
    namespace.seed = description.seed
    namespace.sysctls = description.sysctls
    namespace.now = Self.uptime
    localStack = LocalStack(description)
    namespace.stack = self
    if description.conntrack == .on || ruleset.needsConnectionTracking { namespace.tracker = freshTracker() }
    namespace.wantsReassembly = ruleset.needsReassembly
    namespace.processors = description.processors
    namespace.create(ruleset.sets)
    namespace.load(ruleset)
  }

  /// The time of day that ICMP timestamps carry (RFC 792), from the capture's clock.
  var millisecondsSinceMidnight: UInt32 {
    let clock = namespace.now - Self.uptime + (firstTime ?? 0)
    return UInt32(truncatingIfNeeded: clock / 1_000_000 % 86_400_000)
  }

  /// Moves the clock to a captured packet's time; it never goes back.
  package func advance(to timestamp: Timestamp) {
    let time = timestamp.nanoseconds
    if firstTime == nil, timestamp.isAbsolute { namespace.bootTime = time &- Self.uptime }
    let first = firstTime ?? time
    firstTime = first
    moveClock(to: Self.uptime &+ (time &- first))
  }

  /// A packet arrives on an interface; gives back its walk.
  package func receive(_ arrival: Arrival) -> Walk {
    let walk = Walk(origin: .injected, bytes: arrival.bytes, isRecording: isRecording)
    walk.watcher = watcher
    walk.number = packetNumber
    walk.direction = "in"
    walk.interface = arrival.interface
    let packet = arrival.packet(walk)
    packet.inputInterface = arrival.interface
    packet.linkHeader = arrival.linkHeader ?? linkHeader(of: arrival.interface, for: packet)
    packet.packetType = arrival.packetType ?? Self.packetType(for: packet)
    seen(packet, on: arrival.interface, isOutgoing: false)
    handle { input(packet) }
    return walk
  }

  /// The host itself sends a packet made by a program (a raw socket: its bytes are sent as they are).
  package func transmit(_ arrival: Arrival) -> Walk {
    let walk = Walk(origin: .injected, bytes: arrival.bytes, isRecording: isRecording)
    walk.watcher = watcher
    walk.number = packetNumber
    walk.direction = "out"
    let packet = arrival.packet(walk)
    guard let ip = packet.ip else {
      finish(packet, .routing)
      return walk
    }
    let device = arrival.interface == "lo" || arrival.interface.isEmpty ? nil : arrival.interface
    walk.interface = arrival.interface
    // A raw socket refuses what does not fit the link before any hook sees it (EMSGSIZE).
    // It may claim any source, 127.0.0.1 too.
    let source = ip.source.isLoopback ? nil : ip.source
    guard let route = routing.output(to: ip.destination, from: source, by: device), packet.length <= route.mtu else {
      packet.walk.record(.routing(nil, destination: ip.destination))
      finish(packet, .routing)
      return walk
    }
    packet.route = route
    packet.walk.record(.routing(route, destination: ip.destination))
    walk.interface = route.interface
    packet.fillInHeader()
    packet.socket = .program(description.owner(of: packet))
    localStack.noteSent(packet)
    handle(fromProgram: true) { sendRouted(packet) }
    return walk
  }

  /// Ends a packet's walk.
  func finish(_ packet: SocketBuffer, _ verdict: Verdict?) {
    let walk = packet.walk
    walk.finalBytes = packet.bytes
    walk.edited = packet.edited
    guard walk.notModelled.isEmpty else {
      walk.verdict = nil
      return
    }
    walk.verdict = verdict
    if let verdict { walk.record(.verdict(verdict)) }
  }

  /// The Ethernet header a frame on this link has: to the host, from the other end.
  private func linkHeader(of interface: String, for packet: SocketBuffer) -> [UInt8] {
    guard let link = description[interface: interface], let peer = link.peerMAC else { return [] }
    guard let mac = packet.ip.flatMap({ LinkAddressing.groupAddress($0.destination) }) ?? link.mac else { return [] }
    return mac.bytes + peer.bytes + [0x08, 0x00]
  }

  private static func packetType(for packet: SocketBuffer) -> PacketType {
    guard let destination = packet.ip?.destination else { return .host }
    if destination == .broadcast { return .broadcast }
    return destination.isMulticast ? .multicast : .host
  }
}

/// Link-layer addresses that follow from IP addresses.
package enum LinkAddressing {
  /// Where a packet to a group (RFC 1112 section 6.4) or to everybody is sent; `nil` for one to a single host.
  package static func groupAddress(_ destination: IPv4Address) -> MACAddress? {
    if destination == .broadcast { return .broadcast }
    guard destination.isMulticast else { return nil }
    let low = destination.rawValue
    return MACAddress(bytes: [
      0x01, 0x00, 0x5e, UInt8(low >> 16 & 0x7f), UInt8(low >> 8 & 0xff), UInt8(low & 0xff),
    ])
  }
}

/// A packet as it comes to the host, or as a program hands it over.
package struct Arrival: Sendable {
  /// The IP packet, from the version byte on, without link-layer padding.
  package var bytes: [UInt8]
  package var interface: String
  /// The Ethernet header of the capture; `nil` where it has none.
  package var linkHeader: [UInt8]?
  /// What the capture says of the frame's destination; `nil` where it says nothing.
  package var packetType: PacketType?
  /// Ranges count from the first byte of the IP header.
  package var knowledge = ByteKnowledge()

  package init(bytes: [UInt8], interface: String) {
    self.bytes = bytes
    self.interface = interface
  }

  fileprivate func packet(_ walk: Walk) -> SocketBuffer {
    let packet = SocketBuffer(bytes: bytes, walk: walk)
    packet.unknown = knowledge.unknown
    packet.edited = knowledge.edited
    packet.ipChecksumVouched = knowledge.ipChecksumVouched
    packet.transportChecksumVouched = knowledge.transportChecksumVouched
    walk.edited = knowledge.edited
    return packet
  }
}
