import ArgumentParser
import Tutor

/// `chainwalk grade`: a class's transcripts as a table.
struct GradeCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, junit }

  static let configuration = CommandConfiguration(
    commandName: "grade",
    abstract: "Run learners' transcripts again and tell what they are worth.",
    discussion: """
      A record that was edited by hand is refused, since the run disagrees with it.

      Example:
        chainwalk grade class/ --format json
      """)

  @Argument(help: "Transcripts, or folders that hold them.", completion: .file()) var transcripts: [String]
  @Option(help: "text, json or junit (JUnit's XML).") var format = Format.text

  @OptionGroup var display: DisplayOptions

  func run() throws {
    let printer = try PeoplePrinter(display, counting: "transcripts")
    let files = try TranscriptFiles.all(in: transcripts)
    let library = try LessonFolders.library()
    let grades = TranscriptFiles.inParallel(files, printer.progress) { TranscriptFiles.grade($0, library) }
    switch format {
    case .text: printer.write(GradeReport.text(grades))
    case .json: StandardOutput.write(GradeReport.json(grades).utf8)
    case .junit: StandardOutput.write(GradeReport.junit(grades).utf8)
    }
    if grades.contains(where: { $0.problem != nil }) { throw CommandFailure("", status: CommandFailure.differs) }
  }
}
