import Capture
import Netfilter
import Wire

/// A scenario under somebody's hands: what-if. Whatever changes it makes a new history; every change can be undone.
package struct Experiment {
  /// One change, as a whole scenario before and after it.
  package struct Edit: Sendable {
    /// As typed.
    package let text: String
    package let before: Scenario
    package let after: Scenario
    /// Packets before the first one that may differ.
    let shared: Int
  }

  /// As it was loaded.
  package let original: Scenario
  package private(set) var history: History
  /// What was changed so far, oldest first.
  package private(set) var edits: [Edit] = []
  /// What was undone and may be done again, the next one last.
  package private(set) var undone: [Edit] = []
  /// The person's files, for redirections.
  package let files: any ShellFiles
  private let originalHistory: History

  package init(_ scenario: Scenario, files: any ShellFiles = MemoryFiles()) {
    original = scenario
    history = History(scenario)
    originalHistory = history
    self.files = files
  }

  package var scenario: Scenario { history.scenario }

  /// Addresses with bytes edited out, now or at first (`History.redactions`).
  package var redactions: [(zeroed: String, shown: String)] {
    let first = originalHistory.redactions
    return first + history.redactions.filter { new in !first.contains { $0 == new } }
  }

  /// Changes the scenario.
  ///
  /// - Parameter shared: packets before the first one that may differ.
  package mutating func apply(_ text: String, _ scenario: Scenario, sharing shared: Int = 0) {
    let edit = Edit(text: text, before: self.scenario, after: scenario, shared: shared)
    edits.append(edit)
    undone = []
    history = History(scenario, sharing: shared, with: history, first: originalHistory)
  }

  /// Takes the last change back; `nil` where there is none.
  package mutating func undo() -> Edit? {
    guard let edit = edits.popLast() else { return nil }
    undone.append(edit)
    history = History(edit.before, sharing: edit.shared, with: history, first: originalHistory)
    return edit
  }

  /// Makes the change again that was taken back last; `nil` where there is none.
  package mutating func redo() -> Edit? {
    guard let edit = undone.popLast() else { return nil }
    edits.append(edit)
    history = History(edit.after, sharing: edit.shared, with: history, first: originalHistory)
    return edit
  }

  /// What changed since the scenario was loaded, or since before the last edit.
  package func difference(sinceLastEdit: Bool) -> ScenarioDifference {
    guard sinceLastEdit, let last = edits.last, edits.count > 1 else {
      return ScenarioDifference(from: originalHistory, to: history)
    }
    return ScenarioDifference(from: History(last.before, with: history, first: originalHistory), to: history)
  }
}

extension Experiment {
  /// What a line at the host's shell brought about.
  package struct Run {
    package enum Change: Sendable, Hashable {
      /// Other rules, under which this many packets are walked again.
      case rules(packets: Int)
      /// Packets of these numbers have come in.
      case sent(ClosedRange<Int>)
      /// The packet of this number was played to its end first.
      case playedToEnd(Int)
    }

    package var result = ShellResult()
    package var changes: [Change] = []
    /// Where the person stands after it.
    package var position: Position?
  }

  /// Runs a line at the host's shell: programs that only look see the host as it stands at `position`, those that move
  /// it do so after the packet at hand, those that change rules change them from the beginning.
  package mutating func run(_ line: String, at position: Position?) -> Run {
    var run = Run(position: position)
    let script: ShellScript
    do { script = try ShellScript(line) } catch {
      run.result = .failure(error.message, status: 2)
      return run
    }
    for pipeline in script.pipelines {
      switch pipeline.condition {
      case .afterSuccess where run.result.status != 0, .afterFailure where run.result.status == 0: continue
      default: break
      }
      let next: ShellResult
      switch effect(of: pipeline, at: run.position) {
      case .reads: next = history.look(at: run.position, files: files) { $0.run(pipeline) }
      case .moves: next = move(pipeline, script.pipelines.count == 1 ? line : pipeline.text, &run)
      case .rules: next = changeRules(pipeline, script.pipelines.count == 1 ? line : pipeline.text, &run)
      }
      run.result.append(next)
    }
    return run
  }

  /// What a line does to the host as it stands at `position`; only looking for one that cannot be read.
  package func effect(of line: String, at position: Position?) -> ShellEffect {
    (try? ShellScript(line))?.pipelines.map { effect(of: $0, at: position) }.max() ?? .reads
  }

  /// Where fail2ban, or a line typed earlier, has changed rules on the way, those that stand now are meant, and the
  /// change belongs to its moment.
  private func effect(of pipeline: ShellScript.Pipeline, at position: Position?) -> ShellEffect {
    guard pipeline.effect == .rules, position != nil else { return pipeline.effect }
    let tables = history.look(at: position, files: files) { $0.host.namespace.ruleset.tables }
    let isAsAtFirst = Set(tables.map(\.name) + scenario.ruleset.tables.map(\.name)).allSatisfy { name in
      let texts = [tables.first { $0.name == name }, scenario.ruleset[name]].map {
        ($0 ?? Table(empty: name)).withoutPolicyCounters().savedText(counters: false)
      }
      return texts[0] == texts[1]
    }
    return isAsAtFirst ? .rules : .moves
  }

  /// The rules are those that the host starts with, so the line runs on a host that has just started.
  private mutating func changeRules(_ pipeline: ShellScript.Pipeline, _ text: String, _ run: inout Run) -> ShellResult {
    let host = SimulatedHost(scenario.host, scenario.ruleset, isRecording: false)
    let loads = host.namespace.loads
    let result = Shell(host, files: files).run(pipeline)
    guard host.namespace.loads != loads else { return result }
    var ruleset = host.namespace.ruleset
    ruleset.assumptions = scenario.ruleset.assumptions
    ruleset.sets = scenario.ruleset.sets
    guard ruleset.savedText(counters: true) != scenario.ruleset.savedText(counters: true) else { return result }
    apply(text, scenario.with(ruleset))
    run.changes.append(.rules(packets: scenario.packets.count))
    return result
  }

  /// What moves the host comes after the packet at hand, which is played to its end.
  private mutating func move(_ pipeline: ShellScript.Pipeline, _ text: String, _ run: inout Run) -> ShellResult {
    var played = 0
    if let position = run.position {
      let end = history.end(of: position.packet)
      if position < end { run.changes.append(.playedToEnd(position.packet + 1)) }
      run.position = end
      played = position.packet + 1
    }
    let remembering = RememberingFiles(files)
    let shell = history.takeLive(after: played, files: remembering)
    // Another sequence for each packet that was sent before, so that two calls do not choose the same ports.
    shell.choices = ShellChoices(seed: UInt64(scenario.packetsPutIn) &* 0x9e37_79b9_7f4a_7c15)
    let before = HostSigns(shell)
    let result = shell.run(pipeline)
    let sent = shell.takeSent()
    guard sent.isEmpty else {
      add(sent, text, after: played, until: shell.host.clock)
      run.changes.append(.sent(played + 1...played + sent.count))
      run.position = history.end(of: played + sent.count - 1)
      return result
    }
    guard result.status == 0 || before != HostSigns(shell) else { return result }
    var changed = scenario
    changed.add(HostAction(after: played, text: text, .programs(pipeline, files: remembering.texts)))
    apply(text, changed, sharing: played)
    return result
  }

  private mutating func add(_ sent: [SentPacket], _ text: String, after played: Int, until clock: Int64) {
    var changed = scenario
    let isAbsolute = scenario.packets.first?.time?.isAbsolute ?? true
    let link = scenario.linkTypeOfNewPackets
    changed.insert(sent.map { $0.captured(text, link, isAbsolute: isAbsolute) }, at: played)
    if let last = sent.last, last.clock < clock {
      changed.add(HostAction(after: played + sent.count, text: text, .clock(clock)))
    }
    apply(text, changed, sharing: played)
  }
}

/// What tells that a program moved the host though it failed.
private struct HostSigns: Equatable {
  private let clock: Int64
  private let sysctls: [String: Int]
  private let fileChanges: Int

  init(_ shell: Shell) {
    clock = shell.host.clock
    sysctls = shell.host.namespace.sysctls
    fileChanges = shell.hostFiles.changes
  }
}

extension SentPacket {
  /// As a capture would hold it.
  fileprivate func captured(_ text: String, _ linkType: LinkType, isAbsolute: Bool) -> CapturedPacket {
    var packet = CapturedPacket(
      number: 0, time: Timestamp(nanoseconds: clock, isAbsolute: isAbsolute), linkType: linkType,
      bytes: walk.initialBytes, provenance: Provenance(file: "prompt"))
    packet.interface = walk.interface.isEmpty ? nil : walk.interface
    packet.direction = walk.direction == "out" ? .outgoing : .incoming
    packet.comments = ["sent by \(text)"]
    return packet
  }
}

extension ShellScript.Pipeline {
  /// Its programs as they could be typed.
  fileprivate var text: String {
    programs.map { $0.words.map(\.quoted).joined(separator: " ") }.joined(separator: " | ")
  }
}

extension String {
  /// In single quotes where the shell would take it apart.
  fileprivate var quoted: String {
    !isEmpty && allSatisfy({ $0.isLetter || $0.isNumber || "-_./:,=!+%@".contains($0) })
      ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}
