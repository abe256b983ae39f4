/// `-m ah`: the security parameters index (`net/ipv4/netfilter/ipt_ah.c`).
package struct AHMatch: Match {
  package static let name = "ah"
  package static let options = [OptionDefinition("ahspi", invertible: true)]
  package static let protocolNumber: UInt8? = 51

  private var range = ClosedRangeText(low: 0, high: UInt64(UInt32.max))
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    range = try ClosedRangeText(option.value, option: "ahspi", of: Self.name, most: .max)
    inverted = option.inverted
  }

  private var isAll: Bool { range.low == 0 && range.high == UInt64(UInt32.max) }

  package var saved: String { isAll ? "" : SavedOption.text("ahspi", range.text, inverted: inverted) }

  package func listed(numeric: Bool) -> String {
    let sign = inverted ? "!" : ""
    if isAll, !inverted { return " ah " }
    return " ah " + (range.low == range.high ? "spi:\(sign)\(range.low)" : "spis:\(sign)\(range.low):\(range.high)")
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if context.fragmentOffset > 0 { return context.isLaterFragment() }
    let header = context.packet.payload
    guard header.count >= 12, let index = header.uint32(at: 4) else { return .hotdrop }
    let start = context.transportOffset + 4
    if context.packet.isUnknown(start..<start + 4) { return context.unknown("spi") }
    return context.judge(
      range.contains(UInt64(index)), "--ahspi", .field("ah", "spi", bytes: start..<start + 4), read: String(index),
      .within,
      range.text, inverted: inverted)
  }
}
