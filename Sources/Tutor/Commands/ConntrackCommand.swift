import Simulation

/// `conntrack` alone is short for `conntrack -L`; with options it is the host's program.
enum ConntrackCommand: Command {
  static let name = "conntrack"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard ShellCommands[name] == nil else {
      if arguments.isEmpty { session.line = "conntrack -L" }
      return session.runProgram(&output)
    }
    guard let history = session.history else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    let lines = history.look(at: session.position, files: session.files) { $0.host.namespace.tracker?.lines ?? [] }
    if lines.isEmpty { output.add(session.phrases.say(.noConnections), .note) }
    output.add(lines: lines, .plain)
  }
}
