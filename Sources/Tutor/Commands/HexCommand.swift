import Simulation

/// `hex`: the whole packet, not only the rows around the bytes at hand.
enum HexCommand: Command {
  static let name = "hex"
  static let aliases = ["x"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    if let question = session.open?.question {
      session.showDump(question.kind.view.bytes, question.kind.view.marks, rows: .max / 2, &output)
      return
    }
    guard let step = session.step else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    session.showDump(step.bytes, step.marks, rows: .max / 2, &output)
  }
}
