/// `-j NFQUEUE`: lets a program decide (`net/netfilter/xt_NFQUEUE.c`, revision 3).
package struct NFQUEUETarget: Target {
  package static let name = "NFQUEUE"
  package static let options = [
    OptionDefinition("queue-num", excludes: ["queue-balance"]),
    OptionDefinition("queue-balance", excludes: ["queue-num"]),
    OptionDefinition("queue-bypass", argument: .none),
    OptionDefinition("queue-cpu-fanout", argument: .none, requires: ["queue-balance"]),
  ]

  private var first: UInt16 = 0
  private var last: UInt16 = 0
  private var bypass = false
  private var fanout = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "queue-num":
      first = try option.number(for: Self.name)
      last = first
    case "queue-balance":
      let range = try ClosedRangeText(option.value, option: option.name, of: Self.name, most: UInt32(UInt16.max))
      guard option.value.contains(":") else { throw OptionError("Bad range \"\(option.value)\"") }
      guard range.low < range.high else { throw OptionError("\(range.low) should be less than \(range.high)") }
      first = UInt16(truncatingIfNeeded: range.low)
      last = UInt16(truncatingIfNeeded: range.high)
    case "queue-bypass": bypass = true
    default: fanout = true
    }
  }

  /// Too many to be counted in 16 bits: they come out as none.
  private var isAll: Bool { first == 0 && last == .max }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    if isAll { throw OptionError("NFQUEUE: number of total queues is 0") }
  }

  package var saved: String {
    (first == last ? " --queue-num \(first)" : " --queue-balance \(first):\(last)") + (bypass ? " --queue-bypass" : "")
      + (fanout ? " --queue-cpu-fanout" : "")
  }

  package func listed(numeric: Bool) -> String {
    (first == last || isAll ? " NFQUEUE num \(first)" : " NFQUEUE balance \(first):\(last)") + (bypass ? " bypass" : "")
      + (fanout ? " cpu-fanout" : "")
  }

  /// Nobody listens: with `--queue-bypass` the packet goes on as if accepted.
  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { bypass ? .accept : .queue }
}
