import ArgumentParser
import Simulation
import Tutor

/// `chainwalk lesson [ID|NUMBER]`.
struct LessonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lesson",
    abstract: "Take a lesson.",
    discussion: """
      Without a name, the first lesson that is not finished. Lines may also come from a pipe.

      Examples:
        chainwalk lesson the-stray-reset
        chainwalk lesson 8 --language ja --record mine.txt
      """)

  @Argument(help: "The lesson's id or number.", completion: LessonFolders.completion) var lesson: String?

  @OptionGroup var options: TutorOptions

  func run() throws {
    let setting = try options.resolved()
    let library = try LessonFolders.library()
    let progress = ProgressFile()
    let memory = progress?.read().memory ?? LearnerMemory()
    guard
      let name = lesson ?? library.folders.first(where: { !memory.finished.contains($0.id) })?.id
        ?? library.folders.first?.id
    else {
      throw CommandFailure("there are no lessons; set CHAINWALK_LESSONS to the folder that holds them")
    }
    guard let folder = library[name] else {
      throw CommandFailure("there is no lesson `\(name)`; chainwalk lessons lists them")
    }
    let taken = try Inputs.located { () throws(LessonError) in try folder.lesson() }
    let header = Transcript.Header(subject: .lesson(taken.id, taken.content), options: setting.options)
    var runner = SessionRunner(
      Session(library: library, options: setting.options, memory: memory, files: WorkingFolder()), setting,
      header: header, progress: progress)
    try runner.run(record: options.record) { $0.begin(taken) }
  }
}
