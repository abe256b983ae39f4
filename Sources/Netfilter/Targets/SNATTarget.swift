/// `-j SNAT`: the source address of the connection becomes another (`net/netfilter/xt_nat.c`).
package struct SNATTarget: Target {
  package static let name = "SNAT"
  package static let options = [
    OptionDefinition("to-source", mandatory: true),
    OptionDefinition("random", argument: .none),
    OptionDefinition("random-fully", argument: .none),
    OptionDefinition("persistent", argument: .none),
  ]
  package static let tables: [TableName] = [.nat]
  package static let hooks: [Hook] = [.postrouting, .input]

  /// Where to.
  package private(set) var range = TranslationRange()

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    guard option.name == "to-source" else { return range.takeFlag(option.name) }
    try range.takeDestination(option)
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) { range.forgetPortBase() }

  package var saved: String { range.saved("to-source") }

  package func listed(numeric: Bool) -> String { range.listed }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult {
    context.translate(to: range, by: Self.name)
  }
}
