/// Reads the syntax of Python's `re` (3.11): its errors have Python's words and places.
struct PatternReader {
  typealias Problem = PythonPattern.Problem

  struct Flags { var ignoresCase = false, isMultiline = false, dotMatchesAll = false, isVerbose = false }

  let text: [UInt32]
  var place = 0
  private(set) var names: [String: Int] = [:]
  private(set) var groupCount = 0
  /// Groups whose `)` is still to come.
  var open: Set<Int> = []
  private var depth = 0
  /// Groups that `(?(group)...)` asks for, which may come later.
  private var tests: [(group: Int, place: Int)] = []

  init(_ source: String) { text = source.unicodeScalars.map(\.value) }

  mutating func read() throws(Problem) -> PatternNode {
    var flags = Flags()
    try readGlobalFlags(&flags)
    let node = try alternatives(flags)
    guard place == text.count else { throw Problem(message: "unbalanced parenthesis", position: place) }
    if let test = tests.first(where: { $0.group > groupCount }) {
      throw Problem(message: "invalid group reference \(test.group)", position: test.place)
    }
    return node
  }

  // MARK: - Characters

  var next: Character? { character(place) }

  func character(_ place: Int) -> Character? {
    guard text.indices.contains(place), let scalar = Unicode.Scalar(text[place]) else { return nil }
    return Character(scalar)
  }

  private func starts(_ word: String) -> Bool {
    let scalars = word.unicodeScalars.map(\.value)
    return place + scalars.count <= text.count && Array(text[place..<place + scalars.count]) == scalars
  }

  mutating func take(_ word: String) -> Bool {
    guard starts(word) else { return false }
    place += word.unicodeScalars.count
    return true
  }

  // MARK: - Structure

  /// `(?i)` at the start holds for the whole pattern.
  private mutating func readGlobalFlags(_ flags: inout Flags) throws(Problem) {
    while starts("(?") {
      var end = place + 2
      while let letter = character(end), "aiLmsux".contains(letter) { end += 1 }
      guard end > place + 2, character(end) == ")" else { return }
      for index in place + 2..<end { try set(character(index) ?? " ", true, &flags, at: index) }
      place = end + 1
    }
  }

  private func set(_ letter: Character, _ isOn: Bool, _ flags: inout Flags, at place: Int) throws(Problem) {
    switch letter {
    case "i": flags.ignoresCase = isOn
    case "m": flags.isMultiline = isOn
    case "s": flags.dotMatchesAll = isOn
    case "u": break
    case "x": flags.isVerbose = isOn
    default: throw Problem(message: "not modelled: the flag `\(letter)'", position: place)
    }
  }

  private mutating func alternatives(_ flags: Flags) throws(Problem) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else { throw Problem(message: "not modelled: groups nested 200 deep", position: place) }
    var choices = [try sequence(flags)]
    while take("|") { choices.append(try sequence(flags)) }
    return choices.count == 1 ? choices[0] : .alternatives(choices)
  }

  private mutating func sequence(_ flags: Flags) throws(Problem) -> PatternNode {
    var parts: [PatternNode] = []
    while let character = next, character != "|", character != ")" {
      if flags.isVerbose {
        if character.isWhitespace {
          place += 1
          continue
        }
        if character == "#" {
          while next != nil, next != "\n" { place += 1 }
          continue
        }
      }
      let start = place
      guard let node = try item(flags) else { continue }
      parts.append(try repeated(node, from: start))
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  /// A repetition behind an item, if there is one.
  private mutating func repeated(_ node: PatternNode, from start: Int) throws(Problem) -> PatternNode {
    let here = place
    guard let (least, most) = try quantifier() else { return node }
    switch node {
    case .place, .empty: throw Problem(message: "nothing to repeat", position: here)
    default: break
    }
    var greed = PatternGreed.greedy
    if take("?") { greed = .lazy } else if take("+") { greed = .possessive }
    let again = place
    if try quantifier() != nil { throw Problem(message: "multiple repeat", position: again) }
    return .repetition(node, least: least, most: most, greed)
  }

  /// `*`, `+`, `?`, `{2,5}`; `nil`, and nothing read, where there is none.
  private mutating func quantifier() throws(Problem) -> (Int, Int?)? {
    switch next {
    case "*":
      place += 1
      return (0, nil)
    case "+":
      place += 1
      return (1, nil)
    case "?":
      place += 1
      return (0, 1)
    case "{":
      let start = place
      place += 1
      let least = number()
      var most = least
      if take(",") { most = number() } else if least == nil { most = nil }
      let isBare = place == start + 1
      guard take("}"), !isBare else {
        place = start
        return nil
      }
      if let least, let most, least > most {
        throw Problem(message: "min repeat greater than max repeat", position: start)
      }
      if max(least ?? 0, most ?? 0) > 1000 {
        throw Problem(message: "not modelled: a repetition of more than 1000 times", position: start)
      }
      return (least ?? 0, most)
    default: return nil
    }
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let digit = next?.wholeNumberValue, (value ?? 0) < 1_000_000 {
      value = (value ?? 0) * 10 + digit
      place += 1
    }
    return value
  }

  /// One item; `nil` for what matches nothing by itself, such as a comment.
  private mutating func item(_ flags: Flags) throws(Problem) -> PatternNode? {
    let start = place
    guard let character = next else { return nil }
    switch character {
    case "*", "+", "?": throw Problem(message: "nothing to repeat", position: start)
    case "{":
      if try quantifier() != nil { throw Problem(message: "nothing to repeat", position: start) }
      place += 1
      return literal(text[start], flags)
    case "(": return try group(flags)
    case "[": return try set(flags)
    case "\\": return try escape(flags)
    case ".":
      place += 1
      return .any(includesLineFeed: flags.dotMatchesAll)
    case "^":
      place += 1
      return .place(flags.isMultiline ? .lineStart : .textStart)
    case "$":
      place += 1
      return .place(flags.isMultiline ? .lineEnd : .textEndOrLineFeed)
    default:
      place += 1
      return literal(text[start], flags)
    }
  }

  func literal(_ value: UInt32, _ flags: Flags) -> PatternNode {
    flags.ignoresCase
      ? .character(PatternCase.lower(value), ignoresCase: true) : .character(value, ignoresCase: false)
  }
}

// MARK: - Groups

extension PatternReader {
  mutating func group(_ outer: Flags) throws(Problem) -> PatternNode? {
    let start = place
    place += 1
    guard take("?") else { return try capturing(nil, outer, start) }
    var flags = outer
    if take("P") {
      if take("<") {
        let name = try name(until: ">", start)
        if let other = names[name] {
          throw Problem(
            message: "redefinition of group name '\(name)' as group \(groupCount + 1); was group \(other)",
            position: place - name.unicodeScalars.count - 1)
        }
        return try capturing(name, flags, start)
      }
      if take("=") {
        let at = place
        let name = try name(until: ")", start)
        guard let number = names[name] else { throw Problem(message: "unknown group name '\(name)'", position: at) }
        guard !open.contains(number) else { throw Problem(message: "cannot refer to an open group", position: at) }
        return .reference(number, ignoresCase: flags.ignoresCase)
      }
      let found = next.map(String.init) ?? ""
      throw next == nil
        ? Problem(message: "unexpected end of pattern", position: place)
        : Problem(message: "unknown extension ?P\(found)", position: start + 1)
    }
    // In a sequence of its own, which may be repeated whatever it is.
    if take(":") { return .sequence([try closed(alternatives(flags), start)]) }
    if take("#") {
      while next != nil, next != ")" { place += 1 }
      guard take(")") else { throw Problem(message: "missing ), unterminated comment", position: start) }
      return nil
    }
    if take("=") { return .ahead(try closed(alternatives(flags), start), isNegative: false) }
    if take("!") { return .ahead(try closed(alternatives(flags), start), isNegative: true) }
    if take(">") { return .atomic(try closed(alternatives(flags), start)) }
    if starts("<=") || starts("<!") {
      let isNegative = starts("<!")
      place += 2
      let node = try closed(alternatives(flags), start)
      guard let width = node.width else {
        throw Problem(message: "look-behind requires fixed-width pattern", position: 0)
      }
      return .behind(node, width: width, isNegative: isNegative)
    }
    if starts("<") {
      place += 1
      throw next == nil
        ? Problem(message: "unexpected end of pattern", position: place)
        : Problem(message: "unknown extension ?<\(next.map(String.init) ?? "")", position: start + 1)
    }
    if take("(") { return try conditional(flags, start) }
    return try flagged(&flags, start)
  }

  private mutating func closed(_ node: PatternNode, _ start: Int) throws(Problem) -> PatternNode {
    guard take(")") else { throw Problem(message: "missing ), unterminated subpattern", position: start) }
    return node
  }

  private mutating func capturing(_ name: String?, _ flags: Flags, _ start: Int) throws(Problem) -> PatternNode {
    groupCount += 1
    let number = groupCount
    guard number <= 500 else { throw Problem(message: "not modelled: more than 500 groups", position: start) }
    if let name { names[name] = number }
    open.insert(number)
    let node = try closed(alternatives(flags), start)
    open.remove(number)
    return .group(number, node)
  }

  /// `(?i:...)`, `(?-i:...)`.
  private mutating func flagged(_ flags: inout Flags, _ start: Int) throws(Problem) -> PatternNode {
    guard let first = next else { throw Problem(message: "unexpected end of pattern", position: place) }
    guard "aiLmsux-".contains(first) else {
      throw Problem(message: "unknown extension ?\(first)", position: start + 1)
    }
    var isOn = true
    while let letter = next, letter != ":", letter != ")" {
      if letter == "-" { isOn = false } else { try set(letter, isOn, &flags, at: place) }
      place += 1
    }
    if next == ")" {
      throw Problem(message: "global flags not at the start of the expression", position: start)
    }
    guard take(":") else { throw Problem(message: "missing -, : or )", position: place) }
    return .sequence([try closed(alternatives(flags), start)])
  }

  /// `(?(group)yes|no)`.
  private mutating func conditional(_ flags: Flags, _ start: Int) throws(Problem) -> PatternNode {
    let at = place
    let name = try name(until: ")", start, mayBeNumber: true)
    guard let number = Int(name) ?? names[name] else {
      throw Problem(message: "unknown group name '\(name)'", position: at)
    }
    guard number > 0 else { throw Problem(message: "bad group number", position: at) }
    tests.append((number, at))
    let yes = try sequence(flags)
    var no = PatternNode.empty
    if take("|") {
      no = try sequence(flags)
      if next == "|" {
        throw Problem(message: "conditional backref with more than two branches", position: place)
      }
    }
    return .conditional(number, try closed(yes, start), no)
  }

  private mutating func name(
    until end: Character, _ start: Int, mayBeNumber: Bool = false
  ) throws(Problem) -> String {
    let at = place
    var name = ""
    while let character = next, character != end {
      name.append(character)
      place += 1
    }
    guard next == end else { throw Problem(message: "missing \(end), unterminated name", position: at) }
    place += 1
    guard !name.isEmpty else { throw Problem(message: "missing group name", position: at) }
    let isNumber = name.allSatisfy(\.isNumber)
    guard isNumber ? mayBeNumber : name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }),
      isNumber || name.first?.isNumber == false
    else { throw Problem(message: "bad character in group name '\(name)'", position: at) }
    return name
  }
}
