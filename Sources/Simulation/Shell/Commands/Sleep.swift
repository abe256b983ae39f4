/// `sleep`: moves the simulated clock (coreutils 9.1).
enum Sleep: ShellCommand {
  static let name = "sleep"
  static let summary = "let time pass on the simulated host"
  static let example = "sleep 20m"

  private static let help = """
    sleep NUMBER[s|m|h|d]...    moves the simulated clock by all of them together

    """
  private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

  static func effect(of call: ShellCall) -> ShellEffect { .moves }

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    guard !call.arguments.isEmpty else {
      return .failure("sleep: missing operand\nTry 'sleep --help' for more information.")
    }
    var seconds = 0.0
    for word in call.arguments {
      if word.hasPrefix("-"), let letter = word.dropFirst().first, word != "--" {
        if word == "--help" { return ShellResult(output: help) }
        let what = letter == "-" ? "unrecognized option '\(word)'" : "invalid option -- '\(letter)'"
        return .failure("sleep: \(what)\nTry 'sleep --help' for more information.")
      }
      let unit = word.last.flatMap { units[$0] }
      let digits = unit == nil ? word[...] : word.dropLast()
      guard let number = Double(digits), number >= 0, number.isFinite else {
        return .failure("sleep: invalid time interval '\(word)'\nTry 'sleep --help' for more information.")
      }
      seconds += number * (unit ?? 1)
    }
    // A century is as good as for ever, and stays within what the clock can hold.
    shell.host.pass(nanoseconds: Int64(min(seconds, 3_155_760_000) * 1_000_000_000))
    return ShellResult()
  }
}
