import Simulation

/// `conntrack`: connection tracking's table after the packet at hand.
enum ConntrackCommand: Command {
  static let name = "conntrack"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let record = session.record else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    guard session.open == nil else {
      output.add(session.phrases.say(.questionPending), .note)
      return
    }
    if record.connections.isEmpty { output.add(session.phrases.say(.noConnections), .note) }
    for line in record.connections { output.add(line, .plain) }
  }
}
