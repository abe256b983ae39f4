/// A span of time as fail2ban's settings give it: `600`, `10m`, `1h 30m`, `-1` for ever (`jail.conf(5)`).
enum TimeSpan {
  private static let units: [(names: [String], seconds: Double)] = [
    (["days", "day", "da", "dd", "d"], 86_400), (["weeks", "week", "wee", "we", "ww", "w"], 604_800),
    (["months", "month", "mon", "mo"], 2_629_800), (["years", "year", "yea", "ye", "yy", "y"], 31_557_600),
    (["seconds", "second", "sec", "se", "ss", "s"], 1), (["minutes", "minute", "min", "mi", "mm", "m"], 60),
    (["hours", "hour", "hou", "ho", "hh", "h"], 3600),
  ]

  /// Seconds; `nil` for what is no span of time.
  static func seconds(_ text: String) -> Int64? {
    var total = 0.0
    var sign = 1.0
    var hasPart = false
    var rest = Substring(text.lowercased())
    while true {
      rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\n" }
      guard let character = rest.first else { break }
      if character == "+" || character == "-" {
        sign = character == "-" ? -1 : 1
        rest.removeFirst()
        continue
      }
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let number = Double(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      let letters = rest.drop { $0 == " " }.prefix(while: \.isLetter)
      var scale = 1.0
      if !letters.isEmpty {
        guard let unit = units.first(where: { $0.names.contains(String(letters)) }) else { return nil }
        scale = unit.seconds
        rest = rest.drop { $0 == " " }.dropFirst(letters.count)
      }
      total += sign * number * scale
      sign = 1
      hasPart = true
    }
    guard hasPart, abs(total) < 1e12 else { return nil }
    return Int64(total)
  }
}
