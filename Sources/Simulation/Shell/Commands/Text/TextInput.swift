/// What the text tools read: the files named, or standard input.
struct TextInput {
  /// Each text with the name it goes by.
  private(set) var texts: [(name: String, text: String)] = []
  /// Files that cannot be read, and why.
  private(set) var refusals: [(file: String, reason: String)] = []

  init(_ files: [String], _ call: ShellCall, _ shell: Shell) {
    for file in files.isEmpty ? ["-"] : files {
      if file == "-" {
        texts.append(("(standard input)", call.input ?? ""))
        continue
      }
      do { texts.append((file, try shell.read(file))) } catch { refusals.append((file, error.reason)) }
    }
  }

  /// Lines without their ends; what follows the last line feed counts as a line where it is not empty.
  static func lines(_ text: String) -> [Substring] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
