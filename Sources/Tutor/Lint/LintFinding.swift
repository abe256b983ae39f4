/// Something wrong with a lesson, and where.
package struct LintFinding: Sendable, Hashable, CustomStringConvertible {
  /// The rule that was broken; stable, one a kind of mistake.
  package enum Rule: String, Sendable, CaseIterable {
    /// A file that cannot be read at all.
    case unreadable
    case identifier
    case requirement
    case prose
    case place
    case question
    case choices
    case distractor
    case hints
    case idea
    case repair
    /// A step that does not fit 80 by 24.
    case room
    case repeated
    /// An id that progress may name is gone, or is not yet written down.
    case stability
    /// A command to try that does not work where it stands.
    case practice
  }

  package var rule: Rule
  /// From the folder of the lessons: `08-the-stray-reset/en.md`.
  package var file: String
  /// 1-based.
  package var line: Int?
  package var message: String

  package var description: String { file + (line.map { ":\($0)" } ?? "") + ": \(rule.rawValue): \(message)" }
}
