/// `-m helper`: connections that a helper of tracking expected (`net/netfilter/xt_helper.c`).
package struct HelperMatch: Match {
  package static let name = "helper"
  package static let options = [OptionDefinition("helper", invertible: true, mandatory: true)]
  /// In bytes; the rest is cut off without a word.
  private static let longestName = 29

  private var helper = ""
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    helper = SavedString.cut(option.value, to: Self.longestName)
    inverted = option.inverted
  }

  package var saved: String { (inverted ? " !" : "") + " --helper" + SavedString.quoted(helper) }
  package func listed(numeric: Bool) -> String { " helper match\(inverted ? " !" : "") \"\(helper)\"" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    // The helper that expected the packet's connection, not the connection's own. Its whole name decides, whatever the
    // rule has after it.
    let master = context.packet.connection?.master?.helper.map { type(of: $0).name }
    let holds = master.map { helper.isEmpty || helper.utf8.starts(with: $0.utf8) } ?? false
    // Without a helper the inverted match holds, also for the empty name.
    return context.judge(
      holds, "--helper", .property("helper"), read: master ?? "none", .equals, helper, inverted: inverted)
  }
}
