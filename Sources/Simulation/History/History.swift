import Capture
import Netfilter
import Wire

/// A scenario played packet by packet, recorded so that every point of it can be looked at without its neighbours.
///
/// Packets are walked when first asked for, in order, since each leaves its traces in connection tracking and in the
/// token buckets; what was walked once is kept.
package final class History {
  package let scenario: Scenario
  private var tracer: Tracer
  private var records: [PacketRecord] = []
  private var stepsOfPacket: [Int: [Step]] = [:]

  /// Packets that the host may look ahead at, for what a kernel chooses at random.
  private static let lookAhead = 64

  package init(_ scenario: Scenario) {
    self.scenario = scenario
    tracer = Tracer(host: SimulatedHost(scenario.host, scenario.ruleset, isRecording: true))
  }

  /// Addresses of which bytes were edited out: as the zeroed bytes read, and as the capture's text shows them.
  package private(set) lazy var redactions: [(zeroed: String, shown: String)] = scenario.packets.reduce(into: []) {
    list, packet in
    guard !packet.knowledge.edited.isEmpty, let offset = IPv4Location(packet)?.offset else { return }
    let ends = [(12, packet.shownSource), (16, packet.shownDestination)]
    for case (let place, let shown?) in ends {
      let range = offset + place..<offset + place + 4
      guard packet.knowledge.edited.contains(where: { $0.overlaps(range) }),
        let address = IPv4Address(bytes: packet.bytes[...].slice(at: range.lowerBound, length: 4))
      else { continue }
      if !list.contains(where: { $0.zeroed == address.description }) { list.append((address.description, shown)) }
    }
  }

  /// How many captured packets there are to step.
  package var packetCount: Int { scenario.packets.count }

  /// What became of packet `index` (from 0); `nil` past the last.
  ///
  /// Complexity: walks all packets up to this one the first time.
  package func record(_ index: Int) -> PacketRecord? {
    guard scenario.packets.indices.contains(index) else { return nil }
    while records.count <= index {
      tracer.host.upcoming = scenario.packets.dropFirst(records.count + 1).prefix(Self.lookAhead)
      let record = tracer.trace(scenario.packets[records.count])
      if case .confirms(let origin, _) = record.disposition,
        let first = records.firstIndex(where: { $0.captured.number == origin })
      {
        records[first].confirmedBy = record.captured.number
      }
      records.append(record)
    }
    return records[index]
  }

  /// Connection tracking's table after packet `index`, one `conntrack -L` line each.
  ///
  /// Complexity: walks all packets up to this one again, since a table for every packet would be kept in vain.
  package func connections(after index: Int) -> [String] {
    var tracer = Tracer(host: SimulatedHost(scenario.host, scenario.ruleset, isRecording: false))
    for packet in scenario.packets.prefix(index + 1) {
      tracer.host.upcoming = scenario.packets.dropFirst(packet.number).prefix(Self.lookAhead)
      _ = tracer.trace(packet)
    }
    return tracer.host.namespace.tracker?.lines ?? []
  }

  /// The dissection of packet `index` as captured; `nil` past the last.
  package func dissection(_ index: Int) -> Dissection? {
    guard scenario.packets.indices.contains(index) else { return nil }
    return Dissection(scenario.packets[index])
  }

  /// Everything there is to step through in packet `index`: never empty for a packet that exists.
  package func steps(_ index: Int) -> [Step] {
    if let steps = stepsOfPacket[index] { return steps }
    guard let record = record(index) else { return [] }
    let steps = StepBuilder(record, packet: index).build()
    stepsOfPacket[index] = steps
    return steps
  }

  /// The step at a position; `nil` where there is none.
  package subscript(position: Position) -> Step? {
    let steps = steps(position.packet)
    return steps.indices.contains(position.step) ? steps[position.step] : nil
  }

  /// The position after this one; `nil` at the end of the last packet.
  package func position(after position: Position) -> Position? {
    if position.step + 1 < steps(position.packet).count {
      return Position(packet: position.packet, step: position.step + 1)
    }
    return position.packet + 1 < packetCount ? Position(packet: position.packet + 1, step: 0) : nil
  }

  /// The position before this one; `nil` at the very first.
  package func position(before position: Position) -> Position? {
    if position.step > 0 { return Position(packet: position.packet, step: position.step - 1) }
    guard position.packet > 0 else { return nil }
    return Position(packet: position.packet - 1, step: max(0, steps(position.packet - 1).count - 1))
  }

  /// The first position at or after `start`, in its packet or a later one, whose step is wanted.
  package func first(from start: Position, where isWanted: (Step) -> Bool) -> Position? {
    var current: Position? = start
    while let position = current, let step = self[position] {
      if isWanted(step) { return position }
      current = self.position(after: position)
    }
    return nil
  }
}

/// Where somebody stands in a history.
package struct Position: Sendable, Hashable, Comparable {
  /// Packet and step within it, both from 0.
  package var packet: Int
  package var step: Int

  package init(packet: Int, step: Int) {
    self.packet = packet
    self.step = step
  }

  package static func < (a: Self, b: Self) -> Bool { (a.packet, a.step) < (b.packet, b.step) }
}
