/// `-m physdev`: the ports of a bridge (`net/netfilter/xt_physdev.c`), which are not modelled.
package struct PhysdevMatch: Match {
  package static let name = "physdev"
  private static let flags = ["physdev-is-in", "physdev-is-out", "physdev-is-bridged"]
  package static let options =
    ["physdev-in", "physdev-out"].map { OptionDefinition($0, invertible: true) }
    + flags.map { OptionDefinition($0, argument: .none, invertible: true) }
  /// In the order they are written.
  private static let order = ["physdev-is-in", "physdev-in", "physdev-is-out", "physdev-out", "physdev-is-bridged"]

  private var given: [String: (value: String?, inverted: Bool)] = [:]
  package private(set) var warnings: [String] = []

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    let isFlag = Self.flags.contains(option.name)
    if !isFlag {
      if let problem = InterfaceName.problem(option.value) { throw OptionError(problem) }
      warnings += InterfaceName.warnings(option.value)
    }
    given[option.name] = (isFlag ? nil : option.value, option.inverted)
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if given.isEmpty { throw OptionError("PHYSDEV: no physdev option specified") }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    // Where a packet is sent from, nobody knows yet by which port it leaves.
    guard placement.hooks.contains(.output), given["physdev-out"] != nil || given["physdev-is-out"] != nil else {
      return
    }
    // A bridged packet knows it.
    if let bridged = given["physdev-is-bridged"], !bridged.inverted { return }
    throw OptionError("physdev: --physdev-out and --physdev-is-out cannot be used from OUTPUT")
  }

  package var saved: String {
    Self.order.compactMap { name in
      given[name].map { SavedOption.text(name, $0.value, inverted: $0.inverted) }
    }.joined()
  }

  package func listed(numeric: Bool) -> String { " PHYSDEV match" + saved }

  package var notModelled: String? { "-m physdev" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    .notModelled("-m physdev")
  }
}
