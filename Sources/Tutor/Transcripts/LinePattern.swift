/// A line of expected output that may vary: a pattern, marked at its end with ` (glob)` or ` (regex)`, anchored at both
/// ends.
struct LinePattern {
  private enum Kind { case glob, regex }
  private let kind: Kind
  private let pattern: Substring

  init?(_ line: String) {
    if line.hasSuffix(" (glob)") {
      (kind, pattern) = (.glob, line.dropLast(" (glob)".count))
    } else if line.hasSuffix(" (regex)") {
      (kind, pattern) = (.regex, line.dropLast(" (regex)".count))
    } else {
      return nil
    }
  }

  func matches(_ text: String) -> Bool {
    switch kind {
    case .glob: return Self.glob(Array(pattern), Array(text))
    case .regex:
      guard let regex = try? Regex(String(pattern)) else { return false }
      return (try? regex.wholeMatch(in: text)) != nil
    }
  }

  /// `*` for any characters, `?` for one.
  private static func glob(_ pattern: [Character], _ text: [Character]) -> Bool {
    var (p, t) = (0, 0)
    var (star, mark) = (-1, 0)
    while t < text.count {
      if p < pattern.count, pattern[p] == "?" || pattern[p] == text[t] && pattern[p] != "*" {
        (p, t) = (p + 1, t + 1)
      } else if p < pattern.count, pattern[p] == "*" {
        (star, mark) = (p, t)
        p += 1
      } else if star >= 0 {
        mark += 1
        (p, t) = (star + 1, mark)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == "*" }
  }
}
