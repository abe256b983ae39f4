/// `cat`.
enum Cat: ShellCommand {
  static let name = "cat"
  static let summary = "print files, such as /var/log/kern.log"
  static let example = "cat /var/log/kern.log"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    let input = TextInput(call.arguments, call, shell)
    return ShellResult(
      output: input.texts.map(\.text).joined(),
      errorOutput: input.refusals.map { "cat: \($0.file): \($0.reason)\n" }.joined(),
      status: input.refusals.isEmpty ? 0 : 1)
  }
}
