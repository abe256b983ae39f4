/// `-j DNAT`: the destination address of the connection becomes another (`net/netfilter/xt_nat.c`).
package struct DNATTarget: Target {
  package static let name = "DNAT"
  package static let options = [
    OptionDefinition("to-destination", mandatory: true),
    OptionDefinition("random", argument: .none),
    OptionDefinition("persistent", argument: .none),
  ]
  package static let tables: [TableName] = [.nat]
  package static let hooks: [Hook] = [.prerouting, .output]

  /// Where to.
  package private(set) var range = TranslationRange()

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    guard option.name == "to-destination" else { return range.takeFlag(option.name) }
    try range.takeDestination(option)
  }

  package var saved: String { range.saved("to-destination") }

  package func listed(numeric: Bool) -> String { range.listed }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    context.translate(to: range, by: Self.name)
  }
}
