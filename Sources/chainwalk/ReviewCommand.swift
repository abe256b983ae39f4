import ArgumentParser
import Glibc
import Tutor

/// `chainwalk review`: what was missed and is due again.
struct ReviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review",
    abstract: "Questions you missed, when they are due again, on fresh packets.",
    discussion: """
      What you answer well comes back later and later; what you miss comes back the next day.

      Example:
        chainwalk review --language ja
      """)

  @OptionGroup var options: TutorOptions

  func run() throws {
    let setting = try options.resolved()
    let progress = ProgressFile()
    let memory = progress?.read().memory ?? LearnerMemory()
    let session = Session(library: try LessonFolders.library(), options: setting.options, memory: memory)
    let header = Transcript.Header(subject: .review, options: setting.options)
    // With nothing due there is nothing to wait for.
    guard !memory.deck.due(at: Int64(time(nil))).isEmpty else {
      var idle = session
      idle.now = Int64(time(nil))
      StandardOutput.write(setting.display.text(idle.review()).utf8)
      return
    }
    var runner = SessionRunner(session, setting, header: header, progress: progress)
    try runner.run(record: options.record) { $0.review() }
  }
}
