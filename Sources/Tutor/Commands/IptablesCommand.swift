import Netfilter
import Simulation

/// `iptables ...`: changes the rules; every packet is then walked again under the new ones.
enum IptablesCommand: Command {
  static let name = "iptables"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let history = session.history, let original = session.originalScenario else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    if arguments == ["restore"] {
      session.replay(original.with(original.ruleset))
      output.add(session.phrases.say(.rulesRestored), .note)
      return
    }
    guard !arguments.isEmpty else {
      RulesCommand.run([], &session, &output)
      return
    }
    do {
      let changed = try history.scenario.ruleset.applying(command: arguments.joined(separator: " "))
      session.replay(history.scenario.with(changed))
      output.add(session.phrases.say(.rulesChanged("iptables " + arguments.joined(separator: " "))), .note)
    } catch {
      output.add(session.phrases.say(.ruleRefused(error.message)), .error)
    }
  }
}

extension Session {
  /// Plays the packets again under other rules; the place stays where it was, as far as there is one.
  mutating func replay(_ scenario: Scenario) {
    let fresh = History(scenario)
    if let position {
      self.position = Position(
        packet: position.packet, step: min(position.step, max(0, fresh.steps(position.packet).count - 1)))
    }
    history = fresh
    predicted = []
  }
}
