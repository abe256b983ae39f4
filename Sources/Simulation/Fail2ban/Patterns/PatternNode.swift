/// A regular expression taken apart.
indirect enum PatternNode: Sendable, Hashable {
  case empty
  case character(UInt32, ignoresCase: Bool)
  /// `.`: all but a line feed, or all.
  case any(includesLineFeed: Bool)
  case set(PatternSet)
  case sequence([PatternNode])
  /// `a|b`, the first that leads to a match.
  case alternatives([PatternNode])
  /// A group by its number, from 1.
  case group(Int, PatternNode)
  case repetition(PatternNode, least: Int, most: Int?, PatternGreed)
  /// `(?>...)`.
  case atomic(PatternNode)
  case place(PatternPlace)
  /// `(?=...)`, `(?!...)`.
  case ahead(PatternNode, isNegative: Bool)
  /// `(?<=...)`, `(?<!...)`: of a fixed width.
  case behind(PatternNode, width: Int, isNegative: Bool)
  /// `\1`, `(?P=name)`.
  case reference(Int, ignoresCase: Bool)
  /// `(?(name)yes|no)`.
  case conditional(Int, PatternNode, PatternNode)
}

/// How a repetition takes: as much as it can, as little, or as much without giving back.
enum PatternGreed: Sendable, Hashable { case greedy, lazy, possessive }

/// A place between code points.
enum PatternPlace: Sendable, Hashable {
  case textStart, lineStart, textEnd, textEndOrLineFeed, lineEnd, wordBoundary, noWordBoundary
}

/// A set of code points: `[a-z]`, `\d`.
struct PatternSet: Sendable, Hashable {
  enum Member: Sendable, Hashable {
    case range(ClosedRange<UInt32>)
    case `class`(PatternClass, isNegative: Bool)
  }

  var members: [Member]
  var isNegative = false
  var ignoresCase = false

  func contains(_ value: UInt32) -> Bool {
    holds(value) != isNegative
  }

  private func holds(_ value: UInt32) -> Bool {
    if has(value) { return true }
    guard ignoresCase else { return false }
    let (lower, upper) = PatternCase.both(value)
    return lower != value && has(lower) || upper != value && has(upper)
  }

  private func has(_ value: UInt32) -> Bool {
    members.contains { member in
      switch member {
      case .range(let range): range.contains(value)
      case .class(let kind, let isNegative): kind.contains(value) != isNegative
      }
    }
  }
}

/// `\d`, `\s`, `\w` of Python's Unicode strings.
enum PatternClass: Sendable, Hashable {
  case digit, space, word

  func contains(_ value: UInt32) -> Bool {
    if value < 128 { return containsASCII(value) }
    guard let properties = Unicode.Scalar(value)?.properties else { return false }
    return switch self {
    case .digit: properties.generalCategory == .decimalNumber
    case .space: properties.isWhitespace
    case .word: properties.isAlphabetic || properties.numericType != nil
    }
  }

  private func containsASCII(_ value: UInt32) -> Bool {
    switch self {
    case .digit: value >= 48 && value <= 57
    case .space: value == 32 || value >= 9 && value <= 13 || value >= 28 && value <= 31
    case .word:
      value >= 97 && value <= 122 || value >= 65 && value <= 90 || value >= 48 && value <= 57 || value == 95
    }
  }
}

/// Simple case mapping, one code point to one.
enum PatternCase {
  static func both(_ value: UInt32) -> (lower: UInt32, upper: UInt32) {
    if value < 128 {
      if value >= 65 && value <= 90 { return (value + 32, value) }
      if value >= 97 && value <= 122 { return (value, value - 32) }
      return (value, value)
    }
    guard let properties = Unicode.Scalar(value)?.properties else { return (value, value) }
    return (single(properties.lowercaseMapping) ?? value, single(properties.uppercaseMapping) ?? value)
  }

  static func lower(_ value: UInt32) -> UInt32 { both(value).lower }

  private static func single(_ text: String) -> UInt32? {
    text.unicodeScalars.count == 1 ? text.unicodeScalars.first?.value : nil
  }
}

extension PatternNode {
  /// How many code points the node matches, where that is fixed.
  var width: Int? {
    switch self {
    case .empty, .place, .ahead, .behind: 0
    case .character, .any, .set: 1
    case .sequence(let parts):
      parts.reduce(0) { sum, part in sum.flatMap { sum in part.width.map { sum + $0 } } }
    case .alternatives(let choices):
      Set(choices.map(\.width)).count == 1 ? choices.first?.width : nil
    case .group(_, let node), .atomic(let node): node.width
    case .repetition(let node, let least, let most, _):
      least == most ? node.width.map { $0 * least } : node.width == 0 ? 0 : nil
    case .reference: nil
    case .conditional(_, let yes, let no): yes.width == no.width ? yes.width : nil
    }
  }
}
