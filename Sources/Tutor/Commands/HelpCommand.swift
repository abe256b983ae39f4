import Simulation

/// `help [COMMAND]`.
enum HelpCommand: Command {
  static let name = "help"
  static let aliases = ["?"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    let words = arguments.map { $0.lowercased() }
    guard let word = words.first else {
      for command in Commands.all {
        let help = session.phrases.help(command.name)
        output.add(lines: [Layout.cut(Layout.pad(help.usage, to: 27) + " " + help.summary)], .plain)
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
      output.add(session.phrases.say(.unknownCommand(word, nearest: Commands.nearest(to: word))), .error)
      return
    }
    let topics = command.name == WhyCommand.name ? [command.name, "why not"] : [command.name]
    for help in topics.map(session.phrases.help) {
      output.add(help.usage, .heading)
      output.add(help.summary, .prose, indent: 2)
      if !help.detail.isEmpty { output.add(help.detail, .prose, indent: 2) }
    }
  }
}
