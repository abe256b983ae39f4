import Capture
import Netfilter

/// A host that a scenario is played on, forwards, as far as somebody wants to see.
final class ScenarioPlayer {
  let scenario: Scenario
  let shell: Shell
  private var tracer: Tracer
  /// Packets played so far.
  private(set) var packetsPlayed = 0
  private var actionsDone = 0

  /// Packets that the host may look ahead at, for what a kernel chooses at random.
  private static let lookAhead = 64

  /// - Parameter answers: which packet a captured one was the host's answer to at first.
  init(_ scenario: Scenario, keepsFrames: Bool = false, answers: ((CapturedPacket) -> Int?)? = nil) {
    self.scenario = scenario
    let host = SimulatedHost(scenario.host, scenario.ruleset, isRecording: false)
    host.keepsFrames = keepsFrames
    tracer = Tracer(host: host)
    tracer.answered = answers
    shell = Shell(host)
    if let time = scenario.packets.first?.time { host.advance(to: time) }
  }

  var host: SimulatedHost { shell.host }

  /// Does what is to be done before the next packet.
  func doActions() {
    while actionsDone < scenario.actions.count, scenario.actions[actionsDone].after <= packetsPlayed {
      shell.perform(scenario.actions[actionsDone])
      actionsDone += 1
    }
  }

  /// The next packet comes into view: the clock is at its time, its walk has not begun.
  func awaitNext() {
    doActions()
    guard packetsPlayed < scenario.packets.count, let time = scenario.packets[packetsPlayed].time else { return }
    host.advance(to: time)
  }

  /// Plays the next packet; `nil` past the last, and where somebody wants no more of it.
  func playNext(isRecording: Bool, watcher: ((Walk) -> Void)? = nil) -> PacketRecord? {
    guard packetsPlayed < scenario.packets.count, !Interruption.isAsked else { return nil }
    doActions()
    host.upcoming = scenario.packets.dropFirst(packetsPlayed + 1).prefix(Self.lookAhead)
    host.isRecording = isRecording
    host.watcher = watcher
    let record = tracer.trace(scenario.packets[packetsPlayed])
    host.isRecording = false
    host.watcher = nil
    packetsPlayed += 1
    return record
  }
}
