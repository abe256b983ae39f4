/// `-m length`: the IP packet's length (`net/netfilter/xt_length.c`).
package struct LengthMatch: Match {
  package static let name = "length"
  package static let options = [OptionDefinition("length", invertible: true, mandatory: true)]

  private var range = ClosedRangeText(low: 0, high: 0)
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    range = try ClosedRangeText(option.value, option: "length", of: Self.name, most: UInt32(UInt16.max))
    inverted = option.inverted
  }

  package var saved: String { SavedOption.text("length", range.text, inverted: inverted) }

  package func listed(numeric: Bool) -> String { " length \(inverted ? "!" : "")\(range.text)" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if context.packet.isUnknown(2..<4) { return context.unknown("total_length") }
    let length = context.packet.ip?.totalLength ?? 0
    return context.judge(
      range.contains(UInt64(length)), "--length", context.ipField("total_length", 2..<4), read: String(length), .within,
      range.text, inverted: inverted)
  }
}
