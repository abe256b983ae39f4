import Wire

/// The time at the beginning of a log line, in any of the forms that syslog, the journal and `dmesg` write.
struct LogTime {
  /// With date and zone where they are told; of the day where only the clock is.
  private(set) var clock: Timestamp?
  /// Nanoseconds since boot, as in `[81795.100496]`.
  private(set) var uptime: Int64?

  init(_ lead: Substring) {
    var words = lead.split { $0 == " " || $0 == "\t" || $0 == "<" || $0 == ">" }[...]
    // `[    5.123456]` and `[Fri Aug 14 11:48:37 2015]`
    for word in words {
      let inner = word.drop { $0 == "[" }.prefix { $0 != "]" }
      guard word.hasSuffix("]") || word.hasSuffix("]:"), inner.contains("."), let value = Self.seconds(inner) else {
        continue
      }
      uptime = value
    }
    var month: Int64?
    var day: Int64?
    while let word = words.popFirst() {
      let plain = word.drop { $0 == "[" }.prefix { $0 != "]" && $0 != "," }
      if let known = Self.months[plain] {
        month = known
        day = words.first.flatMap { Int64($0) }
      } else if let moment = Self.moment(plain) {
        clock = moment
        return
      } else if let start = SummaryHead.date(plain), let next = words.first, let time = Self.clock(next) {
        clock = Timestamp(nanoseconds: start &+ time)
        return
      } else if let time = Self.clock(plain) {
        let year = words.first.flatMap { Int64($0.prefix { $0 != "]" }) }.flatMap {
          (1970...2261).contains($0) ? $0 : nil
        }
        if let year, let month, let day, (1...31).contains(day) {
          let days = CivilDate(year: year, month: month, day: day).daysSince1970
          clock = Timestamp(nanoseconds: days * 86400 * 1_000_000_000 &+ time)
        } else {
          clock = Timestamp(nanoseconds: time, isAbsolute: false)
        }
        return
      }
    }
  }

  private static let months: [Substring: Int64] = [
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11,
    "Dec": 12,
  ]

  /// `2015-08-14T11:48:37.100496+02:00`
  private static func moment(_ word: Substring) -> Timestamp? {
    guard let middle = word.firstIndex(of: "T"), let day = SummaryHead.date(word[..<middle]) else { return nil }
    var rest = word[word.index(after: middle)...]
    var zone: Int64 = 0
    if rest.hasSuffix("Z") {
      rest.removeLast()
    } else if let sign = rest.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let digits = rest[rest.index(after: sign)...].filter { $0 != ":" }
      guard digits.utf8.count == 4, let value = Int64(digits) else { return nil }
      zone = (value / 100 * 60 + value % 100) * 60 * (rest[sign] == "-" ? -1 : 1)
      rest = rest[..<sign]
    }
    return clock(rest).map { Timestamp(nanoseconds: day &+ $0 &- zone * 1_000_000_000) }
  }

  /// `11:48:37` or `11:48:37.100496`, in nanoseconds since midnight.
  private static func clock(_ word: Substring) -> Int64? {
    let parts = word.prefix { $0 != "," }.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hours = Int64(parts[0]), let minutes = Int64(parts[1]),
      let nanoseconds = seconds(parts[2]),
      (0..<24).contains(hours), (0..<60).contains(minutes), nanoseconds < 61_000_000_000
    else { return nil }
    return (hours * 60 + minutes) * 60_000_000_000 + nanoseconds
  }

  /// `81795.100496`, in nanoseconds.
  private static func seconds(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), (1...9).contains(parts[0].utf8.count), let whole = Int64(parts[0]), whole >= 0
    else {
      return nil
    }
    guard parts.count == 2 else { return whole * 1_000_000_000 }
    guard (1...9).contains(parts[1].utf8.count), let value = Int64(parts[1]), value >= 0 else { return nil }
    return whole * 1_000_000_000 + (parts[1].utf8.count..<9).reduce(value) { value, _ in value * 10 }
  }
}

/// The clock of a log: its lines give whole seconds of the day and, more finely, seconds since boot. The first line that has both ties
/// them together.
struct LogClock {
  private var bootTime: Timestamp?

  /// When the line was written.
  mutating func time(_ line: LogTime) -> Timestamp? {
    guard let uptime = line.uptime else { return line.clock }
    guard let clock = line.clock else { return Timestamp(nanoseconds: uptime, isAbsolute: false) }
    guard clock.nanoseconds % 1_000_000_000 == 0 else { return clock }
    if let boot = bootTime, boot.isAbsolute == clock.isAbsolute {
      let time = boot.nanoseconds &+ uptime
      let drift = time.subtractingReportingOverflow(clock.nanoseconds)
      if !drift.overflow, drift.partialValue.magnitude < 3_000_000_000 {
        return Timestamp(nanoseconds: time, isAbsolute: clock.isAbsolute)
      }
    }
    // The fraction of the uptime stands in for that of the clock, which is not told.
    let time = clock.nanoseconds &+ uptime % 1_000_000_000
    bootTime = Timestamp(nanoseconds: time &- uptime, isAbsolute: clock.isAbsolute)
    return Timestamp(nanoseconds: time, isAbsolute: clock.isAbsolute)
  }
}
