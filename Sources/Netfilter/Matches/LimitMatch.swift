/// `-m limit`: a token bucket (`net/netfilter/xt_limit.c`).
package struct LimitMatch: Match {
  package static let name = "limit"
  package static let options = [OptionDefinition("limit"), OptionDefinition("limit-burst")]

  /// The average time from packet to packet, in units of 1/10000 s.
  package private(set) var period: UInt32 = 12_000_000
  package private(set) var burst: UInt32 = 5

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "limit": period = try LimitRate.period(option.value)
    case "limit-burst":
      guard let burst = CNumber.parse(option.value, 0...10_000) else {
        throw OptionError("limit: bad value for option \"--limit-burst\", or out of range (0-10000).")
      }
      self.burst = UInt32(truncatingIfNeeded: burst)
    default: break
    }
  }

  package func check(_ placement: RulePlacement) throws(OptionError) {
    let credits = LimitCredits(hz: 250)
    guard burst > 0, credits.of(period &* burst) >= credits.of(period) else {
      throw OptionError(
        "limit: the burst is 0, or too large for this rate", systemText: "Numerical result out of range")
    }
  }

  package var saved: String {
    " --limit \(LimitRate.text(period))" + (burst == 5 ? "" : " --limit-burst \(burst)")
  }

  package func listed(numeric: Bool) -> String { " limit: avg \(LimitRate.text(period)) burst \(burst)" }

  package func makeState(in namespace: NetworkNamespace) -> ExtensionState? {
    TokenBucket(period: period, burst: burst, namespace: namespace)
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let bucket = state as? TokenBucket else { return .notModelled("-m limit") }
    let tick = context.namespace.jiffies
    let before = context.comparisons == nil ? "" : bucket.summary(at: tick)
    let holds = bucket.take(at: tick)
    return MatchResult(
      context.compare(
        holds,
        Comparison(
          "--limit", .property("token bucket"), read: before, .atLeast, LimitRate.text(period), holds: holds)))
  }
}
