/// One form in which logs write the time, with what it takes to find it in a line.
struct DateTemplate: Sendable {
  enum Kind: Sendable { case calendar, epoch(group: Int, isLong: Bool), tai64n }

  /// A datepattern that cannot be used.
  struct Problem: Error { let message: String }

  /// As the programs list it.
  let name: String
  let pattern: PythonPattern
  let kind: Kind
  /// Whether it can only match at a line's beginning or end.
  let isAnchored: Bool
  /// Whether it must begin the line.
  let beginsLine: Bool
  /// How much a hit counts when templates are put in order.
  let weight: Double

  private static let lineBegin = "{^LN-BEG}"

  /// - Parameter text: a pattern with `%` tokens, `EPOCH`, `TAI64N`, each perhaps after `{^LN-BEG}`.
  init(_ text: String, weight: Double = 1) throws(Problem) {
    let isBound = !text.hasPrefix("{UNB}")
    let begins = text.hasPrefix(Self.lineBegin)
    var rest = begins ? String(text.dropFirst(Self.lineBegin.count)) : text
    if !isBound { rest = String(rest.dropFirst(5)) }
    self.weight = weight
    let source: String
    var shown = text
    switch rest.uppercased() {
    case "EPOCH", "LEPOCH":
      let isLong = rest.uppercased() == "LEPOCH"
      let seconds = isLong ? #"\d{10,11}(?:\d{3}(?:\.\d{1,6}|\d{3})?)?"# : #"\d{10,11}\b(?:\.\d{3,6})?"#
      kind = .epoch(group: 1, isLong: isLong)
      source =
        begins
        ? #"^(?:\W{0,2})?((?P<square>(?<=^\[))?\#(seconds))(?(square)(?=\]))(?=\b|\W|$)"#
        : #"((?:^|(?P<square>(?<=^\[))|(?P<selinux>(?<=\baudit\()))\#(seconds))"#
          + #"(?:(?(selinux)(?=:\d+\)))|(?(square)(?=\])))(?=\b|\W|$)"#
      shown = (begins ? Self.lineBegin : "") + (isLong ? "LongEpoch" : "Epoch")
    case "TAI64N":
      kind = .tai64n
      source = begins ? #"^(?:\W{0,2})?(@[0-9a-f]{24})(?=\b|\W|$)"# : #"(@[0-9a-f]{24})(?=\b|\W|$)"#
    default:
      guard let expanded = DateTokens.expand(rest) else {
        throw Problem(
          message: "Failed to set datepattern '\(text)' (may be an invalid format or unescaped percent char)")
      }
      kind = .calendar
      var wrapped = Self.bound(expanded.pattern, begins: begins, isBound: isBound)
      if DateTokens.hasWords(rest) { wrapped = "(?iu)" + wrapped }
      source = wrapped
      let needsAnchor = begins && !Self.hasBeginning(expanded.pattern)
      shown = (needsAnchor ? Self.lineBegin : "") + expanded.name
    }
    name = shown
    do { pattern = try PythonPattern(source) } catch {
      throw Problem(message: "Failed to set datepattern '\(text)': \(error.description)")
    }
    let plain = source.hasPrefix("(?iu)") ? String(source.dropFirst(5)) : source
    beginsLine = plain.hasPrefix("^") || plain.hasPrefix("(^") || plain.hasPrefix("(?:^") && !plain.hasPrefix("(?:^|")
    isAnchored = beginsLine || plain.hasSuffix("$") && !plain.hasSuffix("|$")
  }

  /// Puts the boundaries around a pattern and a group around what has none.
  private static func bound(_ pattern: String, begins: Bool, isBound: Bool) -> String {
    var pattern = pattern
    let needsBeginning = isBound && !hasBeginning(pattern)
    let needsEnd = isBound && !["$", "$)", #"\b"#, #"\s"#, "**", "**)"].contains(where: pattern.hasSuffix)
    if !hasGroup(pattern) {
      let start = pattern.hasPrefix("^") ? "^" : ""
      let end = pattern.hasSuffix("$") ? "$" : ""
      pattern = "\(start)(\(pattern.dropFirst(start.count).dropLast(end.count)))\(end)"
    }
    if needsBeginning { pattern = (begins ? #"^(?:\W{0,2})?"# : #"(?=^|\b|\W)"#) + pattern }
    if needsEnd { pattern += #"(?=\b|\W|$)"# }
    if pattern.hasPrefix("(**") { pattern = "(" + pattern.dropFirst(3) }
    if pattern.hasPrefix("**") { pattern.removeFirst(2) }
    if pattern.hasSuffix("**)") { pattern = pattern.dropLast(3) + ")" }
    if pattern.hasSuffix("**") { pattern.removeLast(2) }
    return pattern
  }

  /// Whether a pattern says itself where it begins.
  private static func hasBeginning(_ pattern: String) -> Bool {
    ["^", "**", "(^", "(?:^", "(**"].contains(where: pattern.hasPrefix)
  }

  /// Whether there is a plain group, `(` that neither `\` precedes nor `?` follows.
  private static func hasGroup(_ pattern: String) -> Bool {
    let characters = Array(pattern)
    return characters.indices.contains { index in
      characters[index] == "(" && (index == 0 || characters[index - 1] != "\\")
        && (index + 1 >= characters.count || characters[index + 1] != "?")
    }
  }

  /// The time that a match gives, in seconds since 1970; `nil` for a date that does not exist.
  ///
  /// - Parameter now: the present time in the same unit, for what the line leaves out.
  func time(_ match: PythonPattern.Match, in text: PatternText, now: Int64) -> Double? {
    switch kind {
    case .tai64n:
      guard let range = match.range(1) else { return nil }
      return Int64(text[range].dropFirst(2).prefix(15), radix: 16).map(Double.init)
    case .epoch(let group, let isLong):
      guard let range = match.range(group), let value = Double(text[range]) else { return nil }
      guard isLong, range.count >= 13 else { return value }
      return range.count >= 16 && !text[range].contains(".") ? value / 1_000_000 : value / 1000
    case .calendar:
      var fields: [String: String] = [:]
      for name in pattern.groupNames { fields[name] = pattern.text(of: name, match, in: text) }
      return LoggedDate(fields).seconds(now: now).map(Double.init)
    }
  }
}
