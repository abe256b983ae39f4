/// A date of the proleptic Gregorian calendar.
package struct CivilDate: Sendable, Hashable {
  package var year: Int64
  /// 1 to 12.
  package var month: Int64
  /// From 1.
  package var day: Int64

  package init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The date that lies so many days after 1970-01-01, or before it; within some millions of years of it.
  ///
  /// Counted in years that begin in March, so that the leap day ends them; four hundred of them have 146,097 days.
  package init(daysSince1970 days: Int64) {
    let shifted = days + Self.daysTo1970
    let era = (shifted >= 0 ? shifted : shifted - (Self.daysInEra - 1)) / Self.daysInEra
    let dayOfEra = shifted - era * Self.daysInEra
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / (Self.daysInEra - 1)) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days from 1970-01-01, for years from 0 to some millions; a day past its month's end is one of the next month.
  package var daysSince1970: Int64 {
    let year = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - Self.daysTo1970
  }

  private static let daysInEra: Int64 = 146_097
  /// From March 1st of the year 0.
  private static let daysTo1970: Int64 = 719_468
}
