/// Reads a program's options one after another, short ones possibly joined (`-nv`), long ones with `=` or not.
struct ArgumentReader {
  enum Argument: Equatable {
    /// A letter, or a long name without its dashes.
    case option(String)
    case operand(String)
  }

  private var words: ArraySlice<String>
  /// Letters of the present word that are still to come.
  private var cluster: Substring = ""
  /// What stood after `=` in a long option.
  private var attached: String?

  init(_ words: [String]) { self.words = words[...] }

  /// The next option or operand; `nil` at the end.
  mutating func next() -> Argument? {
    if let letter = cluster.popFirst() { return .option(String(letter)) }
    guard let word = words.popFirst() else { return nil }
    attached = nil
    if word == "--" {
      guard let operand = words.popFirst() else { return nil }
      return .operand(operand)
    }
    if word.hasPrefix("--") {
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      attached = parts.count == 2 ? String(parts[1]) : nil
      return .option(String(parts.first ?? ""))
    }
    guard word.hasPrefix("-"), word.count > 1 else { return .operand(word) }
    cluster = word.dropFirst(2)
    return .option(String(word.dropFirst().prefix(1)))
  }

  /// The value of the option just read: the rest of its word, what follows `=`, or the next word.
  mutating func value() -> String? {
    if let attached { return attached }
    if !cluster.isEmpty {
      defer { cluster = "" }
      return String(cluster)
    }
    return words.popFirst()
  }

  /// The value where one is joined to the option; the next word is left alone.
  mutating func attachedValue() -> String? {
    if let attached { return attached }
    guard !cluster.isEmpty else { return nil }
    defer { cluster = "" }
    return String(cluster)
  }

  /// All words not read yet.
  mutating func rest() -> [String] {
    defer { words = [] }
    return Array(words)
  }
}
