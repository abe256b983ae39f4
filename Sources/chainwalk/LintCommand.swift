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

  @Argument(help: "Lessons by id or number.", completion: LessonFolders.completion) var lessons: [String] = []

  @OptionGroup var display: DisplayOptions

  func run() throws {
    let printer = try PeoplePrinter(display, counting: "lessons")
    let library = try LessonFolders.library()
    guard !library.folders.isEmpty else { throw CommandFailure("there are no lessons to prove") }
    var names: Set<String> = []
    for name in lessons {
      guard let folder = library[name] else { throw CommandFailure("there is no lesson `\(name)`") }
      names.insert(folder.id)
    }
    let total = names.isEmpty ? library.folders.count : names.count
    var proved = 0
    let lint = Lint(library, only: names) {
      proved += 1
      printer.progress.advance(Double(proved) / Double(max(1, total)))
    }
    for finding in lint.findings { printer.write("\(finding)\n") { _ in .wrong } }
    printer.write(
      "\(total) lessons, \(lint.stepCount) steps, \(lint.questionCount) questions: \(lint.findings.count) findings\n")
    if !lint.findings.isEmpty { throw CommandFailure("", status: CommandFailure.differs) }
  }
}
