import ArgumentParser
import Capture
import Netfilter
import Simulation
import Tutor

/// `chainwalk step`: one's own packets through one's own rules.
struct StepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step",
    abstract: "Step your own packets through your own rules.",
    discussion: """
      Examples:
        chainwalk step capture.pcap --rules /etc/iptables/rules.v4
        printf 'until verdict\\nwhy\\n' | chainwalk step trace.txt --rules rules.v4 --watch
      """)

  @OptionGroup var scenario: ScenarioOptions
  @Option(help: "Begin at this packet.") var packet = 1
  @OptionGroup var options: TutorOptions

  func run() throws {
    let scenario = try OwnScenario.load(scenario)
    guard packet >= 1, packet <= max(1, scenario.packets.count) else {
      throw CommandFailure("there is no packet \(packet); \(self.scenario.capture) has \(scenario.packets.count)")
    }
    let subject = Transcript.Subject.step(
      capture: self.scenario.capture, rules: self.scenario.rules, host: self.scenario.host, packet: packet,
      scenario.content)
    var runner = SessionRunner(
      Session(library: try LessonFolders.library(), options: options.session, files: WorkingFolder()),
      header: Transcript.Header(subject: subject, options: options.session), progress: nil)
    try runner.run(record: options.record) { $0.step(scenario, from: packet - 1) }
  }
}

/// A scenario of the learner's own files.
enum OwnScenario {
  static func load(_ options: ScenarioOptions) throws(CommandFailure) -> Scenario {
    try load(
      capture: options.capture, rules: options.rules, host: options.host,
      named: (options.capture, options.rules, options.host))
  }

  /// Reads the files; messages and what is shown use the names given.
  static func load(
    capture: String, rules: String, host: String?, named names: (capture: String, rules: String, host: String?)
  ) throws(CommandFailure) -> Scenario {
    let rulesText = try Inputs.text(of: rules)
    let captured = try Inputs.bytes(of: capture)
    var files = ["rules": Array(rulesText.utf8), "capture": captured]
    do {
      let ruleset = try Ruleset(parsing: rulesText, file: names.rules)
      var packets: [CapturedPacket] = []
      var reader = try openCapture(bytes: captured, named: names.capture)
      while let packet = try reader.next() { packets.append(packet) }
      guard !packets.isEmpty else { throw CommandFailure("\(names.capture): holds no packet") }
      let description: HostDescription
      if let host {
        let text = try Inputs.text(of: host)
        files["host"] = Array(text.utf8)
        description = try HostDescription(yaml: text, file: names.host ?? host)
      } else {
        var inference = HostInference(ruleset)
        for packet in packets.prefix(1000) { inference.weigh(packet) }
        description = inference.host
      }
      return Scenario(ruleset: ruleset, packets: packets, host: description, content: ContentHash(files: files))
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("\(error)")
    }
  }
}
