/// `date`: the simulated clock, in UTC (coreutils 9.1).
enum Date: ShellCommand {
  static let name = "date"
  static let summary = "print the simulated clock"
  static let example = "date +%T"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    let now = CalendarTime(nanoseconds: shell.host.clock)
    var format = "%a %b %e %H:%M:%S %Z %Y"
    for word in call.arguments {
      if word == "-u" || word == "--utc" { continue }
      guard word.hasPrefix("+") else {
        return .notModelled("date \(word): the clock moves with the packets and with sleep")
      }
      format = String(word.dropFirst())
    }
    return ShellResult(output: text(format, now, shell.host.clock) + "\n")
  }

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
      case "d": text += now.day.padded(2, "0")
      case "e": text += now.day.padded(2)
      case "F": text += "\(now.year)-\(now.month.padded(2, "0"))-\(now.day.padded(2, "0"))"
      case "H": text += now.hour.padded(2, "0")
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
