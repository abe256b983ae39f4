/// `date`: the simulated clock, in UTC (coreutils 9.1).
enum Date: ShellCommand {
  static let name = "date"
  static let summary = "print the simulated clock"
  static let example = "date +%T"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var format = "%a %b %e %H:%M:%S %Z %Y"
    var clock = shell.host.clock
    var words = call.arguments[...]
    while let word = words.popFirst() {
      switch word {
      case "-u", "--utc", "--universal": continue
      case "-R", "--rfc-email": format = "%a, %d %b %Y %T +0000"
      case "-I", "--iso-8601": format = "%F"
      case "-Iseconds", "--iso-8601=seconds": format = "%FT%T+00:00"
      case "--help": return ShellResult(output: help)
      case "-d", "--date":
        guard let text = words.popFirst() else {
          return .failure("date: option requires an argument -- 'd'\nTry 'date --help' for more information.")
        }
        if text == "now" { continue }
        guard text.hasPrefix("@"), let seconds = Int64(text.dropFirst()), seconds.magnitude < 9_000_000_000 else {
          return .notModelled("date -d '\(text)'")
        }
        clock = seconds * 1_000_000_000
      case _ where word.hasPrefix("+"): format = String(word.dropFirst())
      case _ where word.hasPrefix("-"):
        return .notModelled("date \(word): the clock moves with the packets and with sleep")
      default: return .failure("date: invalid date '\(word)'")
      }
    }
    return ShellResult(output: text(format, CalendarTime(nanoseconds: clock), clock) + "\n")
  }

  private static let help = """
    date [-u] [-R|-I] [-d @SECONDS] [+FORMAT]    the simulated clock, or that moment, in UTC

    """

  private static func text(_ format: String, _ now: CalendarTime, _ clock: Int64) -> String {
    var text = ""
    var rest = Substring(format)
    while let character = rest.popFirst() {
      guard character == "%", let letter = rest.popFirst() else {
        text.append(character)
        continue
      }
      switch letter {
      case "a": text += now.weekdayName
      case "b", "h": text += now.monthName
      case "c": text += now.ctime
      case "d": text += now.day.padded(2, "0")
      case "D", "x": text += "\(now.month.padded(2, "0"))/\(now.day.padded(2, "0"))/\((now.year % 100).padded(2, "0"))"
      case "e": text += now.day.padded(2)
      case "F": text += "\(now.year)-\(now.month.padded(2, "0"))-\(now.day.padded(2, "0"))"
      case "H": text += now.hour.padded(2, "0")
      case "I": text += ((now.hour + 11) % 12 + 1).padded(2, "0")
      case "n": text += "\n"
      case "p": text += now.hour < 12 ? "AM" : "PM"
      case "R": text += "\(now.hour.padded(2, "0")):\(now.minute.padded(2, "0"))"
      case "t": text += "\t"
      case "u": text += String(now.weekday == 0 ? 7 : now.weekday)
      case "w": text += String(now.weekday)
      case "X": text += now.clock
      case "y": text += (now.year % 100).padded(2, "0")
      case "M": text += now.minute.padded(2, "0")
      case "m": text += now.month.padded(2, "0")
      case "N": text += now.nanosecond.padded(9, "0")
      case "S": text += now.second.padded(2, "0")
      case "s": text += String(clock / 1_000_000_000)
      case "T": text += now.clock
      case "Y": text += String(now.year)
      case "Z": text += "UTC"
      case "%": text += "%"
      default: text += "%\(letter)"
      }
    }
    return text
  }
}
