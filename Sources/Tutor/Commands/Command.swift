import Netfilter
import Simulation

/// Something the learner can type. One file a command, one line in `Commands`.
package protocol Command: Sendable {
  /// As typed and as `Phrases.help` knows it.
  static var name: String { get }
  /// Short forms.
  static var aliases: [String] { get }
  /// One way to use it, which does something where the incident is stepped.
  static var example: String { get }
  /// Runs it; `arguments` are the words after its name.
  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output)
}

extension Command {
  package static var aliases: [String] { [] }
  package static var example: String { name }
}

/// All commands: adding one is a file and a line here, in the order that `help` lists them.
package enum Commands {
  package static let all: [any Command.Type] = [
    NextCommand.self,
    BackCommand.self,
    GotoCommand.self,
    UntilCommand.self,
    FindCommand.self,
    HexCommand.self,
    FieldsCommand.self,
    RulesCommand.self,
    WhyCommand.self,
    WhoCommand.self,
    AnswerCommand.self,
    HintCommand.self,
    SkipCommand.self,
    WatchCommand.self,
    ViewCommand.self,
    EditCommand.self,
    InsertCommand.self,
    DeleteCommand.self,
    MoveCommand.self,
    DiffCommand.self,
    UndoCommand.self,
    RedoCommand.self,
    EditsCommand.self,
    SaveCommand.self,
    LoadCommand.self,
    IptablesCommand.self,
    ConntrackCommand.self,
    LessonsCommand.self,
    LessonCommand.self,
    ReviewCommand.self,
    ResetCommand.self,
    RecordCommand.self,
    HelpCommand.self,
    QuitCommand.self,
  ]

  static let next: any Command.Type = NextCommand.self

  /// The command of that name or short form.
  package static subscript(word: String) -> (any Command.Type)? {
    all.first { $0.name == word || $0.aliases.contains(word) }
  }

  /// All names, for completion.
  package static var names: [String] { all.map { $0.name } }

  /// What was meant by words that begin with no command: what they are called elsewhere, else the name nearest to a
  /// misspelt one, if one is near.
  static func nearest(to words: [String]) -> String? {
    if let meaning = Habits.meaning(of: words) { return meaning }
    return words.first?.nearest(in: names + ["exit"] + ShellCommands.names).map { $0 == "exit" ? "quit" : $0 }
  }
}

extension String {
  /// The word of a list that begins with this one, or that is a slip away from it; two slips for six letters and more,
  /// none for two and fewer.
  package func nearest(in words: [String]) -> String? {
    guard count <= 40 else { return nil }
    let lower = lowercased()
    if let longer = words.first(where: { $0.hasPrefix(lower) && lower.count > 1 }) { return longer }
    let letters = Array(lower)
    let best = words.map { ($0, NearestWord.distance(letters, Array($0))) }.min { $0.1 < $1.1 }
    guard let best, best.1 <= (count > 5 ? 2 : count > 2 ? 1 : 0) else { return nil }
    return best.0
  }
}
