/// A regular expression in the syntax of Python's `re` module, which fail2ban's filters are written in.
///
/// It matches as `re.search` does: leftmost, trying alternatives in order, groups as the last pass set them. What
/// `re` knows and this does not is refused by name when the pattern is read. A search gives up after `stepLimit`
/// steps, so that no pattern holds the program up.
struct PythonPattern: Sendable {
  /// Why a pattern cannot be used.
  struct Problem: Error, Hashable {
    /// In Python's words, `missing ), unterminated subpattern`, or `not modelled: ...`.
    let message: String
    /// Where in the pattern, in code points from 0.
    let position: Int

    /// As Python prints the error.
    var description: String { "\(message) at position \(position)" }
  }

  /// A search took more than `stepLimit` steps.
  struct TooLong: Error, Hashable {}

  /// Where a pattern and its groups matched, in code points.
  struct Match: Sendable, Hashable {
    /// Starts and ends by group number, the whole match first; -1 for a group that took no part.
    let bounds: [Int]

    var start: Int { bounds[0] }
    var end: Int { bounds[1] }

    /// What a group matched; `nil` where it took no part.
    func range(_ group: Int) -> Range<Int>? {
      guard group * 2 + 1 < bounds.count, bounds[group * 2] >= 0, bounds[group * 2 + 1] >= bounds[group * 2] else {
        return nil
      }
      return bounds[group * 2]..<bounds[group * 2 + 1]
    }
  }

  /// Steps one search may take; a log line and a filter of real use need a few thousand.
  static let stepLimit = 2_000_000

  let source: String
  /// Group numbers by name, and the names in the order of their numbers.
  let groups: [String: Int]
  let groupNames: [String]
  let groupCount: Int
  private let program: PatternProgram

  init(_ source: String) throws(Problem) {
    self.source = source
    var reader = PatternReader(source)
    let root = try reader.read()
    groups = reader.names
    groupNames = reader.names.sorted { $0.value < $1.value }.map(\.key)
    groupCount = reader.groupCount
    program = try PatternProgram(root, groupCount: reader.groupCount)
  }

  /// The leftmost match in `text` from `start` on; `end` is taken for the text's end, `start` not for its beginning.
  ///
  /// - Throws: `TooLong` where the pattern backtracks without bound.
  func search(_ text: PatternText, from start: Int = 0, to end: Int? = nil) throws(TooLong) -> Match? {
    let end = min(end ?? text.count, text.count)
    guard start >= 0, start <= end else { return nil }
    var matcher = PatternMatcher(program, text, end: end)
    for position in start...end {
      if let bounds = try matcher.match(at: position) { return Match(bounds: bounds) }
    }
    return nil
  }

  /// What a named group matched; `nil` where it took no part or is not there.
  func text(of name: String, _ match: Match, in text: PatternText) -> String? {
    guard let group = groups[name], let range = match.range(group) else { return nil }
    return text[range]
  }
}

/// A text as patterns see it: code points, as Python's strings are.
struct PatternText: Sendable, Hashable {
  let scalars: [UInt32]

  init(_ text: some StringProtocol) { scalars = text.unicodeScalars.map(\.value) }

  var count: Int { scalars.count }

  /// The text between two places, which are kept within it.
  subscript(range: Range<Int>) -> String {
    let clamped = range.clamped(to: 0..<scalars.count)
    var view = String.UnicodeScalarView()
    for value in scalars[clamped] { if let scalar = Unicode.Scalar(value) { view.append(scalar) } }
    return String(view)
  }

  /// The code point there; `nil` outside.
  subscript(place place: Int) -> UInt32? { scalars.indices.contains(place) ? scalars[place] : nil }
}
