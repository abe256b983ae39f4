import Simulation

/// `iptables ...` is the host's program; only `iptables restore`, which it does not have, brings the first rules back.
enum IptablesCommand: Command {
  static let name = "iptables"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard arguments == ["restore"] else { return session.runProgram(&output) }
    guard let experiment = session.experiment else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    session.experiment?.apply(session.line, experiment.scenario.with(experiment.original.ruleset))
    session.settle()
    output.add(session.phrases.say(.rulesRestored), .note)
  }
}
