/// `-m quota`: holds until so many bytes have passed (`net/netfilter/xt_quota.c`).
package struct QuotaMatch: Match {
  package static let name = "quota"
  package static let options = [OptionDefinition("quota", invertible: true, mandatory: true)]

  private var quota: UInt64 = 0
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    quota = try option.number(for: Self.name)
    inverted = option.inverted
  }

  package var saved: String { SavedOption.text("quota", String(quota), inverted: inverted) }

  package func listed(numeric: Bool) -> String { " quota: \(quota) bytes" }

  package func makeState(in namespace: NetworkNamespace) -> ExtensionState? { Remainder(quota) }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let left = state as? Remainder else { return .notModelled("-m quota") }
    let before = left.bytes
    let length = UInt64(context.packet.length)
    // Once a packet did not fit, no smaller one does either.
    left.bytes = before >= length ? before - length : 0
    return context.judge(
      before >= length, "--quota", .property("bytes left"), read: String(before), .atLeast, String(length),
      inverted: inverted)
  }

  private final class Remainder: ExtensionState {
    var bytes: UInt64
    init(_ bytes: UInt64) { self.bytes = bytes }
    var summary: String { "\(bytes) bytes left" }
  }
}
