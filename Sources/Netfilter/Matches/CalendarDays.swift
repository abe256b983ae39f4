import Wire

/// Days of the week and of the month on which `-m time` holds.
struct CalendarDays: Sendable, Hashable {
  private static let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let allMonthDays: UInt32 = 0xffff_fffe
  private static let allWeekdays: UInt8 = 0xfe

  /// Bit 1 is the first of the month.
  private var monthMask = Self.allMonthDays
  /// Bit 1 is Monday.
  private var weekMask = Self.allWeekdays

  var hasAllMonthDays: Bool { monthMask == Self.allMonthDays }
  var hasAllWeekdays: Bool { weekMask == Self.allWeekdays }
  var monthDays: [Int] { (1...31).filter { monthMask >> UInt32($0) & 1 == 1 } }
  var weekdayNames: [String] { (1...7).filter { weekMask >> UInt8($0) & 1 == 1 }.map { Self.names[$0 - 1] } }

  mutating func takeMonthDays(_ text: String, inverted: Bool) throws(OptionError) {
    var mask: UInt32 = 0
    // Two letters of each part count.
    for part in text.split(separator: ",") {
      let digits = String(part.prefix(2)).drop { $0 == " " }
      guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let day = UInt32(digits.isEmpty ? "0" : digits),
        day <= 31
      else { throw OptionError("\(part.prefix(2)) is not a valid day for --monthdays") }
      mask |= 1 << day
    }
    monthMask = inverted ? mask ^ Self.allMonthDays : mask
  }

  mutating func takeWeekdays(_ text: String, inverted: Bool) throws(OptionError) {
    var mask: UInt8 = 0
    var parts = text.split(separator: ",", omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    // Three letters of each part count, two of a name.
    for part in parts {
      let word = part.prefix(3)
      if word.allSatisfy({ $0.isASCII && $0.isNumber }) {
        let number = UInt32(word) ?? 0
        guard number != 0 else { throw OptionError("No, the week does NOT begin with Sunday.") }
        mask |= UInt8(truncatingIfNeeded: UInt32(1) << (number & 31))
        continue
      }
      guard word.utf8.count >= 2, let day = Self.names.firstIndex(where: { $0.prefix(2) == word.prefix(2) }) else {
        throw OptionError("\(word) is not a valid day specifier")
      }
      mask |= 1 << UInt8(day + 1)
    }
    weekMask = inverted ? mask ^ Self.allWeekdays : mask
  }

  /// Compares the day of a moment, in seconds since 1970.
  func judge(_ stamp: Int64, _ context: PacketContext) -> MatchResult {
    let day = stamp >= 0 ? stamp / 86_400 : (stamp - 86_399) / 86_400
    // 1970 began on a Thursday.
    let weekday = Int(((day + 3) % 7 + 7) % 7) + 1
    let isWeekday = weekMask >> UInt8(weekday) & 1 == 1
    if !hasAllWeekdays {
      guard
        context.compare(
          isWeekday,
          Comparison(
            "--weekdays", .property("day of the week"), read: Self.names[weekday - 1], .oneOf,
            weekdayNames.joined(separator: ","), holds: isWeekday))
      else { return .fails }
    }
    guard !hasAllMonthDays else { return .holds }
    let monthDay = CivilDate(daysSince1970: day).day
    let isMonthDay = monthMask >> UInt32(monthDay) & 1 == 1
    return MatchResult(
      context.compare(
        isMonthDay,
        Comparison(
          "--monthdays", .property("day of the month"), read: String(monthDay), .oneOf,
          monthDays.map(String.init).joined(separator: ","), holds: isMonthDay)))
  }
}

/// Dates and times as `-m time` reads and prints them, in UTC.
enum CalendarText {
  /// `hh:mm[:ss]` as seconds since midnight.
  static func time(_ text: String) throws(OptionError) -> UInt32 {
    let limits: [UInt32] = [23, 59, 59]
    var seconds: UInt32 = 0
    var rest = text[...]
    for (index, limit) in limits.enumerated() {
      let part = rest.prefix { $0 != ":" }
      // The last part has nothing after it, the first one something.
      guard let value = number(part), value <= limit, index > 0 || part.endIndex < rest.endIndex,
        index < 2 || part.endIndex == rest.endIndex
      else { throw badTime(rest) }
      seconds = seconds * 60 + value
      rest = rest[part.endIndex...].dropFirst()
    }
    return seconds
  }

  /// iptables shows the part it could not read and what follows.
  private static func badTime(_ text: Substring) -> OptionError {
    OptionError("invalid time \"\(text)\" specified, should be hh:mm[:ss] format and within the boundaries")
  }

  /// `YYYY[-MM[-DD[Thh[:mm[:ss]]]]]` as seconds since 1970; a month or day of 0, or past the end, is carried over.
  static func date(_ text: String) throws(OptionError) -> UInt32 {
    let bad = OptionError("Invalid date \"\(text)\" specified. Should be YYYY[-MM[-DD[Thh[:mm[:ss]]]]]")
    var fields: [UInt32] = [1970, 1, 1, 0, 0, 0]
    let limits: [UInt32] = [2038, 12, 31, 23, 59, 59]
    let separators: [Character] = ["-", "-", "T", ":", ":"]
    var rest = text[...]
    for index in fields.indices {
      let end = rest.firstIndex { !($0.isNumber || $0 == " " || $0 == "+") } ?? rest.endIndex
      guard let value = number(rest[..<end]), value <= limits[index], index > 0 || value >= 1970 else { throw bad }
      fields[index] = value
      rest = rest[end...]
      guard let separator = rest.popFirst() else { break }
      guard index < separators.count, separator == separators[index] else { throw bad }
    }
    let month = Int64(fields[1]) - 1
    let year = Int64(fields[0]) + (month < 0 ? -1 : 0)
    let day = CivilDate(year: year, month: (month + 12) % 12 + 1, day: Int64(fields[2])).daysSince1970
    let seconds = day * 86_400 + Int64(fields[3]) * 3600 + Int64(fields[4]) * 60 + Int64(fields[5])
    guard let result = UInt32(exactly: seconds) else { throw bad }
    return result
  }

  /// As `strtoul(3)` takes a part: nothing at all is 0.
  private static func number(_ text: Substring) -> UInt32? {
    var digits = text.drop { $0 == " " }
    let isNegative = digits.first == "-"
    if isNegative || digits.first == "+" { digits.removeFirst() }
    if digits.isEmpty { return 0 }
    guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let value = UInt32(digits) else { return nil }
    // A negative number counts down from the largest.
    return isNegative && value > 0 ? .max : value
  }

  /// `04:05:06`.
  static func clock(_ seconds: UInt32) -> String {
    "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  /// `2020-02-03T04:05:06`.
  static func date(_ seconds: UInt32, separator: String) -> String {
    let date = CivilDate(daysSince1970: Int64(seconds / 86_400))
    return "\(date.year)-\(two(UInt32(date.month)))-\(two(UInt32(date.day)))\(separator)\(clock(seconds % 86_400))"
  }

  private static func two(_ value: UInt32) -> String { value < 10 ? "0\(value)" : String(value) }
}
