import Simulation
import Wire

/// `insert packet [after N] WORDS`: a packet of the learner's own making (`PacketSyntax`).
enum InsertCommand: Command {
  static let name = "insert"
  static let example = "insert packet after 1 tcp 192.0.2.1:1024 > 89.238.65.123:22 SYN seq 1"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard var scenario = session.scenarioToEdit(&output) else { return }
    var words = arguments
    guard words.count > 1, words.removeFirst().lowercased() == "packet" else {
      output.add(
        session.phrases.say(
          .badArgument(
            command: name, given: arguments.joined(separator: " "),
            expected: "insert packet tcp 192.0.2.1:1024 > 192.0.2.2:22 SYN")), .error)
      return
    }
    var after = session.position.map { $0.packet + 1 } ?? 0
    if words.first?.lowercased() == "after", words.count > 1 {
      guard let number = Int(words[1]), (0...scenario.packets.count).contains(number) else {
        output.add(session.phrases.say(.noSuchPacket(Int(words[1]) ?? 0, count: scenario.packets.count)), .error)
        return
      }
      after = number
      words.removeFirst(2)
    }
    do throws(PacketCommandError) {
      scenario.insert([.typed(try PacketSyntax.bytes(words), session.line, at: after, in: scenario)], at: after)
    } catch {
      output.add(session.phrases.say(.refused(error.message)), .error)
      return
    }
    let text = session.line
    _ = session.change { experiment -> Void? in experiment.apply(text, scenario, sharing: after) }
    output.add(session.phrases.say(.inserted(after + 1)), .note)
  }
}
