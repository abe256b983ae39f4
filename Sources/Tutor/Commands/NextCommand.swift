import Simulation

/// `next`: one step on.
enum NextCommand: Command {
  static let name = "next"
  static let example = "next 3"
  static let aliases = ["n"]
  private static let limit = 100_000

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    var count = 1
    if let word = arguments.first {
      guard let number = Int(word), (1...limit).contains(number) else {
        output.add(session.phrases.say(.badArgument(command: name, given: word, expected: "next 5")), .error)
        return
      }
      count = number
    }
    guard session.open == nil else {
      output.add(session.phrases.say(.questionPending), .note)
      return
    }
    switch session.mode {
    case .welcome: output.add(session.phrases.say(.nothingToStep), .note)
    case .quiz: session.nextQuizQuestion(&output)
    case .review: session.nextReviewQuestion(&output)
    case .lesson:
      for _ in 1..<max(2, count) where session.open == nil && count > 1 {
        var passed = Output()
        session.advanceLesson(&passed)
        if session.open != nil { output.append(passed) } else { output.effects += passed.effects }
      }
      if session.open == nil { session.advanceLesson(&output) }
    case .capture:
      var left = count
      session.advance(
        until: { _ in
          left -= 1
          return left <= 0
        }, &output)
    }
  }
}
