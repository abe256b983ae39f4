/// A range of ports as an option of a protocol match gives it: `22`, `1024:65535`, `:1023`.
package struct PortRange: Sendable, Hashable {
  package var low: UInt16
  package var high: UInt16
  package var inverted: Bool

  package init(low: UInt16 = 0, high: UInt16 = .max, inverted: Bool = false) {
    self.low = low
    self.high = high
    self.inverted = inverted
  }

  /// The ports of an option, no more than two numbers or names (`XTTYPE_PORTRC`).
  package init(of option: GivenOption, for owner: String) throws(OptionError) {
    guard option.value.utf8.count(where: { $0 == UInt8(ascii: ":") }) < 2 else {
      throw OptionError("\(owner): Too many components for option \"--\(option.spoken)\" (max: 2)")
    }
    try self.init(option.value, inverted: option.inverted) { text throws(OptionError) in
      try ServiceNames.resolve(text)
    }
  }

  /// One port or two with a colon between, either of which may be missing; what `read` makes of a name or number.
  package init(
    _ text: String, inverted: Bool, read: (Substring) throws(OptionError) -> UInt16
  ) throws(OptionError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    low = 0
    high = .max
    self.inverted = inverted
    guard parts.count == 2 else {
      low = try read(text[...])
      high = low
      return
    }
    if !parts[0].isEmpty { low = try read(parts[0]) }
    if !parts[1].isEmpty { high = try read(parts[1]) }
  }

  package func contains(_ port: UInt16) -> Bool { (low <= port && port <= high) != inverted }

  /// All ports, which is not written even under `!`.
  package var isAll: Bool { low == 0 && high == .max }

  package var text: String { low == high ? String(low) : "\(low):\(high)" }

  /// ` dpt:22`, ` spts:!1024:65535`, as `iptables -L` prints it; empty for all ports.
  package func listed(_ name: String, _ transport: ServiceNames.Transport, numeric: Bool) -> String {
    guard !isAll || inverted else { return "" }
    let port = { (number: UInt16) in numeric ? String(number) : ServiceNames.text(number, transport) }
    let mark = inverted ? "!" : ""
    return low == high ? " \(name):\(mark)\(port(low))" : " \(name)s:\(mark)\(port(low)):\(port(high))"
  }

  /// ` ! --dport 22`; empty for all ports.
  package func saved(_ option: String) -> String { isAll ? "" : "\(inverted ? " !" : "") --\(option) \(text)" }
}

extension PacketContext {
  /// Whether a port of the transport header, `offset` bytes into it, is in a range; notes the comparison unless the
  /// range is all ports.
  func compare(
    _ range: PortRange, _ option: String, _ protocolName: String, _ field: String, at offset: Int
  ) -> MatchResult {
    guard !range.isAll || range.inverted else { return .holds }
    let bytes = transportOffset + offset..<transportOffset + offset + 2
    if packet.isUnknown(bytes) { return unknown(field) }
    guard let port = packet.payload.uint16(at: offset) else { return .fails }
    let holds = range.contains(port)
    return MatchResult(
      compare(
        holds,
        Comparison(
          "--\(option)", .field(protocolName, field, bytes: bytes), read: String(port),
          range.low == range.high ? .equals : .within, range.text, inverted: range.inverted, holds: holds)))
  }

  /// A match would read a field that the capture does not give.
  func unknown(_ field: String) -> MatchResult {
    .notModelled("the packet's \(String(field.map { $0 == "_" ? " " : $0 })) is unknown")
  }

  /// A later fragment has no transport header to look at: the match fails, also under `!`.
  func isLaterFragment() -> MatchResult {
    MatchResult(
      compare(
        false,
        Comparison(
          "-m", .field("ipv4", "fragment_offset", bytes: 6..<8), read: String(fragmentOffset / 8), .equals, "0",
          holds: false)))
  }
}
