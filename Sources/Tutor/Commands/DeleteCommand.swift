import Simulation

/// `delete packet N`.
enum DeleteCommand: Command {
  static let name = "delete"
  static let example = "delete packet 2"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard var scenario = session.scenarioToEdit(&output) else { return }
    guard arguments.count == 2, arguments[0].lowercased() == "packet", let number = Int(arguments[1]) else {
      output.add(
        session.phrases.say(
          .badArgument(command: name, given: arguments.joined(separator: " "), expected: "delete packet 2")), .error)
      return
    }
    guard scenario.packets.indices.contains(number - 1) else {
      output.add(session.phrases.say(.noSuchPacket(number, count: scenario.packets.count)), .error)
      return
    }
    scenario.delete(number - 1)
    let text = session.line
    _ = session.change { experiment -> Void? in experiment.apply(text, scenario, sharing: number - 1) }
    output.add(session.phrases.say(.deleted(number)), .note)
  }
}
