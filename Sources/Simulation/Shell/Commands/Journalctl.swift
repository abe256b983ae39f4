import Netfilter

/// `journalctl -k`: the kernel's lines of the journal (systemd 252).
enum Journalctl: ShellCommand {
  static let name = "journalctl"
  static let summary = "print the journal; -k for the kernel's lines"
  static let example = "journalctl -k -n 5"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var count: Int?
    var format = "short"
    var isKernel = false
    var isReversed = false
    var since = Int64.min
    var until = Int64.max
    var lowest = 7
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      switch argument {
      case .option("k"), .option("dmesg"): isKernel = true
      case .option("n"), .option("lines"):
        count = 10
        if let value = arguments.value() {
          guard let number = Int(value), number >= 0 else { return .failure("Failed to parse lines '\(value)'") }
          count = number
        }
      case .option("o"), .option("output"): format = arguments.value() ?? format
      case .option("f"), .option("follow"): count = count ?? 10
      case .option("r"), .option("reverse"): isReversed = true
      case .option("S"), .option("since"), .option("U"), .option("until"):
        let text = arguments.value() ?? ""
        guard let moment = JournalMoment.parse(text, now: shell.host.clock) else {
          return .failure("Failed to parse timestamp: \(text)")
        }
        if [.option("S"), .option("since")].contains(argument) { since = moment } else { until = moment }
      case .option("p"), .option("priority"):
        let text = arguments.value() ?? ""
        guard let level = JournalMoment.level(text) else { return .failure("Unknown log level \(text)") }
        lowest = level
      case .option("h"), .option("help"): return ShellResult(output: help)
      case .option("no-pager"), .option("q"), .option("quiet"), .option("no-hostname"),
        .option("e"),
        .option("b"), .option("utc"):
        continue
      case .option(let name): return .notModelled("journalctl \(name.count == 1 ? "-" : "--")\(name)")
      case .operand(let word): return .notModelled("journalctl's match `\(word)'")
      }
    }
    guard isKernel else { return .notModelled("journalctl without -k: only the kernel writes to this host's journal") }
    let log = KernelLogView(shell.host)
    let chosen = log.lines.filter {
      let moment = shell.host.clock(at: $0.time)
      return $0.level <= lowest && moment >= since && moment <= until
    }
    let last = count.map { chosen.suffix($0) } ?? chosen[...]
    let lines = isReversed ? Array(last.reversed()) : Array(last)
    if lines.isEmpty { return ShellResult(output: "-- No entries --\n") }
    var output = ""
    for line in lines {
      switch format {
      case "short": output += "\(log.moment(line).syslog) \(KernelLogView.hostName) kernel: \(line.text)\n"
      case "short-monotonic": output += "\(KernelLogView.uptime(line)) \(KernelLogView.hostName) kernel: \(line.text)\n"
      case "cat": output += line.text + "\n"
      default: return .notModelled("journalctl -o \(format)")
      }
    }
    return ShellResult(output: output)
  }

  private static let help = """
    journalctl -k [-n COUNT] [-f] [-r] [-p LEVEL] [--since TIME] [--until TIME] [-o short|short-monotonic|cat]

    TIME: 2014-08-14 11:48:37, 11:48, now, today, yesterday, -10min, "10 minutes ago"
    Only the kernel writes to this host's journal.

    """
}

/// Moments as systemd.time(7) writes them, in nanoseconds as the host's clock counts.
enum JournalMoment {
  private static let second: Int64 = 1_000_000_000
  private static let day: Int64 = 86_400 * second
  private static let units: [String: Int64] = [
    "s": 1, "sec": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "minute": 60, "minutes": 60, "h": 3600, "hr": 3600,
    "hour": 3600, "hours": 3600, "d": 86_400, "day": 86_400, "days": 86_400, "w": 604_800, "week": 604_800,
    "weeks": 604_800,
  ]

  static func parse(_ text: String, now: Int64) -> Int64? {
    let midnight = now - ((now % day) + day) % day
    switch text {
    case "now": return now
    case "today": return midnight
    case "yesterday": return midnight - day
    case "tomorrow": return midnight + day
    default: break
    }
    if text.hasPrefix("@") {
      return Int64(text.dropFirst()).flatMap { $0.magnitude < 9_000_000_000 ? $0 * second : nil }
    }
    if text.hasPrefix("-") { return span(text.dropFirst()).map { now - $0 } }
    if text.hasSuffix(" ago") { return span(text.dropLast(4)).map { now - $0 } }
    return calendar(text, midnight)
  }

  /// `10min`, `1 hour 30 min`.
  private static func span(_ text: Substring) -> Int64? {
    var total: Int64 = 0
    var rest = text.drop { $0 == " " }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count).drop { $0 == " " }
      let word = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(word.count).drop { $0 == " " }
      guard let number = Int64(digits), number < 1_000_000, let unit = units[word.isEmpty ? "s" : String(word)] else {
        return nil
      }
      total += number * unit * second
    }
    return total
  }

  /// `2014-08-14`, `2014-08-14 11:48:37`, `11:48`.
  private static func calendar(_ text: String, _ midnight: Int64) -> Int64? {
    var start = midnight
    var words = text.split(separator: " ")[...]
    if let date = words.first, date.contains("-") {
      let parts = date.split(separator: "-").map { Int($0) }
      guard parts.count == 3, let year = parts[0], let month = parts[1], let dayOfMonth = parts[2],
        (1678...2261).contains(year), let days = days(year, month, dayOfMonth)
      else { return nil }
      start = days * day
      words.removeFirst()
    }
    guard let clock = words.popFirst() else { return start }
    let parts = clock.split(separator: ":").map { Int64($0) }
    guard words.isEmpty, (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1],
      let seconds = parts.count == 3 ? parts[2] : 0, (0..<24).contains(hour), (0..<60).contains(minute),
      (0..<60).contains(seconds)
    else { return nil }
    return start + (hour * 3600 + minute * 60 + seconds) * second
  }

  /// Days since 1970-01-01; `nil` for a day that there is not.
  private static func days(_ year: Int, _ month: Int, _ dayOfMonth: Int) -> Int64? {
    guard (1...12).contains(month), (1...31).contains(dayOfMonth) else { return nil }
    // Years begin in March, so that the leap day ends them.
    let shifted = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + dayOfMonth - 1
    let count = Int64(shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468)
    let back = CalendarTime(nanoseconds: count * day)
    return back.day == dayOfMonth && back.month == month ? count : nil
  }

  /// A syslog level by name or number.
  static func level(_ text: String) -> Int? {
    let names = ["warning": 4, "error": 3, "emergency": 0]
    if let level = KernelLogView.levels.firstIndex(of: text) ?? names[text] { return level }
    return Int(text).flatMap { (0...7).contains($0) ? $0 : nil }
  }
}
