import Capture
import Netfilter
import Wire

/// What became of one captured packet.
package struct PacketRecord {
  package enum Disposition {
    case walked(Walk)
    /// It is a packet that the simulated host had just generated or forwarded, seen from outside: that of packet
    /// number `origin`.
    case confirms(origin: Int, Walk)
    /// It answered packet number `origin`, and under the rules as they are now the host does not send it.
    case unsent(origin: Int)
    /// It was not walked, and why.
    case passedOver(String)
  }

  package let captured: CapturedPacket
  package internal(set) var disposition: Disposition
  package let direction: Direction
  package let interface: String
  /// The IP packet within the captured bytes; `nil` where there is none.
  package let networkOffset: Int?
  /// The number of the captured packet that is this packet's emission; filled in when it comes by.
  package var confirmedBy: Int?
  /// What timers made the host send since the packet before.
  package internal(set) var before: [BelatedEmission] = []

  package var walk: Walk? {
    if case .walked(let walk) = disposition { return walk }
    return nil
  }
}

/// Feeds captured packets to a simulated host, one at a time, and tells what became of each.
package struct Tracer {
  package let host: SimulatedHost
  /// Packets the host sent and no captured packet has confirmed yet, newest last.
  private var unconfirmed: [(origin: Int, walk: Walk)] = []
  /// How many emissions are remembered while waiting to see them captured.
  private static let memory = 256
  /// Which packet a captured one was the host's answer to, under the rules it was captured with; such a packet is there
  /// only if the host makes it.
  package var answered: ((CapturedPacket) -> Int?)?

  package init(host: SimulatedHost) { self.host = host }

  package mutating func trace(_ captured: CapturedPacket) -> PacketRecord {
    if let time = captured.time { host.advance(to: time) }
    host.packetNumber = captured.number
    var before = takeBelated(captured)
    var record = disposition(of: captured, &before)
    record.before = before
    return record
  }

  /// What timers have made the host send since this was last asked.
  private mutating func takeBelated(_ captured: CapturedPacket) -> [BelatedEmission] {
    let belated = host.takeBelated()
    for emission in belated { remember([emission.walk], origin: emission.origin ?? captured.number) }
    return belated
  }

  private mutating func disposition(
    of captured: CapturedPacket, _ before: inout [BelatedEmission]
  ) -> PacketRecord {
    guard let location = IPv4Location(captured) else {
      return record(captured, .passedOver("not an IPv4 packet"), .incoming, captured.interface ?? "", nil)
    }
    guard var arrival = Arrival(captured, location) else {
      return record(captured, .passedOver("the IPv4 header is cut short"), .incoming, captured.interface ?? "", nil)
    }
    let (direction, interface) = place(captured, arrival)
    arrival.interface = interface
    if direction == .outgoing || interface == "lo",
      let match = confirm(arrival, direction) ?? confirmResent(captured, arrival, direction, &before)
    {
      let link = direction == .outgoing ? match.walk.outputInterface ?? match.walk.interface : interface
      return record(captured, .confirms(origin: match.origin, match.walk), direction, link, location.offset)
    }
    if direction == .outgoing, let origin = answered?(captured) {
      return record(captured, .unsent(origin: origin), direction, interface, location.offset)
    }
    let walk = direction == .outgoing ? host.transmit(arrival) : host.receive(arrival)
    if walk.isSeenAgain { unconfirmed.append((captured.number, walk)) }
    remember(walk.emitted, origin: captured.number)
    let seen = Direction(rawValue: walk.direction) ?? direction
    return record(captured, .walked(walk), seen, walk.interface, location.offset)
  }

  private func record(
    _ captured: CapturedPacket, _ disposition: PacketRecord.Disposition, _ direction: Direction, _ interface: String,
    _ offset: Int?
  ) -> PacketRecord {
    PacketRecord(
      captured: captured, disposition: disposition, direction: direction, interface: interface, networkOffset: offset)
  }

  /// What the capture says of direction and interface decides; else a local source address means outgoing, and
  /// everything else comes in by the interface whose network holds its source or that has the route to it.
  private func place(_ captured: CapturedPacket, _ arrival: Arrival) -> (Direction, String) {
    let source = IPv4Address(bytes: arrival.bytes[...].slice(at: 12)) ?? .any
    let known = captured.interface.flatMap { host.description[interface: $0] }?.name
    let isLocal = host.routing.interface(owning: source) != nil || source.isLoopback
    switch captured.direction {
    case .outgoing: return (.outgoing, known ?? "")
    case .incoming, .forwarded: return (.incoming, known ?? interface(towards: source))
    case nil: return isLocal ? (.outgoing, known ?? "") : (.incoming, known ?? interface(towards: source))
    }
  }

  private func interface(towards source: IPv4Address) -> String {
    for interface in host.description.interfaces where interface.name != "lo" {
      if interface.addresses.contains(where: { $0.contains(source) }) { return interface.name }
    }
    return host.routing.lookup(source)?.interface
      ?? host.description.interfaces.first { $0.name != "lo" }?.name ?? "lo"
  }

  private mutating func remember(_ emitted: [Walk], origin: Int) {
    for walk in emitted {
      // The copy of a broadcast that the host hands to itself shows in no capture.
      if walk.verdict == .accept, walk.origin != .ownCopy { unconfirmed.append((origin, walk)) }
      remember(walk.emitted, origin: origin)
    }
    if unconfirmed.count > Self.memory { unconfirmed.removeFirst(unconfirmed.count - Self.memory) }
  }

  /// The kernel that was captured may have sent something again sooner than this one would.
  private mutating func confirmResent(
    _ captured: CapturedPacket, _ arrival: Arrival, _ direction: Direction, _ before: inout [BelatedEmission]
  ) -> (origin: Int, walk: Walk)? {
    guard direction == .outgoing else { return nil }
    host.localStack.resend(captured: arrival.bytes, by: host)
    let belated = takeBelated(captured)
    before += belated
    return belated.isEmpty ? nil : confirm(arrival, direction)
  }

  private mutating func confirm(_ arrival: Arrival, _ direction: Direction) -> (origin: Int, walk: Walk)? {
    let masked = arrival.knowledge.edited + arrival.knowledge.unknown
    guard
      let index = unconfirmed.firstIndex(where: {
        // What leaves by `lo` is captured going out and again coming in. A packet that the capture itself had the host send
        // is not seen going out once more: a second one like it was sent again.
        let mayBe = direction == .outgoing ? !$0.walk.isCapturedLoop : $0.walk.interface == "lo"
        return mayBe && Self.isSame($0.walk, arrival.bytes, edited: masked)
      })
    else { return nil }
    return direction == .outgoing && unconfirmed[index].walk.interface == "lo"
      ? unconfirmed[index] : unconfirmed.remove(at: index)
  }

  /// Byte for byte, but for edited bytes and what was computed from them.
  private static func isSame(_ walk: Walk, _ bytes: [UInt8], edited: [Range<Int>]) -> Bool {
    guard walk.finalBytes.count == bytes.count else { return false }
    let masked = walk.edited + edited
    guard !masked.isEmpty else { return walk.finalBytes == bytes }
    return bytes.indices.allSatisfy { index in
      bytes[index] == walk.finalBytes[index] || masked.contains { $0.contains(index) }
    }
  }
}

extension Walk {
  /// The host sent it to itself, as the capture shows.
  fileprivate var isCapturedLoop: Bool { origin == .injected && interface == "lo" }

  /// A capture on several interfaces shows a forwarded packet again where it leaves, and one on `lo` where it arrives.
  fileprivate var isSeenAgain: Bool { verdict == .accept && (direction == "forward" || interface == "lo") }
}

extension Arrival {
  /// The IP packet of a captured frame, padding cut off. Bytes that the capture cut short count as unknown.
  init?(_ captured: CapturedPacket, _ location: IPv4Location) {
    let rest = captured.bytes[...].slice(at: location.offset)
    guard let ip = IPv4Header(rest) else { return nil }
    self.init(bytes: Array(rest.prefix(max(ip.totalLength, ip.headerLength))), interface: captured.interface ?? "")
    linkHeader = location.linkHeader
    packetType = location.packetType
    knowledge = captured.knowledge.shifted(by: -location.offset)
    let onWire = captured.originalLength - location.offset
    let missing = min(ip.totalLength, onWire) - bytes.count
    if missing > 0 {
      knowledge.unknown.append(bytes.count..<bytes.count + missing)
      bytes += Array(repeating: 0, count: missing)
    }
  }
}

extension ByteKnowledge {
  /// The same knowledge, counted from another first byte.
  func shifted(by distance: Int) -> ByteKnowledge {
    var result = self
    let shift: (Range<Int>) -> Range<Int>? = {
      let upper = $0.upperBound + distance
      guard upper > 0 else { return nil }
      return max(0, $0.lowerBound + distance)..<upper
    }
    result.unknown = unknown.compactMap(shift)
    result.edited = edited.compactMap(shift)
    return result
  }
}
