import Simulation

/// `answer X`: to the open question.
enum AnswerCommand: Command {
  static let name = "answer"
  static let example = "answer d"
  static let aliases = ["a"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    session.answer(arguments.joined(separator: " "), &output)
  }
}
