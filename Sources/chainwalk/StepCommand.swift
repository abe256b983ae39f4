import ArgumentParser
import Capture
import Netfilter
import Simulation
import Terminal
import Tutor

/// `chainwalk step`: one's own packets through one's own rules.
struct StepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step",
    abstract: "Step your own packets through your own rules.",
    discussion: """
      Examples:
        chainwalk step capture.pcap --rules /etc/iptables/rules.v4
        chainwalk step capture.pcap --rules rules.v4 --host host.yaml --packet 17
        printf 'until verdict\\nwhy\\n' |
          chainwalk step trace.txt --rules rules.v4 --watch
      """)

  @OptionGroup var scenario: ScenarioOptions
  @Option(help: "Begin at this packet.") var packet = 1
  @Option(help: ArgumentHelp(ScenarioOptions.seedHelp, valueName: "number")) var seed: UInt64?
  @OptionGroup var options: TutorOptions

  func run() throws {
    try OwnScenario.checkRecording(scenario, options)
    guard seed == nil || options.record == nil else {
      throw CommandFailure("--record does not go with --seed: put `seed:` in host.yaml, and give that")
    }
    let setting = try options.resolved()
    var scenario = try OwnScenario.load(scenario, setting.display)
    if let seed { scenario.host.seed = seed }
    guard packet >= 1, packet <= max(1, scenario.packets.count) else {
      throw CommandFailure("there is no packet \(packet); \(self.scenario.capture) has \(scenario.packets.count)")
    }
    let subject = Transcript.Subject.step(
      capture: self.scenario.capture, rules: self.scenario.rules, host: self.scenario.host, packet: packet,
      scenario.content)
    var runner = SessionRunner(
      Session(library: try LessonFolders.library(), options: setting.options, files: WorkingFolder()), setting,
      header: Transcript.Header(subject: subject, options: setting.options), progress: nil)
    try runner.run(record: options.record, inView: true) { $0.step(scenario, from: packet - 1) }
  }
}

/// A scenario of the learner's own files.
enum OwnScenario {
  /// Reads the files that the options name; a large capture shows on standard error how far it has come.
  static func load(_ options: ScenarioOptions, _ display: Display) throws(CommandFailure) -> Scenario {
    try load(
      capture: options.capture, rules: options.rules, host: options.host, sets: options.sets,
      named: (options.capture, options.rules, options.host), ProgressBar("packets", plain: display.isPlain))
  }

  /// A transcript names its capture, rules and host: sets must stand with the host for it to be played again.
  static func checkRecording(_ scenario: ScenarioOptions, _ options: TutorOptions) throws(CommandFailure) {
    guard options.record != nil, scenario.sets != nil else { return }
    throw CommandFailure("--record does not go with --sets: put the sets under `sets:` in host.yaml, and give that")
  }

  /// Reads the files; messages and what is shown use the names given.
  static func load(
    capture: String, rules: String, host: String?, sets: String? = nil,
    named names: (capture: String, rules: String, host: String?), _ progress: ProgressBar? = nil
  ) throws(CommandFailure) -> Scenario {
    let rulesText = try Inputs.text(of: rules)
    let captured = try Inputs.bytes(of: capture)
    var files = ["rules": Array(rulesText.utf8), "capture": captured]
    do {
      var given: HostDescription?
      if let host {
        let text = try Inputs.text(of: host)
        files["host"] = Array(text.utf8)
        given = try HostDescription(yaml: text, file: names.host ?? host)
      }
      let catalog = try Inputs.sets(sets, of: given, host)
      if !catalog.isEmpty { files["sets"] = Array(catalog.source.utf8) }
      let ruleset = try Ruleset(parsing: rulesText, file: names.rules, sets: catalog)
      var packets: [CapturedPacket] = []
      var reader = try openCapture(bytes: captured, named: names.capture)
      while let packet = try reader.next() {
        packets.append(packet)
        progress?.advance(reader.totalBytes.flatMap { $0 > 0 ? Double(reader.bytesRead) / Double($0) : nil })
      }
      progress?.finish()
      guard !packets.isEmpty else { throw CommandFailure("\(names.capture): holds no packet") }
      let description = HostDescription(given, ruleset, from: packets)
      return Scenario(ruleset: ruleset, packets: packets, host: description, content: ContentHash(files: files))
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("\(error)")
    }
  }
}
