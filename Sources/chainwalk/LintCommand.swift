import ArgumentParser
import Tutor

/// `chainwalk lint`: proves lessons.
struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Prove lessons: every answer recomputed, every distractor wrong, every hint there.",
    discussion: """
      Without a name, all lessons.

      Example:
        chainwalk lint the-stray-reset
      """)

  @Argument(help: "Lessons by id or number.") var lessons: [String] = []

  func run() throws {
    let library = try LessonFolders.library()
    guard !library.folders.isEmpty else { throw CommandFailure("there are no lessons to prove") }
    var names: Set<String> = []
    for name in lessons {
      guard let folder = library[name] else { throw CommandFailure("there is no lesson `\(name)`") }
      names.insert(folder.id)
    }
    let lint = Lint(library, only: names)
    for finding in lint.findings { StandardOutput.write("\(finding)\n".utf8) }
    let count = names.isEmpty ? library.folders.count : names.count
    StandardOutput.write(
      "\(count) lessons, \(lint.stepCount) steps, \(lint.questionCount) questions: \(lint.findings.count) findings\n"
        .utf8)
    if !lint.findings.isEmpty { throw CommandFailure("", status: CommandFailure.differs) }
  }
}
