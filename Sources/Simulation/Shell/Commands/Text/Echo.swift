/// `echo`.
enum Echo: ShellCommand {
  static let name = "echo"
  static let summary = "print its arguments"
  static let example = "echo 1 > /dev/null"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    let endsLine = call.arguments.first != "-n"
    let words = endsLine ? call.arguments[...] : call.arguments.dropFirst()
    return ShellResult(output: words.joined(separator: " ") + (endsLine ? "\n" : ""))
  }
}
