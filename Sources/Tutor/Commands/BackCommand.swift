import Simulation

/// `back`: one step back; everything is recorded, so nothing changes by it.
enum BackCommand: Command {
  static let name = "back"
  static let aliases = ["b"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    var count = 1
    if let word = arguments.first {
      guard let number = Int(word), (1...100_000).contains(number) else {
        output.add(session.phrases.say(.badArgument(command: name, given: word, expected: "back 5")), .error)
        return
      }
      count = number
    }
    if case .lesson(let run) = session.mode, session.open != nil || !isWalking(run, session) {
      if !session.previousLessonStep(&output) { output.add(session.phrases.say(.atStart), .note) }
      return
    }
    session.open = nil
    var hasMoved = false
    for _ in 0..<count where session.retreat() { hasMoved = true }
    if hasMoved { session.showStep(&output) } else { output.add(session.phrases.say(.atStart), .note) }
  }

  /// Within a lesson's walk, with something behind.
  private static func isWalking(_ run: LessonRun, _ session: Session) -> Bool {
    guard run.target != nil, let position = session.position else { return false }
    return position.step > 0
  }
}
