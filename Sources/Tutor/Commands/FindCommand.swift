import Netfilter
import Simulation

/// `find TEXT`: on to the next step that tells of it, in a field's name, a rule or a sentence; alone, the same again.
enum FindCommand: Command {
  static let name = "find"
  static let example = "find REJECT"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let history = session.history else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    guard session.open == nil else {
      output.add(session.phrases.say(.questionPending), .note)
      return
    }
    guard let wanted = arguments.isEmpty ? session.wanted : arguments.joined(separator: " ").lowercased() else {
      output.add(session.phrases.say(.badArgument(command: name, given: "", expected: "find dport")), .error)
      return
    }
    session.wanted = wanted
    let start = session.position.map { history.position(after: $0) } ?? Position(packet: 0, step: 0)
    var distance = 1
    var place = start
    while let position = place, let step = history[position], !Interruption.isAsked {
      if text(of: step, session).contains(wanted) {
        // Questions on the way there are put all the same.
        session.advance(
          until: { _ in
            distance -= 1
            return distance <= 0
          }, &output)
        return
      }
      distance += 1
      place = history.position(after: position)
    }
    output.add(session.phrases.say(.notFound(wanted)), .note)
  }

  /// All that a step says, lower case.
  private static func text(of step: Step, _ session: Session) -> String {
    (session.phrases.sentences(step) + [step.visit?.text ?? ""]).joined(separator: " ").lowercased()
  }
}
