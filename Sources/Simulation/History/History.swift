import Capture
import Netfilter
import Wire

/// A scenario played packet by packet, recorded so that every point of it can be looked at without its neighbours.
///
/// Packets are walked when first asked for, in order, since each leaves its traces in connection tracking and in the
/// token buckets. What became of each is kept; every comparison on the way only for those looked at lately, since
/// thousands of packets times thousands of rules would fill any memory. What was given up is walked again when asked
/// for.
package final class History {
  package let scenario: Scenario
  private var player: ScenarioPlayer
  /// What became of the packets so far, comparisons left out.
  private var outcomes: [PacketRecord] = []
  private var details: [Int: PacketRecord] = [:]
  /// The packets in `details`, those used longest ago first.
  private var recent: [Int] = []
  private var detailedEvents = 0
  private var stepsOfPacket: [Int: [Step]] = [:]
  /// The host whose programs the learner runs; it never runs ahead of the learner.
  private var live: ScenarioPlayer?
  /// The rules after the last packet, once they are known.
  private var playedRuleset: Ruleset?
  /// The history that this one is a variation of.
  private let first: History?

  /// Events kept in all, at most, beside those of the packet asked for.
  private static let eventBudget = 300_000
  /// Packets recorded in full before one that is far from the others, so that stepping back is quick.
  private static let lead = 8

  package init(_ scenario: Scenario) {
    self.scenario = scenario
    first = nil
    player = ScenarioPlayer(scenario)
  }

  /// The history of a scenario that differs from another one's only from packet `index` on (from 0): what is known of
  /// those before is taken over.
  ///
  /// - Parameter first: the history of what was captured, which tells what the host sent of its own.
  init(_ scenario: Scenario, sharing count: Int = 0, with other: History, first: History) {
    self.scenario = scenario
    self.first = first
    player = ScenarioPlayer(scenario, answers: Self.answers(scenario, first))
    outcomes = Array(other.outcomes.prefix(count))
    for index in outcomes.indices where outcomes[index].confirmedBy.map({ $0 > count }) == true {
      outcomes[index].confirmedBy = nil
    }
    for index in other.recent where index < outcomes.count {
      if let record = other.details[index] { keep(record, index) }
    }
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

  /// How many packets there are to step.
  package var packetCount: Int { scenario.packets.count }

  private static func answers(_ scenario: Scenario, _ first: History?) -> ((CapturedPacket) -> Int?)? {
    guard let first else { return nil }
    let place = Dictionary(
      first.scenario.identities.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    return { packet in
      guard scenario.identities.indices.contains(packet.number - 1),
        let index = place[scenario.identities[packet.number - 1]],
        first.scenario.packets[index].bytes == packet.bytes,
        case .confirms(let origin, _)? = first.outcome(index)?.disposition
      else { return nil }
      return scenario.identities.firstIndex(of: first.scenario.identities[origin - 1]).map { $0 + 1 } ?? origin
    }
  }

  private func freshPlayer(keepsFrames: Bool = false) -> ScenarioPlayer {
    ScenarioPlayer(scenario, keepsFrames: keepsFrames, answers: Self.answers(scenario, first))
  }

  // MARK: What became of the packets

  /// What became of packet `index` (from 0), its events perhaps left out; `nil` past the last.
  ///
  /// Complexity: walks all packets up to this one the first time.
  package func outcome(_ index: Int) -> PacketRecord? {
    guard scenario.packets.indices.contains(index) else { return nil }
    // A player that was shared over or replaced may lag behind what is known.
    if outcomes.count <= index { play(to: index + 1, recordingFrom: .max) }
    return outcomes.indices.contains(index) ? outcomes[index] : nil
  }

  /// What became of packet `index` (from 0) with every comparison; `nil` past the last.
  ///
  /// Complexity: walks all packets up to this one the first time, and when its comparisons were given up.
  package func record(_ index: Int) -> PacketRecord? {
    guard scenario.packets.indices.contains(index) else { return nil }
    if details[index] == nil {
      guard !Interruption.isAsked else { return nil }
      let isNext = index == player.packetsPlayed
      if player.packetsPlayed > index { player = freshPlayer() }
      play(to: index + 1, recordingFrom: isNext ? index : index - Self.lead)
    } else if let place = recent.firstIndex(of: index) {
      recent.append(recent.remove(at: place))
    }
    guard var record = details[index] else { return nil }
    if outcomes.indices.contains(index) { record.confirmedBy = outcomes[index].confirmedBy }
    return record
  }

  private func play(to count: Int, recordingFrom first: Int) {
    while player.packetsPlayed < count {
      let index = player.packetsPlayed
      let isRecording = index >= first
      guard let record = player.playNext(isRecording: isRecording) else { return }
      if index == outcomes.count {
        if case .confirms(let origin, _) = record.disposition, outcomes.indices.contains(origin - 1),
          outcomes[origin - 1].confirmedBy == nil
        {
          outcomes[origin - 1].confirmedBy = record.captured.number
        }
        outcomes.append(record.withoutEvents)
      }
      if isRecording, details[index] == nil { keep(record, index) }
    }
  }

  private func keep(_ record: PacketRecord, _ index: Int) {
    details[index] = record
    recent.append(index)
    detailedEvents += record.eventCount
    while detailedEvents > Self.eventBudget, recent.count > 1, let old = details.removeValue(forKey: recent[0]) {
      stepsOfPacket[recent.removeFirst()] = nil
      detailedEvents -= old.eventCount
    }
  }

  /// The rules with their counters after the last packet.
  package var finalRuleset: Ruleset {
    if let playedRuleset { return playedRuleset }
    play(to: packetCount, recordingFrom: .max)
    if player.packetsPlayed < packetCount { return scenario.ruleset }
    player.doActions()
    playedRuleset = player.host.namespace.ruleset
    return player.host.namespace.ruleset
  }

  /// The dissection of packet `index` as captured; `nil` past the last.
  package func dissection(_ index: Int) -> Dissection? {
    guard scenario.packets.indices.contains(index) else { return nil }
    return Dissection(scenario.packets[index])
  }

  // MARK: Steps

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

  /// The last step of a packet.
  package func end(of packet: Int) -> Position { Position(packet: packet, step: max(0, steps(packet).count - 1)) }

  /// The first position at or after `start`, in its packet or a later one, whose step is wanted.
  package func first(from start: Position, where isWanted: (Step) -> Bool) -> Position? {
    var current: Position? = start
    while let position = current, let step = self[position], !Interruption.isAsked {
      if isWanted(step) { return position }
      current = self.position(after: position)
    }
    return nil
  }

  // MARK: The host at a position

  /// Lets `body` use the host as it stands at a position: before the first packet (`nil`), between two packets, or in
  /// the middle of a walk. What it changes there is lost.
  ///
  /// Complexity: going on from the position asked for last is quick; going back plays the packets again.
  package func look<Value>(at position: Position?, files: any ShellFiles, _ body: @escaping (Shell) -> Value) -> Value {
    guard let position, let step = self[position] else { return onLive(after: 0, files, body) }
    let isLast = position.step == steps(position.packet).count - 1
    if isLast { return onLive(after: position.packet + 1, files, body) }
    guard let moment = step.moment, moment.events > 0 else {
      return onLive(after: position.packet, isAwaiting: true, files, body)
    }
    // The walk is the same as the one recorded, so its moment comes; else the end of the packet is shown.
    return look(in: position.packet, at: moment, files: files, body) ?? onLive(after: position.packet + 1, files, body)
  }

  /// The same at a moment of a packet's walk; `nil` where it has no such moment.
  func look<Value>(
    in packet: Int, at moment: Step.Moment, files: any ShellFiles = MemoryFiles(), _ body: @escaping (Shell) -> Value
  ) -> Value? {
    let player = livePlayer(after: packet)
    var value: Value?
    var root: Walk?
    let shell = player.shell
    shell.files = files
    _ = player.playNext(isRecording: true) { walk in
      if root == nil { root = walk }
      guard value == nil, walk.events.count == moment.events, root?.emission(at: moment.emission) === walk else {
        return
      }
      value = body(shell)
    }
    // The closure holds the walk, and the walk the closure.
    root?.dropWatchers()
    root = nil
    return value
  }

  /// What every rule of the chains that a packet comes to would compare with it, in the order of the chains; those of
  /// its walk, or of one that it caused. The same table may be met at several hooks.
  package func inspections(_ packet: Int, emission: [Int]) -> [(hook: Hook, rules: [RuleInspection])] {
    var found: [(hook: Hook, rules: [RuleInspection])] = []
    var isDisturbed: Bool
    // Asking a rule that keeps something changes what comes after, so that another run looks at that.
    repeat {
      isDisturbed = inspect(packet, emission, &found)
    } while isDisturbed
    return found
  }

  /// One run, which adds what it finds; `true` where there may be more.
  private func inspect(
    _ packet: Int, _ emission: [Int], _ found: inout [(hook: Hook, rules: [RuleInspection])]
  ) -> Bool {
    let player = freshPlayer()
    while player.packetsPlayed < packet, player.playNext(isRecording: false) != nil {}
    let known = found.count
    var seen = 0
    var isDisturbed = false
    var new: [(hook: Hook, rules: [RuleInspection])] = []
    var root: Walk?
    player.host.namespace.inspector = { [unowned namespace = player.host.namespace] table, context in
      // What timers make the host send before is another matter.
      if root == nil, case .injected = context.packet.walk.origin { root = context.packet.walk }
      guard !isDisturbed, root?.emission(at: emission) === context.packet.walk else { return }
      seen += 1
      guard seen > known else { return }
      new.append((context.hook, namespace.inspect(table, context)))
      isDisturbed = table.keepsState
    }
    _ = player.playNext(isRecording: true)
    player.host.namespace.inspector = nil
    found += new
    return isDisturbed
  }

  /// The host after a number of packets, and after what was done to it there, for what moves it on; nobody uses it
  /// again.
  func takeLive(after count: Int, files: any ShellFiles) -> Shell {
    let player = livePlayer(after: count)
    live = nil
    player.doActions()
    player.shell.files = files
    return player.shell
  }

  private func onLive<Value>(
    after count: Int, isAwaiting: Bool = false, _ files: any ShellFiles, _ body: (Shell) -> Value
  ) -> Value {
    let player = livePlayer(after: count)
    if isAwaiting { player.awaitNext() } else { player.doActions() }
    player.shell.files = files
    let before = player.host.namespace.loads
    defer { if player.host.namespace.loads != before { live = nil } }
    return body(player.shell)
  }

  private func livePlayer(after count: Int) -> ScenarioPlayer {
    let player: ScenarioPlayer
    if let live, live.packetsPlayed <= count {
      player = live
    } else {
      player = freshPlayer(keepsFrames: true)
      live = player
    }
    while player.packetsPlayed < count, player.playNext(isRecording: false) != nil {}
    return player
  }
}

extension PacketRecord {
  fileprivate var withoutEvents: PacketRecord {
    guard case .walked(let walk) = disposition, walk.isRecording else { return self }
    var record = self
    record.disposition = .walked(walk.withoutEvents)
    return record
  }

  fileprivate var eventCount: Int { walk?.eventCount ?? 0 }
}

extension Walk {
  fileprivate var eventCount: Int { events.count + emitted.reduce(0) { $0 + $1.eventCount } }

  /// Nobody looks on any more.
  fileprivate func dropWatchers() {
    watcher = nil
    for walk in emitted { walk.dropWatchers() }
  }

  /// What became of the packet, without how.
  fileprivate var withoutEvents: Walk {
    let walk = Walk(origin: origin, bytes: initialBytes, isRecording: false)
    walk.number = number
    walk.finalBytes = finalBytes
    walk.isHeld = isHeld
    walk.fragments = fragments
    walk.direction = direction
    walk.interface = interface
    walk.outputInterface = outputInterface
    walk.path = path
    walk.log = log
    walk.emitted = emitted.map(\.withoutEvents)
    walk.notModelled = notModelled
    walk.verdict = verdict
    walk.conntrack = conntrack
    walk.edited = edited
    return walk
  }

  /// The walk of a packet that this one made the host send, and so on down.
  package func emission(at path: [Int]) -> Walk? {
    var walk = self
    for index in path {
      guard walk.emitted.indices.contains(index) else { return nil }
      walk = walk.emitted[index]
    }
    return walk
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
