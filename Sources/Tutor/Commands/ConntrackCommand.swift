import Simulation

/// `conntrack` alone is short for `conntrack -L`; with options it is the host's program.
enum ConntrackCommand: Command {
  static let name = "conntrack"
  static let example = "conntrack -L"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    if arguments.isEmpty { session.line = "conntrack -L" }
    session.runProgram(&output)
  }
}
