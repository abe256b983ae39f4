/// `printf`: text with escapes, for a file of rules in one line.
enum Printf: ShellCommand {
  static let name = "printf"
  static let summary = "print text with \\n and %s"
  static let example = "printf '*filter\\nCOMMIT\\n' | iptables-restore -t"

  private static let escapes: [Character: String] = ["n": "\n", "t": "\t", "\\": "\\", "r": "\r", "\"": "\""]

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var words = call.arguments[...]
    if words.first == "--" { words.removeFirst() }
    guard let format = words.popFirst() else {
      return .failure("printf: usage: printf [-v var] format [arguments]", status: 2)
    }
    var output = ""
    var rest = Substring(format)
    while let character = rest.popFirst() {
      switch character {
      case "\\":
        guard let next = rest.popFirst() else { break }
        output += escapes[next] ?? "\\\(next)"
      case "%":
        guard let next = rest.popFirst() else { break }
        switch next {
        case "%": output += "%"
        case "s", "d": output += words.popFirst() ?? (next == "d" ? "0" : "")
        default: return .notModelled("printf %\(next)")
        }
      default: output.append(character)
      }
    }
    return ShellResult(output: output)
  }
}
