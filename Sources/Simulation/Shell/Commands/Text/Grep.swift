/// `grep`: lines that hold a pattern.
enum Grep: ShellCommand {
  static let name = "grep"
  static let summary = "lines that match a pattern"
  static let example = "dmesg | grep UNKNOWN"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var flags: Set<String> = []
    var patterns: [String] = []
    var operands: [String] = []
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      switch argument {
      case .option("e"), .option("regexp"): if let value = arguments.value() { patterns.append(value) }
      case .option(let flag) where ["i", "v", "c", "E", "F", "n", "q", "w", "P"].contains(flag): flags.insert(flag)
      case .option("color"), .option("colour"): _ = arguments.attachedValue()
      case .option(let flag): return .notModelled("grep -\(flag)")
      case .operand(let word): operands.append(word)
      }
    }
    if patterns.isEmpty {
      guard !operands.isEmpty else {
        return .failure(
          "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.", status: 2)
      }
      patterns = [operands.removeFirst()]
    }
    let isLiteral = flags.contains("F") || call.name == "fgrep"
    let isExtended = flags.contains("E") || flags.contains("P") || call.name == "egrep"
    let regex: Regex<AnyRegexOutput>
    do {
      let parts = patterns.map { isLiteral ? Self.escaped($0) : isExtended ? $0 : Self.extended($0) }
      let pattern = parts.joined(separator: "|")
      let compiled = try Regex(flags.contains("w") ? "\\b(?:\(pattern))\\b" : pattern)
      regex = flags.contains("i") ? compiled.ignoresCase() : compiled
    } catch { return .failure("grep: invalid pattern", status: 2) }
    let input = TextInput(operands, call, shell)
    var output = ""
    var count = 0
    for (name, text) in input.texts {
      for (index, line) in TextInput.lines(text).enumerated() {
        let found = (try? regex.firstMatch(in: line)) != nil
        guard found != flags.contains("v") else { continue }
        count += 1
        if operands.count > 1 { output += "\(name):" }
        if flags.contains("n") { output += "\(index + 1):" }
        output += line + "\n"
      }
    }
    if flags.contains("q") { output = "" }
    if flags.contains("c") { output = "\(count)\n" }
    let errors = input.refusals.map { "grep: \($0.file): \($0.reason)\n" }.joined()
    return ShellResult(output: output, errorOutput: errors, status: errors.isEmpty ? count > 0 ? 0 : 1 : 2)
  }

  private static func escaped(_ text: String) -> String {
    text.map { "\\^$.[]|()?*+{}".contains($0) ? "\\\($0)" : String($0) }.joined()
  }

  /// A basic regular expression as an extended one: what is special only behind a backslash there is so without one
  /// here (POSIX.1, 9.3 and 9.4).
  private static func extended(_ pattern: String) -> String {
    var result = ""
    var rest = Substring(pattern)
    while let character = rest.popFirst() {
      if character == "\\", let next = rest.popFirst() {
        result += "(){}+?|".contains(next) ? String(next) : "\\\(next)"
      } else {
        result += "(){}+?|".contains(character) ? "\\\(character)" : String(character)
      }
    }
    return result
  }
}
