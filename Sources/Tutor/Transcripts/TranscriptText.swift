import Simulation

extension Transcript {
  static let firstWord = "chainwalk-transcript"

  /// The whole file.
  package var text: String { beginning + (closing?.text ?? "") }

  /// Everything but the closing line: what a recording has on paper while it goes on.
  package var beginning: String {
    header.text + Self.output(opening) + entries.map(\.text).joined()
  }

  /// Lines of output. What could be taken for an input, or for the end, has a backslash before it.
  static func output(_ lines: [String]) -> String {
    lines.map { line in (needsEscape(line) ? "\\" : "") + line + "\n" }.joined()
  }

  private static func needsEscape(_ line: String) -> Bool {
    line.hasPrefix("\\") || line == "---" || Entry.head(line) != nil || Entry.more(line) != nil
  }
}

extension Transcript.Header {
  package var text: String {
    var lines = ["\(Transcript.firstWord) \(Transcript.version)"]
    switch subject {
    case .lesson(let id, let content): lines += ["lesson: \(id)", "content: \(content)"]
    case .step(let capture, let rules, let host, let packet, let content):
      lines += ["step: \(capture)", "rules: \(rules)"] + (host.map { ["host: \($0)"] } ?? [])
      lines += ["packet: \(packet)", "content: \(content)"]
    case .quiz(let capture, let rules, let host, let count, let seed, let content):
      lines += ["quiz: \(capture)", "rules: \(rules)"] + (host.map { ["host: \($0)"] } ?? [])
      lines += ["count: \(count)", "seed: \(seed)", "content: \(content)"]
    case .prompt: lines += ["prompt: chainwalk"]
    case .review: lines += ["review: chainwalk"]
    }
    lines.append("language: \(language.rawValue)")
    if watches { lines.append("watch: yes") }
    if isPlain { lines.append("plain: yes") }
    if let began { lines.append("began: \(began)") }
    lines += memory.headerLines
    return lines.joined(separator: "\n") + "\n---\n"
  }
}

extension Transcript.Entry {
  /// `[3.420] > next` and what was shown; further lines of a paste follow as `[3.420] + line`.
  package var text: String {
    let lines = input.split(separator: "\n", omittingEmptySubsequences: false)
    var text = ""
    for (index, line) in lines.enumerated() { text += "[\(Self.seconds(time))] \(index == 0 ? ">" : "+") \(line)\n" }
    return text + Transcript.output(output)
  }

  /// Milliseconds as seconds with three decimals.
  static func seconds(_ milliseconds: Int) -> String {
    "\(milliseconds / 1000)." + String(milliseconds % 1000 + 1000).dropFirst()
  }

  /// The time and input of a line that begins an entry; `nil` for any other.
  static func head(_ line: some StringProtocol) -> (time: Int, input: String)? { stamped(line, ">") }

  /// The same for a further line of the input.
  static func more(_ line: some StringProtocol) -> (time: Int, input: String)? { stamped(line, "+") }

  private static func stamped(_ line: some StringProtocol, _ sign: String) -> (time: Int, input: String)? {
    guard line.hasPrefix("["), let close = line.firstIndex(of: "]") else { return nil }
    let stamp = line[line.index(after: line.startIndex)..<close]
    let rest = line[line.index(after: close)...]
    let parts = stamp.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].utf8.count == 3, let seconds = Int(parts[0]), let rest1 = Int(parts[1]),
      seconds >= 0,
      rest1 >= 0, seconds < 1_000_000_000, parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    guard rest == " \(sign)" || rest.hasPrefix(" \(sign) ") else { return nil }
    return (seconds * 1000 + rest1, String(rest.dropFirst(3)))
  }
}

extension Transcript.Closing {
  /// The end of the file: `---` and the line of figures.
  package var text: String { "---\n\(line)\n" }
  package var line: String { "events: \(events), answered: \(answered), right: \(right), skipped: \(skipped)" }

  init?(_ line: some StringProtocol) {
    let names = ["events", "answered", "right", "skipped"]
    var numbers: [Int] = []
    for (part, name) in zip(line.split(separator: ","), names) {
      let words = part.split(separator: " ")
      guard words.count == 2, words[0] == name + ":", let number = Int(words[1]) else { return nil }
      numbers.append(number)
    }
    guard numbers.count == names.count else { return nil }
    self.init(events: numbers[0], answered: numbers[1], right: numbers[2], skipped: numbers[3])
    guard self.line == line else { return nil }
  }
}
