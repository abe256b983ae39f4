import Testing

@testable import Wire

@Suite("civil dates")
struct CivilDateTests {
  /// `date -u -d @SECONDS +%F` (GNU coreutils), for `days` times 86,400 seconds.
  @Test(
    "a day's number is its date, both ways",
    arguments: [
      (0, 1970, 1, 1), (-1, 1969, 12, 31), (59, 1970, 3, 1), (11_016, 2000, 2, 29), (11_017, 2000, 3, 1),
      (16_661, 2015, 8, 14), (-25_509, 1900, 2, 28), (-25_508, 1900, 3, 1), (24_855, 2038, 1, 19),
      (47_540, 2100, 2, 28), (47_541, 2100, 3, 1),
    ] as [(Int64, Int64, Int64, Int64)])
  func bothWays(days: Int64, year: Int64, month: Int64, day: Int64) {
    let date = CivilDate(year: year, month: month, day: day)
    #expect(CivilDate(daysSince1970: days) == date)
    #expect(date.daysSince1970 == days)
  }

  @Test("a day past its month's end is one of the next month")
  func carried() {
    #expect(
      CivilDate(year: 2015, month: 2, day: 30).daysSince1970 == CivilDate(year: 2015, month: 3, day: 2).daysSince1970)
  }
}
