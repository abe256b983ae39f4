import Simulation

/// `until packet`, `until rule`, `until verdict`: on to the next one, stopping at questions.
enum UntilCommand: Command {
  static let name = "until"
  static let example = "until verdict"
  static let aliases = ["u"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard session.history != nil else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    guard session.open == nil else {
      output.add(session.phrases.say(.questionPending), .note)
      return
    }
    let start = session.step
    let isWanted: (Step) -> Bool
    switch arguments.first?.lowercased() {
    case "packet": isWanted = { $0.packet != (start?.packet ?? -1) }
    case "rule": isWanted = { $0.place != nil && $0.place != start?.place }
    case "verdict": isWanted = \.isVerdict
    default:
      output.add(
        session.phrases.say(
          .badArgument(
            command: name, given: arguments.joined(separator: " "),
            expected: "until packet, until rule or until verdict")),
        .error)
      return
    }
    session.advance(until: isWanted, &output)
  }
}
