/// `quit`.
enum QuitCommand: Command {
  static let name = "quit"
  static let aliases = ["q", "exit"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    output.add(session.phrases.say(.goodbye), .note)
    output.effects.append(.quit)
  }
}
