/// `-m cpu`: which processor handles the packet (`net/netfilter/xt_cpu.c`), which nobody can foretell but on a host that
/// has only one.
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

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let count = context.namespace.processors else {
      return .notModelled("-m cpu: nobody says how many processors there are; host.yaml's cpus: can")
    }
    // One that is not there handles nothing.
    guard count == 1 || processor >= count else {
      return .notModelled("-m cpu: any of \(count) processors may handle it")
    }
    return context.judge(
      count == 1 && processor == 0, "--cpu", .property("processor"), read: count == 1 ? "0" : "0-\(count - 1)", .equals,
      String(processor), inverted: inverted)
  }
}
