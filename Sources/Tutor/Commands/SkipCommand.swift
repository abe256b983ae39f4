/// `skip`: shows the answer of the open question; without one, passes over the rest of a lesson's walk.
enum SkipCommand: Command {
  static let name = "skip"
  static let aliases = ["s"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    if session.open != nil {
      session.skip(&output)
      return
    }
    guard case .lesson(var run) = session.mode else {
      output.add(session.phrases.say(.noQuestion), .error)
      return
    }
    if let target = run.target { session.position = target }
    run.target = nil
    session.mode = .lesson(run)
    session.nextLessonStep(&output)
  }
}
