import Simulation

/// What is wrong with a transcript's file, and where.
package struct TranscriptError: Error, Sendable, Hashable, CustomStringConvertible {
  package var file: String
  /// 1-based.
  package var line: Int?
  package var message: String

  package var description: String { file + (line.map { ":\($0)" } ?? "") + ": " + message }
}

extension Transcript {
  /// Reads a transcript. A missing closing line is no error here: `closing` is then `nil`.
  package init(parsing text: String, file: String) throws(TranscriptError) {
    guard !text.isEmpty else { throw TranscriptError(file: file, message: "is empty; expected a transcript") }
    // Bytes, since `\r\n` is one Character.
    if let carriage = text.utf8.firstIndex(of: 0x0d) {
      let line = text.utf8[..<carriage].count { $0 == 0x0a } + 1
      throw TranscriptError(
        file: file, line: line, message: "lines end in CR LF; a transcript's lines end in LF alone (dos2unix mends it)")
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.last == "" else {
      throw TranscriptError(file: file, line: lines.count, message: "the last line does not end; the file is cut short")
    }
    lines.removeLast()
    try Self.checkVersion(lines[0], file)
    guard let end = lines.firstIndex(of: "---") else {
      throw TranscriptError(file: file, line: lines.count, message: "cut short: the header does not end in `---`")
    }
    self.init(header: try Header(lines[1..<end], file: file))
    try readBody(lines, from: end + 1, file)
  }

  private static func checkVersion(_ line: String, _ file: String) throws(TranscriptError) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2, words[0] == firstWord, let version = Int(words[1]), version > 0 else {
      throw TranscriptError(file: file, line: 1, message: "is no transcript: expected `\(firstWord) \(Self.version)`")
    }
    guard version <= Self.version else {
      throw TranscriptError(
        file: file, line: 1,
        message:
          "is a transcript of version \(version); this chainwalk reads up to version \(Self.version), a newer one is needed"
      )
    }
  }

  private mutating func readBody(_ lines: [String], from start: Int, _ file: String) throws(TranscriptError) {
    var index = start
    while index < lines.count {
      let line = lines[index]
      if line == "---" {
        guard index + 1 < lines.count else {
          throw TranscriptError(file: file, line: index + 1, message: "cut short: after `---` comes the closing line")
        }
        guard let closing = Closing(lines[index + 1]) else {
          throw TranscriptError(
            file: file, line: index + 2,
            message: "expected a closing line such as `events: 3, answered: 1, right: 1, skipped: 0`")
        }
        guard index + 2 == lines.count else {
          throw TranscriptError(file: file, line: index + 3, message: "nothing may follow the closing line")
        }
        self.closing = closing
        return
      }
      if let head = Entry.head(line) {
        entries.append(Entry(time: head.time, input: head.input, output: []))
      } else if let more = Entry.more(line), let last = entries.last, last.output.isEmpty {
        entries[entries.count - 1].input += "\n" + more.input
      } else {
        let plain = line.hasPrefix("\\") ? String(line.dropFirst()) : line
        if entries.isEmpty { opening.append(plain) } else { entries[entries.count - 1].output.append(plain) }
      }
      index += 1
    }
  }
}

extension Transcript.Header {
  private static let known = [
    "lesson", "step", "quiz", "prompt", "review", "rules", "host", "packet", "count", "seed", "content", "language",
    "watch",
    "plain", "began",
  ]

  fileprivate init(_ lines: ArraySlice<String>, file: String) throws(TranscriptError) {
    var values: [String: String] = [:]
    for (index, line) in zip(lines.indices, lines) {
      guard let colon = line.firstIndex(of: ":"), line[colon...].hasPrefix(": ") else {
        throw TranscriptError(file: file, line: index + 1, message: "expected `key: value` or `---`")
      }
      let key = String(line[..<colon])
      let value = line[colon...].dropFirst(2)
      if key == "progress" || key == "missed" {
        guard key == "progress" ? memory.takeProgress(value) : memory.takeMissed(value) else {
          throw TranscriptError(
            file: file, line: index + 1, message: "`\(key)` cannot be read as what was known before")
        }
        continue
      }
      guard Self.known.contains(key), values[key] == nil else {
        throw TranscriptError(
          file: file, line: index + 1,
          message: values[key] == nil ? "unknown key `\(key)`" : "`\(key)` stands here twice")
      }
      values[key] = String(value)
    }
    if let text = values["began"] {
      guard let seconds = Int64(text) else {
        throw TranscriptError(file: file, line: 2, message: "`began` is a number of seconds since 1970")
      }
      began = seconds
    }
    func content() throws(TranscriptError) -> ContentHash {
      guard let hash = values["content"].flatMap({ ContentHash($0) }) else {
        throw TranscriptError(file: file, line: 2, message: "the header needs `content: sha256:` and 64 digits")
      }
      return hash
    }
    func need(_ key: String) throws(TranscriptError) -> String {
      guard let value = values[key] else {
        throw TranscriptError(file: file, line: 2, message: "the header needs `\(key)`")
      }
      return value
    }
    if let lesson = values["lesson"] {
      subject = .lesson(lesson, try content())
    } else if let capture = values["step"] {
      subject = .step(
        capture: capture, rules: try need("rules"), host: values["host"], packet: Int(values["packet"] ?? "1") ?? 1,
        try content())
    } else if let capture = values["quiz"] {
      guard let count = Int(try need("count")), let seed = UInt64(try need("seed")) else {
        throw TranscriptError(file: file, line: 2, message: "`count` and `seed` are numbers")
      }
      subject = .quiz(
        capture: capture, rules: try need("rules"), host: values["host"], count: count, seed: seed, try content())
    } else if values["prompt"] != nil {
      subject = .prompt
    } else if values["review"] != nil {
      subject = .review
    } else {
      throw TranscriptError(file: file, line: 2, message: "the header needs `lesson`, `step` or `quiz`")
    }
    guard let language = Language(rawValue: values["language"] ?? "") else {
      throw TranscriptError(file: file, line: 2, message: "the header needs `language: en` or `language: ja`")
    }
    self.language = language
    watches = values["watch"] == "yes"
    isPlain = values["plain"] == "yes"
  }
}
