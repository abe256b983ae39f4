/// `-j AUDIT`: writes an audit record (`net/netfilter/xt_AUDIT.c`).
package struct AuditTarget: Target {
  package static let name = "AUDIT"
  package static let options = [OptionDefinition("type", mandatory: true)]

  private var type = ""

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    type = option.value.lowercased()
    guard ["accept", "drop", "reject"].contains(type) else {
      throw OptionError("Bad action type value \"\(option.value)\"")
    }
  }

  package var saved: String { " --type \(type)" }

  package func listed(numeric: Bool) -> String { " AUDIT \(type)" }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .next }
}
