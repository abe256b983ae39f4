/// `head` and `tail` read their arguments alike.
enum LineCount {
  static func run(_ call: ShellCall, _ shell: Shell, _ choose: ([Substring], Int) -> ArraySlice<Substring>)
    -> ShellResult
  {
    var count = 10
    var files: [String] = []
    var arguments = ArgumentReader(
      call.arguments.map { word in
        word.dropFirst().allSatisfy(\.isNumber) && word.hasPrefix("-") && word.count > 1
          ? "-n\(word.dropFirst())" : word
      })
    while let argument = arguments.next() {
      switch argument {
      case .option("n"), .option("lines"):
        let value = arguments.value() ?? ""
        guard let number = Int(value), number >= 0 else {
          return .failure("\(call.name): invalid number of lines: '\(value)'")
        }
        count = number
      case .option("f") where call.name == "tail": continue
      case .option(let name): return .notModelled("\(call.name) -\(name)")
      case .operand(let file): files.append(file)
      }
    }
    let input = TextInput(files, call, shell)
    let lines = input.texts.flatMap { choose(TextInput.lines($0.text), count) }
    let errors = input.refusals.map { "\(call.name): cannot open '\($0.file)' for reading: \($0.reason)\n" }
    return ShellResult(
      output: lines.map { $0 + "\n" }.joined(), errorOutput: errors.joined(), status: errors.isEmpty ? 0 : 1)
  }
}
