import Netfilter

/// `dmesg`: the kernel log (util-linux 2.38).
enum Dmesg: ShellCommand {
  static let name = "dmesg"
  static let summary = "print the kernel log, where LOG writes"
  static let example = "dmesg -T"

  private enum TimeStyle { case uptime, calendar, none }

  static func effect(of call: ShellCall) -> ShellEffect {
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      if [.option("c"), .option("C"), .option("read-clear"), .option("clear")].contains(argument) { return .moves }
    }
    return .reads
  }

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var style = TimeStyle.uptime
    var decodes = false
    var clears = false
    var prints = true
    var wanted: Set<Int>?
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      switch argument {
      case .option("T"), .option("ctime"): style = .calendar
      case .option("t"), .option("notime"): style = .none
      case .option("x"), .option("decode"): decodes = true
      case .option("c"), .option("read-clear"): clears = true
      case .option("C"), .option("clear"): (clears, prints) = (true, false)
      case .option("k"), .option("kernel"), .option("L"), .option("color"), .option("P"), .option("nopager"):
        _ = arguments.attachedValue()
      case .option("w"), .option("follow"), .option("W"), .option("follow-new"): continue
      case .option("l"), .option("level"):
        var levels: Set<Int> = []
        for name in (arguments.value() ?? "").split(separator: ",") {
          guard let level = KernelLogView.levels.firstIndex(of: String(name)) else {
            return .failure("dmesg: unknown level '\(name)'")
          }
          levels.insert(level)
        }
        wanted = levels
      case .option(let letter) where letter.count == 1:
        return .failure("dmesg: invalid option -- '\(letter)'\nTry 'dmesg --help' for more information.")
      case .option(let name):
        return .failure("dmesg: unrecognized option '--\(name)'\nTry 'dmesg --help' for more information.")
      case .operand: return .failure("dmesg: bad usage\nTry 'dmesg --help' for more information.")
      }
    }
    let log = KernelLogView(shell.host)
    var output = ""
    if prints {
      for line in log.lines.dropFirst(shell.clearedLogLines) where wanted?.contains(line.level) ?? true {
        if decodes { output += "kern  :\(KernelLogView.levels[min(max(line.level, 0), 7)].padded(right: 6)): " }
        switch style {
        case .uptime: output += KernelLogView.uptime(line) + " "
        case .calendar: output += "[\(log.moment(line).ctime)] "
        case .none: break
        }
        output += line.text + "\n"
      }
    }
    if clears { shell.clearedLogLines = log.lines.count }
    return ShellResult(output: output)
  }
}
