/// `wc`: lines, words and bytes.
enum WordCount: ShellCommand {
  static let name = "wc"
  static let summary = "count lines (-l), words and bytes"
  static let example = "dmesg | wc -l"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    let text = call.input ?? ""
    let lines = text.utf8.count { $0 == UInt8(ascii: "\n") }
    switch call.arguments {
    case ["-l"]: return ShellResult(output: "\(lines)\n")
    case ["-w"]: return ShellResult(output: "\(text.split(whereSeparator: \.isWhitespace).count)\n")
    case ["-c"]: return ShellResult(output: "\(text.utf8.count)\n")
    case []:
      let words = text.split(whereSeparator: \.isWhitespace).count
      return ShellResult(output: "\(lines.padded(7)) \(words.padded(7)) \(text.utf8.count.padded(7))\n")
    default: return .notModelled("wc \(call.arguments.joined(separator: " "))")
    }
  }
}
