/// The parts of a date as fail2ban's date patterns name them, `%Y`, `%ExY` and so on (`jail.conf(5)`, `datepattern`).
enum DateTokens {
  struct Token: Sendable {
    /// As written after `%`.
    let key: String
    /// What it matches, as a group that the date is read from.
    let pattern: String
    /// What the programs call it when they list a pattern.
    let name: String
  }

  private static let months = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
  private static let days = "mon|tue|wed|thu|fri|sat|sun"
  static let fullMonths = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]
  private static let fullDays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
  private static let zone = "[A-Z](?:[A-Z]{2,4})?"

  /// Longer keys first, so that `%ExY` is not read as `%E`.
  static let all: [Token] = [
    Token(key: "ExY", pattern: #"(?P<Y>(?:19|20)\d\d)"#, name: "ExYear"),
    Token(key: "Exy", pattern: #"(?P<y>\d{2})"#, name: "ExYear2"),
    Token(key: "Exm", pattern: #"(?P<m>0[1-9]|1[0-2])"#, name: "ExMonth"),
    Token(key: "Exd", pattern: #"(?P<d>[1-2]\d|0[1-9]|3[0-1])"#, name: "ExDay"),
    Token(key: "ExH", pattern: #"(?P<H>[0-1]\d|2[0-3])"#, name: "Ex24hour"),
    Token(key: "Exk", pattern: #" ?(?P<H>[0-1]?\d|2[0-3])"#, name: "%Exk"),
    Token(key: "Exl", pattern: #" ?(?P<I>1[0-2]|\d)"#, name: "%Exl"),
    Token(key: "ExM", pattern: #"(?P<M>[0-5]\d)"#, name: "ExMinute"),
    Token(key: "ExS", pattern: #"(?P<S>[0-5]\d|6[0-1])"#, name: "ExSecond"),
    Token(key: "ExZ", pattern: "(?P<Z>\(zone))", name: "ExZone name"),
    Token(key: "Exz", pattern: #"(?P<z>(?:\#(zone))?[+-][01]\d(?::?\d{2})?|\#(zone))"#, name: "ExZone offset"),
    Token(key: "a", pattern: "(?P<a>\(days))", name: "DAY"),
    Token(key: "A", pattern: "(?P<A>\(fullDays.joined(separator: "|")))", name: "DAYNAME"),
    Token(key: "b", pattern: "(?P<b>\(months))", name: "MON"),
    Token(key: "B", pattern: "(?P<B>\(fullMonths.joined(separator: "|")))", name: "MONTH"),
    Token(key: "d", pattern: #"(?P<d>[1-2]\d|[0 ]?[1-9]|3[0-1])"#, name: "Day"),
    Token(key: "f", pattern: #"(?P<f>[0-9]{1,6})"#, name: "Microseconds"),
    Token(key: "H", pattern: #"(?P<H>[0-1]?\d|2[0-3])"#, name: "24hour"),
    Token(key: "I", pattern: #"(?P<I>1[0-2]|0[1-9]|[1-9])"#, name: "12hour"),
    Token(key: "k", pattern: #" ?(?P<H>[0-2]?\d)"#, name: "%k"),
    Token(key: "l", pattern: #" ?(?P<I>1?\d)"#, name: "%l"),
    Token(key: "m", pattern: #"(?P<m>0?[1-9]|1[0-2])"#, name: "Month"),
    Token(key: "M", pattern: #"(?P<M>[0-5]?\d)"#, name: "Minute"),
    Token(key: "p", pattern: "(?P<p>am|pm)", name: "AMPM"),
    Token(key: "S", pattern: #"(?P<S>[0-5]?\d|6[0-1])"#, name: "Second"),
    Token(key: "y", pattern: #"(?P<y>\d\d)"#, name: "Year2"),
    Token(key: "Y", pattern: #"(?P<Y>\d{4})"#, name: "Year"),
    Token(key: "z", pattern: #"(?P<z>Z|UTC|GMT|[+-][01]\d(?::?\d{2})?)"#, name: "Zone offset"),
    Token(key: "Z", pattern: "(?P<Z>Z|[A-Z]{3,5})", name: "Zone name"),
    Token(key: "%", pattern: "%", name: "%"),
  ]

  /// A pattern with its tokens replaced, once by what they match and once by their names; `nil` where a `%` is followed
  /// by what is no token.
  static func expand(_ pattern: String) -> (pattern: String, name: String)? {
    var (result, name) = ("", "")
    var rest = Substring(pattern)
    while let character = rest.popFirst() {
      guard character == "%" else {
        result.append(character)
        name.append(character)
        continue
      }
      guard let token = all.first(where: { rest.hasPrefix($0.key) }) else { return nil }
      rest.removeFirst(token.key.count)
      result += token.pattern
      name += token.name
    }
    return (result, name)
  }

  /// Whether letters play a part, which are then taken in either case.
  static func hasWords(_ pattern: String) -> Bool {
    ["%a", "%A", "%b", "%B", "%p", "%c"].contains { pattern.contains($0) }
  }
}
