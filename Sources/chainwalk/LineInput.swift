import Glibc
import Simulation
import Terminal
import Tutor

/// What the learner types: with editing, history and completion at a terminal, plain lines from a pipe.
final class LineInput {
  private let editor: LineEditor

  init() {
    StateFolder.make()
    editor = LineEditor(history: StateFolder.path.map { $0 + "/history" }, complete: Self.complete)
  }

  /// The next line without its end, or pasted lines whole; `nil` at the end of the input. Ctrl-C gives up the line and
  /// asks again.
  ///
  /// A line that the host's shell would ask to go on (a here-document, open quotes) is given with those that follow.
  func next(prompt: String) -> String? {
    var begun: String?
    while true {
      switch editor.read(prompt: begun == nil ? prompt : "> ") {
      case .line(let line), .paste(let line):
        let text = begun.map { $0 + "\n" + line } ?? line
        guard Shell.wantsMore(text) else { return text }
        begun = text
      case .interrupt: begun = nil
      case .end:
        if let begun { return begun }
        if editor.isInteractive {
          StandardOutput.write("\n".utf8)
          StandardOutput.flush()
        }
        return nil
      }
    }
  }

  /// The first word is a command, later ones are files where they look like one.
  private static func complete(_ typed: String) -> LineEditor.Completion {
    let words = typed.split(separator: " ", omittingEmptySubsequences: false)
    guard let word = words.last.map(String.init) else { return .init(start: 0, candidates: []) }
    let start = typed.utf8.count - word.utf8.count
    let first = words.first { !$0.isEmpty }.map(String.init) ?? ""
    let isFirst = words.dropLast().allSatisfy(\.isEmpty)
    let known = isFirst ? Commands.names : arguments(of: first)
    let candidates = known.filter { $0.hasPrefix(word) }
    if candidates.isEmpty, !isFirst { return .init(start: start, candidates: files(beginning: word)) }
    return .init(start: start, candidates: candidates)
  }

  /// Words that may follow a command.
  private static func arguments(of command: String) -> [String] {
    switch command {
    case "until": ["packet", "rule", "verdict"]
    case "goto": ["packet", "rule"]
    case "help": Commands.names
    case "why": ["not"]
    case "lesson", "reset": (try? LessonFolders.library().folders.map(\.id)) ?? []
    default: []
    }
  }

  private static func files(beginning word: String) -> [String] {
    let slash = word.lastIndex(of: "/")
    let folder = slash.map { String(word[...$0]) } ?? ""
    let name = slash.map { String(word[word.index(after: $0)...]) } ?? word
    guard let stream = opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { closedir(stream) }
    var found: [String] = []
    while let entry = readdir(stream) {
      let candidate = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard candidate.hasPrefix(name), name.hasPrefix(".") || !candidate.hasPrefix(".") else { continue }
      found.append(folder + candidate + (entry.pointee.d_type == UInt8(DT_DIR) ? "/" : ""))
    }
    return found.sorted()
  }
}
