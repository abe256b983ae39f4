/// `-m cpu`: which processor handles the packet (`net/netfilter/xt_cpu.c`), which nobody can foretell.
package struct CPUMatch: Match {
  package static let name = "cpu"
  package static let options = [OptionDefinition("cpu", invertible: true, mandatory: true)]

  private var processor: UInt32 = 0
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    processor = try option.number(for: Self.name)
    inverted = option.inverted
  }

  package var saved: String { SavedOption.text("cpu", String(processor), inverted: inverted) }
  package func listed(numeric: Bool) -> String { " cpu\(inverted ? " !" : "") \(processor)" }

  package var notModelled: String? { "-m cpu" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult { .notModelled("-m cpu") }
}
