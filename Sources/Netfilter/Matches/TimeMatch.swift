/// `-m time`: when the packet came (`net/netfilter/xt_time.c`).
package struct TimeMatch: Match {
  package static let name = "time"
  package static let options = [
    OptionDefinition("datestart"),
    OptionDefinition("datestop"),
    OptionDefinition("timestart"),
    OptionDefinition("timestop"),
    OptionDefinition("monthdays", invertible: true),
    OptionDefinition("weekdays", invertible: true),
    OptionDefinition("localtz", argument: .none, excludes: ["utc"]),
    OptionDefinition("utc", argument: .none, excludes: ["localtz", "kerneltz"]),
    OptionDefinition("contiguous", argument: .none),
    OptionDefinition("kerneltz", argument: .none, excludes: ["utc"]),
  ]
  private static let lastSecond: UInt32 = 86_399
  private static let latestDate = UInt32(Int32.max)

  /// Seconds since 1970.
  private var dateStart: UInt32 = 0
  private var dateStop = Self.latestDate
  /// Seconds since midnight.
  private var timeStart: UInt32 = 0
  private var timeStop = Self.lastSecond
  private var days = CalendarDays()
  private var usesKernelZone = false
  private var wasLocalZone = false
  private var isContiguous = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    switch option.name {
    case "datestart": dateStart = try CalendarText.date(option.value)
    case "datestop": dateStop = try CalendarText.date(option.value)
    case "timestart": timeStart = try CalendarText.time(option.value)
    case "timestop": timeStop = try CalendarText.time(option.value)
    case "monthdays": try days.takeMonthDays(option.value, inverted: option.inverted)
    case "weekdays": try days.takeWeekdays(option.value, inverted: option.inverted)
    case "contiguous": isContiguous = true
    case "localtz": (usesKernelZone, wasLocalZone) = (true, true)
    case "kerneltz": usesKernelZone = true
    default: break
    }
  }

  package mutating func finish(_ rule: RuleHeader) throws(OptionError) {
    if isContiguous, timeStart < timeStop {
      throw OptionError("time: --contiguous only makes sense when stoptime is smaller than starttime")
    }
  }

  package var warnings: [String] {
    guard wasLocalZone else { return [] }
    return [
      "WARNING: --localtz is being replaced by --kerneltz, since \"local\" is ambiguous. "
        + "Note the kernel timezone has caveats - see manpage for details."
    ]
  }

  package var saved: String {
    var text = ""
    if timeStart != 0 || timeStop != Self.lastSecond {
      text += " --timestart \(CalendarText.clock(timeStart)) --timestop \(CalendarText.clock(timeStop))"
    }
    if !days.hasAllMonthDays { text += " --monthdays \(days.monthDays.map(String.init).joined(separator: ","))" }
    if !days.hasAllWeekdays { text += " --weekdays \(days.weekdayNames.joined(separator: ","))" }
    if dateStart != 0 { text += " --datestart \(CalendarText.date(dateStart, separator: "T"))" }
    text += " --datestop \(CalendarText.date(dateStop, separator: "T"))"
    return text + (usesKernelZone ? " --kerneltz" : "") + (isContiguous ? " --contiguous" : "")
  }

  package func listed(numeric: Bool) -> String {
    var text = " TIME"
    if timeStart != 0 || timeStop != Self.lastSecond {
      text += " from \(CalendarText.clock(timeStart)) to \(CalendarText.clock(timeStop))"
    }
    if !days.hasAllWeekdays { text += " on \(days.weekdayNames.joined(separator: ","))" }
    if !days.hasAllMonthDays { text += " on \(days.monthDays.map(Self.ordinal).joined(separator: ","))" }
    if dateStart != 0 { text += " starting from \(CalendarText.date(dateStart, separator: " "))" }
    if dateStop != Self.latestDate { text += " until date \(CalendarText.date(dateStop, separator: " "))" }
    return text + (usesKernelZone ? "" : " UTC") + (isContiguous ? " contiguous" : "")
  }

  /// As iptables has it: `11st`.
  private static func ordinal(_ day: Int) -> String {
    switch day % 10 {
    case 1: "\(day)st"
    case 2: "\(day)nd"
    case 3: "\(day)rd"
    default: "\(day)th"
    }
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    guard let boot = context.namespace.bootTime else { return .notModelled("-m time: the capture gives no date") }
    // The kernel's own time zone, for --kerneltz, is UTC unless a program set it.
    var stamp = (boot &+ context.namespace.now) / 1_000_000_000
    let now = UInt32(clamping: stamp)
    let shown = { CalendarText.date(now, separator: " ") }
    let isWithinDates = stamp >= Int64(dateStart) && stamp <= Int64(dateStop)
    if dateStart != 0 || dateStop != Self.latestDate || !isWithinDates {
      let option = dateStart != 0 ? "--datestart" : "--datestop"
      let operand = "\(CalendarText.date(dateStart, separator: " ")) to \(CalendarText.date(dateStop, separator: " "))"
      guard
        context.compare(
          isWithinDates,
          Comparison(option, .property("date"), read: shown(), .within, operand, holds: isWithinDates))
      else { return .fails }
    }
    let second = UInt32(truncatingIfNeeded: stamp % 86_400)
    let isWithinDay =
      timeStart < timeStop
      ? second >= timeStart && second <= timeStop : second >= timeStart || second <= timeStop
    if timeStart != 0 || timeStop != Self.lastSecond {
      let operand = "\(CalendarText.clock(timeStart)) to \(CalendarText.clock(timeStop))"
      guard
        context.compare(
          isWithinDay,
          Comparison(
            "--timestart", .property("time of day"), read: CalendarText.clock(second), .within, operand,
            holds: isWithinDay))
      else { return .fails }
    }
    // After midnight the span that began the evening before goes on, and with it that evening's day.
    if timeStart >= timeStop, isContiguous, second <= timeStop { stamp -= 86_400 }
    return days.judge(stamp, context)
  }
}
