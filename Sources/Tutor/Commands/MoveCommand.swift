import Simulation

/// `move packet N to M`.
enum MoveCommand: Command {
  static let name = "move"
  static let example = "move packet 2 to 1"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard var scenario = session.scenarioToEdit(&output) else { return }
    let words = arguments.filter { $0.lowercased() != "to" }
    guard words.count == 3, words[0].lowercased() == "packet", let number = Int(words[1]), let place = Int(words[2])
    else {
      output.add(
        session.phrases.say(
          .badArgument(command: name, given: arguments.joined(separator: " "), expected: "move packet 2 to 1")), .error)
      return
    }
    for index in [number, place] where !scenario.packets.indices.contains(index - 1) {
      output.add(session.phrases.say(.noSuchPacket(index, count: scenario.packets.count)), .error)
      return
    }
    scenario.move(number - 1, to: place - 1)
    let text = session.line
    _ = session.change { experiment -> Void? in
      experiment.apply(text, scenario, sharing: min(number, place) - 1)
    }
    output.add(session.phrases.say(.moved(number, to: place)), .note)
  }
}
