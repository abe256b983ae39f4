import Simulation

/// `diff`: what the changes so far have changed. `diff last`: the last one alone. `diff all`: without a limit.
enum DiffCommand: Command {
  static let name = "diff"
  static let example = "diff last"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let experiment = session.experiment else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    let words = arguments.map { $0.lowercased() }
    guard words.allSatisfy({ ["last", "all"].contains($0) }) else {
      let given = arguments.joined(separator: " ")
      output.add(
        session.phrases.say(.badArgument(command: name, given: given, expected: "diff, diff last or diff all")), .error)
      return
    }
    guard !experiment.edits.isEmpty else {
      output.add(session.phrases.say(.noEdits), .note)
      return
    }
    var view = DifferenceView(
      difference: experiment.difference(sinceLastEdit: words.contains("last")), phrases: session.phrases,
      isPlain: session.options.isPlain)
    if words.contains("all") { view.limit = .max }
    view.show(&output)
  }
}
