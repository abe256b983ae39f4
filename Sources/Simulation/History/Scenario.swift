import Capture
import Netfilter
import Wire

/// Everything a walk depends on: rules, captured packets, the host they meet, and what was done to the host in between.
package struct Scenario: Sendable {
  package var ruleset: Ruleset
  /// In the order they come, numbered from 1: captured ones, and those sent or put in at the prompt.
  package private(set) var packets: [CapturedPacket]
  /// Which packet each one was at first, from 0, through all edits; those put in later have numbers of their own.
  package private(set) var identities: [Int]
  /// What was done to the host between packets, in order.
  package var actions: [HostAction] = []
  package var host: HostDescription
  /// What it was made from.
  package let content: ContentHash
  private var nextIdentity: Int
  private let captured: Int

  package init(ruleset: Ruleset, packets: [CapturedPacket], host: HostDescription, content: ContentHash) {
    self.ruleset = ruleset
    self.packets = packets
    self.host = host
    self.content = content
    identities = Array(packets.indices)
    nextIdentity = packets.count
    captured = packets.count
  }

  /// The same packets and host under other rules: what-if.
  package func with(_ ruleset: Ruleset) -> Scenario {
    var scenario = self
    scenario.ruleset = ruleset
    return scenario
  }

  /// Whether packets, and what was done in between, are those of another scenario.
  package func hasSamePackets(as other: Scenario) -> Bool {
    identities == other.identities && actions == other.actions
      && zip(packets, other.packets).allSatisfy { $0.bytes == $1.bytes }
  }

  /// How many packets were sent or put in since it was loaded, those that were taken out again counted too.
  var packetsPutIn: Int { nextIdentity - captured }

  /// Of IP packets without a link layer's header: that of the capture where it has none either, since many programs read
  /// files of one link type only.
  var linkTypeOfNewPackets: LinkType {
    guard let type = packets.first?.linkType, [.raw, .ipv4].contains(type) else { return .raw }
    return type
  }

  // MARK: Edits

  /// Puts packets in before packet `index` (from 0), after what was done to the host there.
  package mutating func insert(_ new: [CapturedPacket], at index: Int) {
    let index = min(max(0, index), packets.count)
    packets.insert(contentsOf: new, at: index)
    identities.insert(contentsOf: nextIdentity..<nextIdentity + new.count, at: index)
    nextIdentity += new.count
    for place in actions.indices where actions[place].after > index { actions[place].after += new.count }
    renumber(from: index)
  }

  /// Takes packet `index` (from 0) out; what was done after it stays in its order.
  package mutating func delete(_ index: Int) {
    guard packets.indices.contains(index) else { return }
    packets.remove(at: index)
    identities.remove(at: index)
    for place in actions.indices where actions[place].after > index { actions[place].after -= 1 }
    renumber(from: index)
  }

  /// Moves packet `index` so that it stands at `target` (both from 0) in the new order.
  package mutating func move(_ index: Int, to target: Int) {
    guard packets.indices.contains(index), packets.indices.contains(target) else { return }
    packets.insert(packets.remove(at: index), at: target)
    identities.insert(identities.remove(at: index), at: target)
    renumber(from: min(index, target))
  }

  /// Puts another packet in the place of packet `index` (from 0); it stays the same packet for comparisons.
  package mutating func replace(_ index: Int, with packet: CapturedPacket) {
    guard packets.indices.contains(index) else { return }
    packets[index] = packet
    packets[index].number = index + 1
  }

  /// Adds something done to the host, after all that was done at the same place.
  package mutating func add(_ action: HostAction) {
    let place = actions.firstIndex { $0.after > action.after } ?? actions.count
    actions.insert(action, at: place)
  }

  private mutating func renumber(from index: Int) {
    for place in packets.indices.dropFirst(index) { packets[place].number = place + 1 }
  }
}

extension CapturedPacket {
  /// An IP packet that somebody typed, at the time of the packet before it.
  package static func typed(_ bytes: [UInt8], _ text: String, at index: Int, in scenario: Scenario) -> CapturedPacket {
    let before = scenario.packets[..<min(index, scenario.packets.count)].last ?? scenario.packets.first
    var packet = CapturedPacket(
      number: index + 1, time: before?.time, linkType: scenario.linkTypeOfNewPackets, bytes: bytes,
      provenance: Provenance(file: "prompt"))
    packet.comments = [text]
    return packet
  }

  /// Addresses, ports, flags and length on one line; what else it is where it is no IPv4 packet.
  package var summary: String {
    guard let offset = IPv4Location(self)?.offset, let ip = IPv4Header(bytes[...].slice(at: offset)) else {
      return "\(bytes.count) bytes"
    }
    return ip.summary(
      source: shownSource ?? ip.source.description, destination: shownDestination ?? ip.destination.description)
  }
}
