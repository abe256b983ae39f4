import Wire

/// `-m iprange` (`net/netfilter/xt_iprange.c`).
package struct IprangeMatch: Match {
  package static let name = "iprange"
  package static let options = [
    OptionDefinition("src-range", invertible: true),
    OptionDefinition("dst-range", invertible: true),
  ]

  private struct AddressRange: Sendable {
    let first: IPv4Address
    /// May lie before the first: then nothing is in the range.
    let last: IPv4Address
    let inverted: Bool
    var text: String { "\(first)-\(last)" }
  }

  private var source: AddressRange?
  private var destination: AddressRange?

  package private(set) var warnings: [String] = []

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    var ends: [IPv4Address] = []
    for end in option.value.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false) {
      guard let address = AddressReading.numeric(end) else {
        throw OptionError("iprange: Bad value for \"--\(option.name)\" option: \"\(end)\"")
      }
      ends.append(address)
    }
    guard let first = ends.first, let last = ends.last else { return }
    let range = AddressRange(first: first, last: last, inverted: option.inverted)
    if last < first { warnings.append("xt_iprange: range \(option.value) is reversed and will never match") }
    if option.name == "src-range" { source = range } else { destination = range }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if source == nil, destination == nil {
      throw OptionError("iprange match: You must specify `--src-range' or `--dst-range'")
    }
  }

  package var saved: String {
    (source.map { SavedOption.text("src-range", $0.text, inverted: $0.inverted) } ?? "")
      + (destination.map { SavedOption.text("dst-range", $0.text, inverted: $0.inverted) } ?? "")
  }

  package func listed(numeric: Bool) -> String {
    (source.map { " source IP range\($0.inverted ? " !" : "") \($0.text)" } ?? "")
      + (destination.map { " destination IP range\($0.inverted ? " !" : "") \($0.text)" } ?? "")
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let ip = context.packet.ip else { return .fails }
    for (range, address, option, field, bytes) in [
      (source, ip.source, "--src-range", "source_address", 12..<16),
      (destination, ip.destination, "--dst-range", "destination_address", 16..<20),
    ] {
      guard let range else { continue }
      if context.packet.isUnknown(bytes) { return context.unknown(field) }
      let result = context.judge(
        range.first <= address && address <= range.last, option, context.ipField(field, bytes),
        read: address.description, .within, range.text, inverted: range.inverted)
      guard result == .holds else { return result }
    }
    return .holds
  }
}
