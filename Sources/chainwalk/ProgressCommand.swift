import ArgumentParser
import Glibc
import Tutor

/// `chainwalk progress`: the learner's progress, to look at and to carry to another machine.
struct ProgressCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "progress",
    abstract: "Your progress: show it, write it out, take it in.",
    subcommands: [Show.self, Export.self, Import.self],
    defaultSubcommand: Show.self)

  /// The log's file, or why there is none.
  fileprivate static func file() throws(CommandFailure) -> ProgressFile {
    guard let file = ProgressFile() else {
      throw CommandFailure("there is no place to keep progress; set HOME or XDG_STATE_HOME")
    }
    return file
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Lessons, answers and what is due again.")

    @OptionGroup var options: SpeechOptions

    func run() throws {
      let file = try ProgressCommand.file()
      let log = file.read()
      let setting = try options.resolved()
      var session = Session(library: try LessonFolders.library(), options: setting.options, memory: log.memory)
      session.now = Int64(time(nil))
      StandardOutput.write(setting.display.text(session.standing(of: log, in: file.path)).utf8)
    }
  }

  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Write the whole log to standard output.",
      discussion: """
        Example:
          chainwalk progress export > progress.ndjson
        """)

    func run() throws {
      StandardOutput.write(try ProgressCommand.file().bytes)
    }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Add what another log holds and this one does not.",
      discussion: """
        Lines that are here already are not added again, so importing twice does no harm.

        Example:
          chainwalk progress import progress.ndjson
        """)

    @Argument(help: "A log that export has written; - for standard input.", completion: .file()) var log: String

    func run() throws {
      let text = String(decoding: try Inputs.bytes(of: log), as: UTF8.self)
      let given = ProgressLog(text)
      guard !given.entries.isEmpty else {
        throw CommandFailure("\(log):1: expected the lines of a progress log, as chainwalk progress export writes them")
      }
      let file = try ProgressCommand.file()
      let added = ProgressLog.missing(from: String(decoding: file.bytes, as: UTF8.self), of: text)
      try file.append(lines: added)
      let unread = given.passedOver == 0 ? "" : ", \(given.passedOver) that cannot be read kept as they are"
      StandardOutput.write("\(added.count) lines added\(unread)\n".utf8)
    }
  }
}
