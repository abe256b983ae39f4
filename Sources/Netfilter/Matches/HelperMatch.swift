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
    guard context.packet.connection?.master == nil else { return .notModelled("-m helper on an expected connection") }
    return context.judge(
      false, "--helper", .property("helper"), read: "none", .equals, helper, inverted: inverted)
  }
}
