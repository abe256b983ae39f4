/// `-m realm`: the realm of the packet's route (`net/netfilter/xt_realm.c`). Routes of the simulated host have none,
/// which is realm 0.
package struct RealmMatch: Match {
  package static let name = "realm"
  package static let options = [OptionDefinition("realm", invertible: true, mandatory: true)]
  package static let hooks: [Hook] = [.input, .forward, .output, .postrouting]

  private var realm: NamedMask?
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    realm = try NamedMask(option, named: ["cosmos": 0], for: Self.name)
    inverted = option.inverted
  }

  package var saved: String { SavedOption.text("realm", realm?.text(numeric: false), inverted: inverted) }

  package func listed(numeric: Bool) -> String {
    "\(inverted ? " !" : "") realm \(realm?.text(numeric: numeric) ?? "")"
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let realm else { return .notModelled("-m realm") }
    return context.judge(
      realm.value == 0, "--realm", .property("realm of the route"), read: "0x0", .maskedEquals,
      realm.text(numeric: true), inverted: inverted)
  }
}
