import Wire

/// A moment as a calendar and a clock show it, in UTC (the proleptic Gregorian calendar).
package struct CalendarTime: Sendable, Hashable {
  package let year: Int
  /// 1 to 12.
  package let month: Int
  /// 1 to 31.
  package let day: Int
  /// 0 (Sunday) to 6.
  package let weekday: Int
  package let hour: Int
  package let minute: Int
  package let second: Int
  package let nanosecond: Int

  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// - Parameter nanoseconds: since 1970-01-01 00:00:00 UTC.
  package init(nanoseconds: Int64) {
    let perDay: Int64 = 86_400_000_000_000
    var days = nanoseconds / perDay
    var rest = nanoseconds % perDay
    if rest < 0 {
      rest += perDay
      days -= 1
    }
    self.init(days: days, nanoseconds: rest)
  }

  /// - Parameter seconds: since 1970-01-01 00:00:00 UTC, any; years beyond 300,000 are shown as that.
  package init(seconds: Int64) {
    let kept = min(max(seconds, -9_000_000_000_000), 9_000_000_000_000)
    let rest = (kept % 86_400 + 86_400) % 86_400
    self.init(days: (kept - rest) / 86_400, nanoseconds: rest * 1_000_000_000)
  }

  /// - Parameters:
  ///   - days: since 1970-01-01.
  ///   - rest: nanoseconds of the day.
  private init(days: Int64, nanoseconds rest: Int64) {
    weekday = Int(((days + 4) % 7 + 7) % 7)
    nanosecond = Int(rest % 1_000_000_000)
    let seconds = Int(rest / 1_000_000_000)
    (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    let date = CivilDate(daysSince1970: days)
    (year, month, day) = (Int(date.year), Int(date.month), Int(date.day))
  }

  package var weekdayName: String { Self.weekdays[weekday] }
  package var monthName: String { Self.months[month - 1] }
  /// `11:48:37`.
  package var clock: String { "\(hour.padded(2, "0")):\(minute.padded(2, "0")):\(second.padded(2, "0"))" }
  /// `Thu Aug 14 11:48:37 2014` (`ctime(3)`).
  package var ctime: String { "\(weekdayName) \(monthName) \(day.padded(2)) \(clock) \(year)" }
  /// `Aug 14 11:48:37`, as syslog begins its lines.
  package var syslog: String { "\(monthName) \(day.padded(2)) \(clock)" }
  /// Six digits.
  package var microseconds: String { (nanosecond / 1000).padded(6, "0") }
}

extension BinaryInteger {
  /// The decimal digits, filled up on the left.
  func padded(_ width: Int, _ fill: Character = " ") -> String { String(self).padded(left: width, fill) }
}

extension String {
  /// Filled up on the left.
  func padded(left width: Int, _ fill: Character = " ") -> String {
    String(repeating: fill, count: max(0, width - count)) + self
  }

  /// Filled up on the right with spaces.
  func padded(right width: Int) -> String { self + String(repeating: " ", count: max(0, width - utf8.count)) }
}
