/// `-m tcpmss`: the maximum segment size option (`net/netfilter/xt_tcpmss.c`).
package struct TCPMSSMatch: Match {
  package static let name = "tcpmss"
  package static let options = [OptionDefinition("mss", invertible: true, mandatory: true)]
  package static let protocolNumber: UInt8? = 6

  private var range = ClosedRangeText(low: 0, high: 0)
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    range = try ClosedRangeText(option.value, option: "mss", of: Self.name, most: UInt32(UInt16.max))
    guard range.low <= range.high else { throw OptionError("tcpmss: invalid range given") }
    inverted = option.inverted
  }

  package var saved: String { SavedOption.text("mss", range.text, inverted: inverted) }

  package func listed(numeric: Bool) -> String { " tcpmss match \(inverted ? "!" : "")\(range.text)" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    let segment = context.packet.payload
    let start = context.transportOffset
    guard segment.count >= 20 else { return .hotdrop }
    if context.packet.isUnknown(start + 12..<start + 13) { return context.unknown("data_offset") }
    let headerLength = Int((segment.byte(at: 12) ?? 0) >> 4) * 4
    guard headerLength >= 20, headerLength <= segment.count else { return .hotdrop }
    let bytes = start + 20..<start + headerLength
    if context.packet.isUnknown(bytes) { return context.unknown("TCP options") }
    let options = segment.slice(at: 20, length: headerLength - 20)
    var index = 0
    while let kind = options.byte(at: index) {
      if kind == 2, options.count - index >= 4, options.byte(at: index + 1) == 4,
        let size = options.uint16(at: index + 2)
      {
        return context.judge(
          range.contains(UInt64(size)), "--mss",
          .field("tcp", "maximum_segment_size", bytes: bytes.lowerBound + index + 2..<bytes.lowerBound + index + 4),
          read: String(size), .within, range.text, inverted: inverted)
      }
      let length = kind < 2 || index == options.count - 1 ? 1 : Int(options.byte(at: index + 1) ?? 1)
      index += max(1, length)
    }
    return context.judge(
      false, "--mss", .field("tcp", "options", bytes: bytes), read: "none", .within, range.text, inverted: inverted)
  }
}
