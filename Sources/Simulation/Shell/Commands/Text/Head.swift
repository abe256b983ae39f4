/// `head`: the first lines.
enum Head: ShellCommand {
  static let name = "head"
  static let summary = "the first lines of what comes in"
  static let example = "iptables -S | head -3"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    LineCount.run(call, shell) { $0.prefix($1) }
  }
}
