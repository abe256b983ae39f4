/// Reads a program's options as `getopt_long(3)` does: short ones possibly joined (`-nv`), long ones shortened as far as
/// they stay unambiguous, words that are none wherever they stand.
struct OptionWords {
  enum Argument { case none, required, optional }

  struct Option {
    let name: String
    let letter: Character
    var argument = Argument.none
  }

  enum Found: Equatable {
    case option(Character, value: String?)
    /// What is wrong with an option, in the words of the C library.
    case problem(String)
  }

  private let letters: [Character: Argument]
  private let long: [Option]
  private var words: ArraySlice<String>
  private var cluster: Substring = ""
  /// The words that are no options, in order.
  private(set) var operands: [String] = []

  /// - Parameter letters: short options as `getopt(3)` takes them: `vT:`, a colon after those with a value.
  init(_ words: [String], letters: String, long: [Option]) {
    self.words = words[...]
    self.long = long
    var table: [Character: Argument] = [:]
    var last: Character?
    for letter in letters {
      if letter == ":", let last { table[last] = .required } else { (table[letter], last) = (Argument.none, letter) }
    }
    self.letters = table
  }

  /// The next option, or what is wrong with it; `nil` after the last word.
  mutating func next() -> Found? {
    if let letter = cluster.popFirst() { return short(letter) }
    while let word = words.popFirst() {
      if word == "--" {
        operands += words
        words = []
        return nil
      }
      if word.hasPrefix("--") { return named(word) }
      guard word.hasPrefix("-"), word.count > 1 else {
        operands.append(word)
        continue
      }
      cluster = word.dropFirst()
      if let letter = cluster.popFirst() { return short(letter) }
    }
    return nil
  }

  /// The next word if it is neither an option nor `!`, taken (`xs_has_arg`).
  mutating func takeOperand() -> String? {
    guard cluster.isEmpty, let word = words.first, word.first != "-", word.first != "!" else { return nil }
    return words.popFirst()
  }

  private mutating func short(_ letter: Character) -> Found {
    guard let argument = letters[letter] else { return .problem("invalid option -- '\(letter)'") }
    guard argument == .required else { return .option(letter, value: nil) }
    if !cluster.isEmpty {
      defer { cluster = "" }
      return .option(letter, value: String(cluster))
    }
    guard let value = words.popFirst() else { return .problem("option requires an argument -- '\(letter)'") }
    return .option(letter, value: value)
  }

  private mutating func named(_ word: String) -> Found {
    let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let given = parts.first ?? ""
    let value = parts.count == 2 ? String(parts[1]) : nil
    let candidates = long.filter { $0.name.hasPrefix(given) }
    guard let option = candidates.first(where: { $0.name == given }) ?? candidates.first else {
      return .problem("unrecognized option '--\(given)'")
    }
    if option.name != given, candidates.count > 1 {
      let names = candidates.map { " '--\($0.name)'" }.joined()
      return .problem("option '\(word)' is ambiguous; possibilities:\(names)")
    }
    switch (option.argument, value) {
    case (.none, _?): return .problem("option '--\(option.name)' doesn't allow an argument")
    case (.required, nil):
      guard let next = words.popFirst() else { return .problem("option '--\(option.name)' requires an argument") }
      return .option(option.letter, value: next)
    default: return .option(option.letter, value: value)
    }
  }
}
