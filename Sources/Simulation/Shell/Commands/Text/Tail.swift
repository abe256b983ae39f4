/// `tail`: the last lines.
enum Tail: ShellCommand {
  static let name = "tail"
  static let summary = "the last lines of what comes in"
  static let example = "dmesg | tail -1"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    LineCount.run(call, shell) { $0.suffix($1) }
  }
}
