import ArgumentParser
import Simulation
import Tutor

/// `chainwalk quiz`: questions about one's own rules and packets.
struct QuizCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quiz",
    abstract: "Questions about your own packets and rules, answered by the engine.",
    discussion: """
      Example:
        chainwalk quiz capture.pcap --rules rules.v4 --count 12 --seed 7
      """)

  @OptionGroup var scenario: ScenarioOptions
  @Option(help: "How many questions.") var count = 10
  @Option(help: "The same seed gives the same questions.") var seed: UInt64?
  @OptionGroup var options: TutorOptions

  func validate() throws {
    guard (1...1000).contains(count) else { throw ValidationError("--count: expected 1 to 1000") }
  }

  func run() throws {
    try OwnScenario.checkRecording(scenario, options)
    let setting = try options.resolved()
    let scenario = try OwnScenario.load(scenario, setting.display)
    let seed = seed ?? UInt64.random(in: 1...999_999)
    let subject = Transcript.Subject.quiz(
      capture: self.scenario.capture, rules: self.scenario.rules, host: self.scenario.host, count: count, seed: seed,
      scenario.content)
    var runner = SessionRunner(
      Session(library: Library(), options: setting.options, files: WorkingFolder()), setting,
      header: Transcript.Header(subject: subject, options: setting.options), progress: ProgressFile())
    try runner.run(record: options.record) { $0.quiz(scenario, count: count, seed: seed) }
  }
}
