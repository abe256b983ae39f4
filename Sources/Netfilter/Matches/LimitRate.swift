/// `3/hour` and the like, to and from a period in units of 1/10000 s (`extensions/libxt_limit.c`).
package enum LimitRate {
  private static let units: [(name: String, seconds: UInt32)] = [
    ("second", 1), ("minute", 60), ("hour", 3600), ("day", 86_400),
  ]

  private static let scale: [(name: String, length: UInt32)] = [
    ("day", 864_000_000), ("hour", 36_000_000), ("min", 600_000), ("sec", 10_000),
  ]

  /// Packets a unit of time; the unit may be shortened to its first letters, and is a second where none is given.
  package static func period(_ text: String) throws(OptionError) -> UInt32 {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var seconds: UInt32 = 1
    if parts.count == 2 {
      let wanted = parts[1].lowercased()
      guard !wanted.isEmpty, let unit = units.first(where: { $0.name.hasPrefix(wanted) }) else {
        throw OptionError("bad rate \"\(text)\"'")
      }
      seconds = unit.seconds
    }
    let signed = text.drop { $0 == " " }
    let digits = signed.drop { $0 == "+" || $0 == "-" }.prefix { $0.isASCII && $0.isNumber }
    if signed.first == "-", digits.contains(where: { $0 != "0" }) { throw OptionError("Rate too fast \"\(text)\"") }
    guard let packets = UInt32(digits), packets > 0 else { throw OptionError("bad rate \"\(text)\"'") }
    let period = 10_000 * seconds / packets
    guard period > 0 else { throw OptionError("Rate too fast \"\(text)\"") }
    return period
  }

  /// The rate in the largest unit that loses least.
  package static func text(_ period: UInt32) -> String {
    guard period > 0 else { return "inf" }
    var chosen = scale[0]
    for unit in scale.dropFirst() {
      if period > unit.length || unit.length / period < unit.length % period { break }
      chosen = unit
    }
    return "\(chosen.length / period)/\(chosen.name)"
  }
}

/// Credits, of which a bucket gains so many each timer tick (`CREDITS_PER_JIFFY`, `user2credits`).
package struct LimitCredits: Sendable, Hashable {
  package let perTick: UInt32
  private let perSecond: UInt64

  package init(hz: Int64) {
    let hz = UInt64(max(1, min(hz, 10_000)))
    let most = UInt32(truncatingIfNeeded: UInt64(UInt32.max) / (hz * 86_400))
    perTick = most == 0 ? 1 : 1 << UInt32(31 - most.leadingZeroBitCount)
    perSecond = hz * UInt64(perTick)
  }

  /// A time in units of 1/10000 s as credits; a large one loses precision as in the kernel.
  package func of(_ time: UInt32) -> UInt32 {
    let time = UInt64(time)
    if time > UInt64(UInt32.max) / perSecond { return UInt32(truncatingIfNeeded: time / 10_000 * perSecond) }
    return UInt32(truncatingIfNeeded: time * perSecond / 10_000)
  }
}

/// What is left of a limit.
package final class TokenBucket: ExtensionState {
  private let perTick: UInt32
  private let cost: UInt32
  private let most: UInt32
  private var credit: UInt32
  /// In timer ticks.
  private var last: Int64

  init(period: UInt32, burst: UInt32, namespace: NetworkNamespace) {
    let credits = LimitCredits(hz: namespace.hz)
    perTick = credits.perTick
    cost = credits.of(period)
    most = credits.of(period &* burst)
    credit = most
    last = namespace.jiffies
  }

  /// Takes a token where there is one.
  package func take(at tick: Int64) -> Bool {
    credit = refilled(at: tick)
    last = tick
    guard credit >= cost else { return false }
    credit -= cost
    return true
  }

  private func refilled(at tick: Int64) -> UInt32 {
    let gain = UInt32(truncatingIfNeeded: tick &- last) &* perTick
    return min(credit &+ gain, most)
  }

  package func summary(at tick: Int64) -> String {
    guard cost > 0 else { return "always a token" }
    let credit = refilled(at: tick)
    // Tokens come back in small parts all the time.
    let tenths = UInt64(credit % cost) * 10 / UInt64(cost)
    return "\(credit / cost)\(tenths == 0 ? "" : ".\(tenths)") of \(most / cost) tokens"
  }

  package var summary: String { summary(at: last) }
}
