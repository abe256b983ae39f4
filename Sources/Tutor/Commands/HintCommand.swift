/// `hint`: the next of three.
enum HintCommand: Command {
  static let name = "hint"
  static let aliases = ["h"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) { session.hint(&output) }
}
