import Simulation

/// `help [COMMAND]`.
enum HelpCommand: Command {
  static let name = "help"
  static let example = "help until"
  static let aliases = ["?"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    let words = arguments.map { $0.lowercased() }
    guard let word = words.first else {
      for command in Commands.all {
        let help = session.phrases.help(command.name)
        add(help, session, &output)
      }
      output.add(session.phrases.say(.programs(ShellCommands.names)), .plain)
      return
    }
    guard let command = Commands[word] else {
      if let program = ShellCommands[word] {
        let help = session.phrases.help(program)
        output.add(help.usage, .heading)
        output.add(help.summary, .prose, indent: 2)
        output.add(help.detail, .prose, indent: 2)
        return
      }
      output.add(session.phrases.say(.unknownCommand(word, nearest: Commands.nearest(to: [word]))), .error)
      return
    }
    let topics = command.name == WhyCommand.name ? [command.name, "why not"] : [command.name]
    for (index, help) in topics.map(session.phrases.help).enumerated() {
      output.add(help.usage, .heading)
      output.add(help.summary, .prose, indent: 2)
      if !help.detail.isEmpty { output.add(help.detail, .prose, indent: 2) }
      if index == 0 { output.add(session.phrases.say(.example(command.example)), .prose, indent: 2) }
    }
  }

  /// Columns of the usage in the list; one that is longer has its summary on the next line.
  private static let width = 27

  private static func add(_ help: CommandHelp, _ session: Session, _ output: inout Output) {
    if session.options.isPlain {
      output.add("\(help.usage): \(help.summary)", .plain)
      return
    }
    let narrow = [help.usage, "    " + help.summary]
    let blanks = String(repeating: " ", count: width + 1)
    guard Layout.columns(help.usage) > width else {
      output.add(row: Layout.pad(help.usage, to: width) + " " + help.summary, narrow: narrow, .plain)
      return
    }
    output.add(row: help.usage, narrow: narrow, .plain)
    output.add(row: blanks + help.summary, narrow: [], .plain)
  }
}
