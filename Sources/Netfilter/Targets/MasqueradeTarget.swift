/// `-j MASQUERADE`: the source address becomes that of the outgoing interface (`net/netfilter/xt_MASQUERADE.c`).
package struct MasqueradeTarget: Target {
  package static let name = "MASQUERADE"
  package static let options = [
    OptionDefinition("to-ports"),
    OptionDefinition("random", argument: .none),
    OptionDefinition("random-fully", argument: .none),
  ]
  package static let tables: [TableName] = [.nat]
  package static let hooks: [Hook] = [.postrouting]

  /// Where to.
  package private(set) var range = NATRange()

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    guard option.name == "to-ports" else { return range.takeFlag(option.name) }
    try range.takePorts(option.value, option)
  }

  package var saved: String { range.saved("to-ports", onlyPorts: true) }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .notModelled("-j MASQUERADE") }
}
