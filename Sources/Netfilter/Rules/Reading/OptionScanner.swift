/// Finds the next option among the words of a command, as `getopt_long` does for iptables: options and other words in
/// the order they stand, long names shortened as far as they stay unambiguous.
struct OptionScanner {
  /// What an option is: a letter of iptables itself, or an option of a loaded extension.
  enum Code: Hashable {
    case own(Character)
    /// `owner` tells the extensions of one rule apart; `option` is its index in the extension's list.
    case loaded(owner: Int, option: Int)
  }

  enum Found {
    case option(Code, value: RestoreWord?, at: RestoreWord)
    case operand(RestoreWord)
    case unknown(RestoreWord)
    case missingArgument(RestoreWord)
    case end
  }

  private enum Argument { case none, required, optional }

  private struct LongOption {
    let name: String
    let argument: Argument
    let code: Code
  }

  private var words: [RestoreWord]
  private var loaded: [LongOption] = []
  private var next = 0
  /// Letters that remain of a word such as `-nv`.
  private var cluster: Substring = ""

  /// What `getopt` sees before the first word.
  private let lead: RestoreWord

  /// - Parameter lead: the word before the first, which a letter that is no option may be answered with.
  init(_ words: [RestoreWord], after lead: String) {
    self.words = words
    self.lead = RestoreWord(lead, column: words.first?.column ?? 1)
  }

  /// Where the word stands that was read last, from 1.
  var column: Int { words.indices.contains(next - 1) ? words[next - 1].column : lead.column }

  /// The words that no option has taken.
  var rest: ArraySlice<RestoreWord> { words[min(next, words.count)...] }

  /// The next word if it is neither an option nor `!`, taken.
  mutating func takeOperand() -> RestoreWord? {
    guard let word = rest.first, word.text.first != "-", word.text.first != "!" else { return nil }
    next += 1
    return word
  }

  /// Leaves nothing of the word read last, as iptables does with a `!`.
  mutating func blankLast() { if words.indices.contains(next - 1) { words[next - 1].text = "" } }

  /// Adds an extension's options; those loaded last are looked at first, after iptables' own.
  mutating func load(_ options: [OptionDefinition], owner: Int) {
    let new = options.enumerated().flatMap { index, option in
      (option.aliases + [option.name]).map { name in
        let argument: Argument = option.argument == .none ? .none : .required
        return LongOption(name: name, argument: argument, code: .loaded(owner: owner, option: index))
      }
    }
    loaded = new + loaded
  }

  /// Goes back one word, to read it again once more options are known. Within letters that stand together the next of
  /// them is read all the same, as `getopt` keeps its place among them.
  mutating func readAgain() { next = max(0, next - 1) }

  mutating func scan() -> Found {
    if !cluster.isEmpty { return scanShort(words[next]) }
    guard next < words.count else { return .end }
    let word = words[next]
    if word.text == "--" {
      next += 1
      return .end
    }
    if word.text.hasPrefix("--") { return scanLong(word) }
    if word.text.hasPrefix("-"), word.text != "-" {
      cluster = word.text.dropFirst()
      return scanShort(word)
    }
    next += 1
    return .operand(word)
  }

  private mutating func scanShort(_ word: RestoreWord) -> Found {
    let letter = cluster.removeFirst()
    let attached = cluster
    guard let argument = Self.letters[letter] else {
      // iptables names the word that `getopt` has read to its end.
      if cluster.isEmpty { next += 1 }
      return .unknown(next > 0 ? words[next - 1] : lead)
    }
    if argument == .none {
      if cluster.isEmpty { next += 1 }
      return .option(.own(letter), value: nil, at: word)
    }
    next += 1
    cluster = ""
    if !attached.isEmpty {
      let column = word.column + word.text.utf8.count - attached.utf8.count
      return .option(.own(letter), value: RestoreWord(String(attached), column: column), at: word)
    }
    if argument == .optional { return .option(.own(letter), value: nil, at: word) }
    guard next < words.count else { return .missingArgument(word) }
    next += 1
    return .option(.own(letter), value: words[next - 1], at: word)
  }

  private mutating func scanLong(_ word: RestoreWord) -> Found {
    let body = word.text.dropFirst(2)
    let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    next += 1
    guard let name = parts.first, let option = find(name) else { return .unknown(word) }
    if parts.count == 2 {
      guard option.argument != .none else { return .unknown(word) }
      let value = RestoreWord(String(parts[1]), column: word.column + 3 + name.utf8.count)
      return .option(option.code, value: value, at: word)
    }
    guard option.argument == .required else { return .option(option.code, value: nil, at: word) }
    guard next < words.count else { return .missingArgument(word) }
    next += 1
    return .option(option.code, value: words[next - 1], at: word)
  }

  /// The option of exactly that name, else the only one that begins so; several spellings of one option count as one.
  private func find(_ name: Substring) -> LongOption? {
    let all = Self.own + loaded
    if let exact = all.first(where: { $0.name == name }) { return exact }
    let candidates = all.filter { $0.name.hasPrefix(name) }
    guard let first = candidates.first else { return nil }
    return candidates.allSatisfy { $0.code == first.code && $0.argument == first.argument } ? first : nil
  }

  /// `iptables(8)`.
  private static let letters: [Character: Argument] = [
    "A": .required, "C": .required, "D": .required, "E": .required, "F": .optional, "I": .required, "L": .optional,
    "M": .required, "N": .required, "P": .required, "R": .required, "S": .optional, "V": .none, "W": .optional,
    "X": .optional, "Z": .optional, "c": .required, "d": .required, "i": .required, "j": .required, "o": .required,
    "p": .required, "s": .required, "t": .required, "4": .none, "6": .none, "b": .none, "f": .none, "g": .required,
    "h": .optional, "m": .required, "n": .none, "v": .none, "w": .optional, "x": .none,
  ]

  private static let own: [LongOption] = [
    ("append", "A"), ("delete", "D"), ("check", "C"), ("insert", "I"), ("replace", "R"), ("list", "L"),
    ("list-rules", "S"), ("flush", "F"), ("zero", "Z"), ("new-chain", "N"), ("delete-chain", "X"),
    ("rename-chain", "E"), ("policy", "P"), ("source", "s"), ("destination", "d"), ("src", "s"), ("dst", "d"),
    ("protocol", "p"), ("in-interface", "i"), ("jump", "j"), ("table", "t"), ("match", "m"), ("numeric", "n"),
    ("out-interface", "o"), ("verbose", "v"), ("wait", "w"), ("wait-interval", "W"), ("exact", "x"),
    ("fragments", "f"), ("version", "V"), ("help", "h"), ("line-numbers", "0"), ("modprobe", "M"),
    ("set-counters", "c"), ("goto", "g"), ("ipv4", "4"), ("ipv6", "6"),
  ].map { name, letter in
    LongOption(name: name, argument: letter == "0" ? .none : letters[letter] ?? .none, code: .own(letter))
  }
}
