import Wire

/// A date as a log line gives it, in parts; what it leaves out is taken from the present time.
struct LoggedDate {
  private let fields: [String: String]

  /// - Parameter fields: what the tokens of the pattern matched, by their letters.
  init(_ fields: [String: String]) { self.fields = fields }

  /// Seconds since 1970 UTC; `nil` for a date that does not exist, or in a time zone by a name other than UTC.
  ///
  /// A line without a year is of this year, unless that is more than a day ahead; one without a date is of today, or of
  /// yesterday when its time is still to come.
  func seconds(now: Int64) -> Int64? {
    let today = CalendarTime(seconds: now)
    let year = number("y").map { $0 <= 2000 ? $0 + 2000 : $0 } ?? number("Y")
    let month = number("m") ?? place("b", DateTokens.fullMonths) ?? place("B", DateTokens.fullMonths)
    let day = number("d")
    let isToday = month == nil && day == nil
    guard isToday || (month != nil && day != nil), let zone = zone else { return nil }
    guard
      var date = Self.days(year ?? today.year, month ?? today.month, day ?? today.day), let hour = hour,
      let minute = number("M") ?? (fields["M"] == nil ? 0 : nil),
      let second = number("S") ?? (fields["S"] == nil ? 0 : nil), hour < 24, minute < 60, second < 60
    else { return nil }
    let time = Int64(hour * 3600 + minute * 60 + second) - Int64(zone) * 60
    if isToday, date * 86_400 + time > now { date -= 1 }
    if year == nil, date * 86_400 + time > now + 86_400 {
      guard let last = Self.days(today.year - 1, month ?? today.month, day ?? today.day) else { return nil }
      date = last
    }
    return date * 86_400 + time
  }

  private func number(_ key: String) -> Int? {
    fields[key].flatMap { Int($0.drop { $0 == " " }) }
  }

  /// The month by its name or the first three letters of it.
  private func place(_ key: String, _ names: [String]) -> Int? {
    guard let word = fields[key]?.lowercased(), !word.isEmpty else { return nil }
    return names.firstIndex { key == "B" ? $0 == word : $0.prefix(3) == word }.map { $0 + 1 }
  }

  private var hour: Int? {
    if fields["H"] != nil { return number("H") }
    guard fields["I"] != nil, let hour = number("I") else { return fields["I"] == nil ? 0 : nil }
    return hour % 12 + (fields["p"]?.lowercased() == "pm" ? 12 : 0)
  }

  /// Minutes east of UTC; a host of ours lives in UTC.
  private var zone: Int? {
    guard let text = fields["z"] ?? fields["Z"], !["Z", "UTC", "GMT"].contains(text.uppercased()) else { return 0 }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let digits = text.dropFirst().filter { $0 != ":" }
    guard let hours = Int(digits.prefix(2)), let minutes = digits.count > 2 ? Int(digits.dropFirst(2)) : 0 else {
      return nil
    }
    return (hours * 60 + minutes) * (sign == "-" ? -1 : 1)
  }

  /// Days since 1970-01-01 in the proleptic Gregorian calendar; `nil` for a day that does not exist.
  static func days(_ year: Int, _ month: Int, _ day: Int) -> Int64? {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= length(of: month, in: year) else {
      return nil
    }
    return CivilDate(year: Int64(year), month: Int64(month), day: Int64(day)).daysSince1970
  }

  private static func length(of month: Int, in year: Int) -> Int {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }
}
