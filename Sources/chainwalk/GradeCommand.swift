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

  func run() throws {
    let files = try TranscriptFiles.all(in: transcripts)
    let library = try LessonFolders.library()
    let grades = TranscriptFiles.inParallel(files) { TranscriptFiles.grade($0, library) }
    switch format {
    case .text: StandardOutput.write(GradeReport.text(grades).utf8)
    case .json: StandardOutput.write(GradeReport.json(grades).utf8)
    case .junit: StandardOutput.write(GradeReport.junit(grades).utf8)
    }
    if grades.contains(where: { $0.problem != nil }) { throw CommandFailure("", status: CommandFailure.differs) }
  }
}
