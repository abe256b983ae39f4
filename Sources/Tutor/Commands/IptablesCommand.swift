import Simulation

/// `iptables ...` is the host's program; only `iptables restore`, which it does not have, brings the first rules back.
enum IptablesCommand: Command {
  static let name = "iptables"
  static let example = "iptables -I INPUT 3 -m state --state INVALID -j DROP"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard arguments == ["restore"] else { return session.runProgram(&output) }
    guard let experiment = session.experiment else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    let text = session.line
    _ = session.change { changed -> Void? in
      changed.apply(text, experiment.scenario.with(experiment.original.ruleset))
    }
    output.add(session.phrases.say(.rulesRestored), .note)
  }
}
