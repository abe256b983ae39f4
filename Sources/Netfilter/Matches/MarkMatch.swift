/// `-m mark` (`net/netfilter/xt_mark.c`).
package struct MarkMatch: Match {
  package static let name = "mark"
  package static let options = [OptionDefinition("mark", invertible: true, mandatory: true)]

  private var mark = MaskedValue(value: 0)
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    mark = try option.maskedValue(for: Self.name)
    inverted = option.inverted
  }

  package var saved: String { "\(inverted ? " !" : "") --mark \(mark.text)" }

  package func listed(numeric: Bool) -> String { " mark match\(inverted ? " !" : "") \(mark.text)" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    let read = context.packet.mark
    let holds = (read & mark.mask == mark.value) != inverted
    return MatchResult(
      context.compare(
        holds,
        Comparison(
          "--mark", .property("mark"), read: read.hexadecimal, mark.mask == .max ? .equals : .maskedEquals, mark.text,
          inverted: inverted, holds: holds)))
  }
}
