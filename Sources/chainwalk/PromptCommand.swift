import ArgumentParser
import Simulation
import Tutor

/// `chainwalk` alone: the tutor's prompt.
struct PromptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prompt", abstract: "The tutor's prompt: lessons, progress, and where you left off.",
    shouldDisplay: false)

  @OptionGroup var options: TutorOptions

  func run() throws {
    let setting = try options.resolved()
    let progress = ProgressFile()
    let session = Session(
      library: try LessonFolders.library(), options: setting.options,
      memory: progress?.read().memory ?? LearnerMemory(), files: WorkingFolder())
    let header = Transcript.Header(subject: .prompt, options: setting.options)
    var runner = SessionRunner(session, setting, header: header, progress: progress)
    try runner.run(record: options.record) { $0.welcome() }
  }
}
