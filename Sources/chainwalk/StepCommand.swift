import ArgumentParser
import Capture
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
      capture: self.scenario.capture, rules: self.scenario.rules, host: self.scenario.host, packet: packet, scenario.content)
    var runner = SessionRunner(
      Session(library: try LessonFolders.library(), options: options.session),
      header: Transcript.Header(subject: subject, options: options.session), progress: nil)
    try runner.run(record: options.record) { $0.step(scenario, from: packet - 1) }
  }
}

/// A scenario of the learner's own files.
enum OwnScenario {
  static func load(_ options: ScenarioOptions) throws(CommandFailure) -> Scenario {
    let ruleset = try Inputs.ruleset(options.rules)
    let capture = try Inputs.bytes(of: options.capture)
    var packets: [CapturedPacket] = []
    do {
      var reader = try openCapture(bytes: capture, named: options.capture)
      while let packet = try reader.next() { packets.append(packet) }
    } catch {
      throw CommandFailure(error)
    }
    guard !packets.isEmpty else { throw CommandFailure("\(options.capture): holds no packet") }
    var files = ["rules": Array(try Inputs.text(of: options.rules).utf8), "capture": capture]
    let host: HostDescription
    if let path = options.host {
      host = try Inputs.host(path)
      files["host"] = Array(try Inputs.text(of: path).utf8)
    } else {
      var inference = HostInference(ruleset)
      for packet in packets.prefix(1000) { inference.weigh(packet) }
      host = inference.host
    }
    return Scenario(ruleset: ruleset, packets: packets, host: host, content: ContentHash(files: files))
  }
}
