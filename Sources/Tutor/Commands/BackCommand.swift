import Simulation

/// `back [N]`, `back rule`: one step back, or one rule; everything is recorded, so nothing changes by it.
enum BackCommand: Command {
  static let name = "back"
  static let example = "back rule"
  static let aliases = ["b"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    if arguments.first?.lowercased() == "rule" { return backByRule(&session, &output) }
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

  /// Back to the first step of the rule before this one, in this packet or one before it.
  private static func backByRule(_ session: inout Session, _ output: inout Output) {
    guard let history = session.history, let start = session.position else {
      output.add(session.phrases.say(session.history == nil ? .nothingToStep : .atStart), .note)
      return
    }
    let here = session.step?.place
    var before = history.position(before: start)
    while let place = before, !Interruption.isAsked, history[place]?.place == nil || history[place]?.place == here {
      before = history.position(before: place)
    }
    guard var found = before, let place = history[found]?.place else {
      output.add(session.phrases.say(.atStart), .note)
      return
    }
    while let earlier = history.position(before: found), history[earlier]?.place == place { found = earlier }
    session.open = nil
    session.position = found
    session.showStep(&output)
  }

  /// Within a lesson's walk, with something behind.
  private static func isWalking(_ run: LessonRun, _ session: Session) -> Bool {
    guard run.target != nil, let position = session.position else { return false }
    return position.step > 0
  }
}
