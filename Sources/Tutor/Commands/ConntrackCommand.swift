import Simulation

/// `conntrack`: connection tracking's table after the packet at hand.
enum ConntrackCommand: Command {
  static let name = "conntrack"
  private static let limit = 200

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let history = session.history, let position = session.position else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    guard session.open == nil else {
      output.add(session.phrases.say(.questionPending), .note)
      return
    }
    let lines = history.connections(after: position.packet)
    if lines.isEmpty { output.add(session.phrases.say(.noConnections), .note) }
    for line in lines.prefix(limit) { output.add(line, .plain) }
    if lines.count > limit { output.add(session.phrases.say(.more(lines.count - limit)), .note) }
  }
}
