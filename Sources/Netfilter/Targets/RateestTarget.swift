/// `-j RATEEST`: counts packets into an estimate of their rate (`net/netfilter/xt_RATEEST.c`), which is not modelled.
package struct RateestTarget: Target, SharingExtension {
  package static let name = "RATEEST"
  package static let options = [
    OptionDefinition("rateest-name", mandatory: true), OptionDefinition("rateest-interval"),
    OptionDefinition("rateest-ewmalog"),
  ]
  /// In bytes; the rest is cut off without a word.
  private static let longestName = 15
  /// A quarter of a second, in microseconds: the shortest interval; the others are doubles of it.
  private static let quarter: UInt32 = 250_000

  private var estimator = ""
  /// Microseconds.
  private var interval: UInt32 = 0
  private var average: UInt32 = 0
  /// Powers of two: intervals of a quarter of a second, and of the interval for the average.
  private var intervalLog: UInt32 = 0
  private var averageLog: UInt32 = 0

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "rateest-name": estimator = SavedString.cut(option.value, to: Self.longestName)
    case "rateest-interval": interval = try Self.time(option.value, "interval")
    default: average = try Self.time(option.value, "ewmalog")
    }
  }

  /// `250ms`, `1.5s`; microseconds where no unit is given. What does not fit 32 bits loses its upper ones.
  private static func time(_ text: String, _ what: String) throws(OptionError) -> UInt32 {
    let units: [(names: [String], factor: Double)] = [
      (["s", "sec", "secs"], 1_000_000), (["ms", "msec", "msecs"], 1000), (["", "us", "usec", "usecs"], 1),
    ]
    guard let (value, unit) = FloatingNumber.prefix(text[...]),
      let factor = units.first(where: { $0.names.contains(unit.lowercased()) })?.factor
    else { throw OptionError("RATEEST: bad \(what) value \"\(text)\"") }
    // Beyond 64 bits the processor makes it -2^63, whose lower bits are 0.
    return Int64(exactly: (value * factor).rounded(.towardZero)).map(UInt32.init(truncatingIfNeeded:)) ?? 0
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    guard let log = (0...5).first(where: { interval <= Self.quarter << $0 }) else {
      throw OptionError("RATEEST: interval value is too large")
    }
    intervalLog = UInt32(log)
    let wanted = Double(average)
    let weight = (1..<32).first { Double(interval) / Self.decay($0) > wanted } ?? 32
    guard (2..<32).contains(weight) else { throw OptionError("RATEEST: ewmalog value is out of range") }
    averageLog = UInt32(weight - 1)
  }

  /// -ln(1 - 1/2^n).
  private static func decay(_ n: Int) -> Double {
    let step = 1 / Double(UInt64(1) << UInt64(n))
    var power = 1.0
    return (1...64).reduce(0.0) { sum, index in
      power *= step
      return sum + power / Double(index)
    }
  }

  private static func text(_ microseconds: UInt64) -> String {
    if microseconds >= 1_000_000 { return tenths(microseconds, 1_000_000) + "s" }
    return tenths(microseconds, 1000) + "ms"
  }

  private static func tenths(_ value: UInt64, _ unit: UInt64) -> String {
    let tenths = (value * 10 + unit / 2) / unit
    return "\(tenths / 10).\(tenths % 10)"
  }

  private func text(_ prefix: String) -> String {
    let length = UInt64(Self.quarter) << UInt64(intervalLog)
    return " \(prefix)name \(estimator) \(prefix)interval \(Self.text(length)) \(prefix)ewmalog "
      + Self.text(UInt64(UInt32(truncatingIfNeeded: length << UInt64(averageLog))))
  }

  package var saved: String { text("--rateest-") }
  package func listed(numeric: Bool) -> String { text("") }

  package var sharedName: String { estimator }

  package func check(beside first: any SharingExtension) throws(OptionError) {
    guard let first = first as? Self, (first.intervalLog, first.averageLog) != (intervalLog, averageLog) else { return }
    throw OptionError("RATEEST: the estimator \(estimator) with two intervals or averages")
  }

  package var notModelled: String? { "-j RATEEST" }

  package func run(_ context: PacketContext, _ state: ExtensionState?) -> TargetResult { .notModelled("-j RATEEST") }
}
