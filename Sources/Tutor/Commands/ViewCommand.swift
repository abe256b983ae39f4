/// `view`: the stepping view, which takes the whole screen and needs no Enter.
enum ViewCommand: Command {
  static let name = "view"
  static let aliases = ["v"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard !session.options.isPlain else {
      output.add(session.phrases.say(.noView), .note)
      return
    }
    guard session.history != nil else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    output.effects.append(.view)
  }
}
