/// `-m connmark`: the mark of the packet's connection (`net/netfilter/xt_connmark.c`).
package struct ConnmarkMatch: Match {
  package static let name = "connmark"
  package static let options = [OptionDefinition("mark", invertible: true, mandatory: true)]

  private var mark = MaskedValue(value: 0)
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    mark = try option.maskedValue(for: Self.name)
    inverted = option.inverted
  }

  package var saved: String { SavedOption.text("mark", mark.text, inverted: inverted) }

  package func listed(numeric: Bool) -> String { " connmark match \(inverted ? "!" : "") \(mark.text)" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    // Without a connection it never matches, not even under `!`.
    let read = context.packet.connection?.mark
    let isSame = read.map { $0 & mark.mask == mark.value }
    let holds = isSame.map { $0 != inverted } ?? false
    return MatchResult(
      context.compare(
        holds,
        Comparison(
          "--mark", .property("connection mark"), read: read?.hexadecimal ?? "no connection",
          mark.mask == .max ? .equals : .maskedEquals, mark.text, inverted: inverted, holds: holds)))
  }
}
