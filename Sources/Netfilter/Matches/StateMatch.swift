/// `-m state`: `-m conntrack --ctstate` under its old name.
package struct StateMatch: Match {
  package static let name = "state"
  package static let options = [OptionDefinition("state", invertible: true, mandatory: true)]

  private var states = ConnectionStateSet()
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    states = try ConnectionStateSet(option.value, withNAT: false, option: "state")
    inverted = option.inverted
  }

  package var saved: String { "\(inverted ? " !" : "") --state \(states.text)" }

  package func listed(numeric: Bool) -> String { "\(inverted ? " !" : "") state \(states.text)" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    context.compare(states, "--state", inverted: inverted)
  }
}
