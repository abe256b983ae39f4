import Netfilter
import Simulation

/// A chain's rules, numbered, with the place marked: `>` the rule at hand, `-` one that did not fire, `*` one that
/// fired before. A rule's text is made only where it is shown: a chain may have thousands.
struct ChainList {
  private let rules: [Rule]
  /// `policy ACCEPT`; `nil` for a user-defined chain.
  private let policy: String?
  /// From 1; the number after the last rule for the end. `nil` for none.
  var current: Int?
  /// Rules that this packet has met before this step, and whether they fired.
  var met: [Int: Bool] = [:]
  /// Rules shown at most, around the current one.
  var rows = 7

  init(_ chain: Chain) {
    rules = chain.rules
    policy = chain.policy.map { "policy \($0.rawValue)" }
  }

  private var count: Int { rules.count + (policy == nil ? 0 : 1) }

  /// The indices of what is shown, the policy's after the last rule's.
  var window: Range<Int> {
    let focus = (current ?? 1) - 1
    let first = count <= rows ? 0 : min(max(0, focus - rows / 2), count - rows)
    return first..<min(count, first + min(rows, count))
  }

  /// However long each may be.
  var lines: [String] {
    let window = window
    var lines = window.map(line)
    if window.lowerBound > 0, !lines.isEmpty { lines[0] = "     ..." }
    if window.upperBound < count, !lines.isEmpty { lines[lines.count - 1] = "     ..." }
    return lines
  }

  /// A rule as a fact for plain text.
  func fact(_ index: Int) -> PlainFact {
    let text = index < rules.count ? rules[index].savedText : policy ?? ""
    let number = index < rules.count ? index + 1 : nil
    return .rule(number: number, text: text, isCurrent: index + 1 == current, fired: met[index + 1])
  }

  private func line(_ index: Int) -> String {
    let number = index + 1
    let mark = number == current ? ">" : met[number].map { $0 ? "*" : "-" } ?? " "
    guard index < rules.count else { return " \(mark)     \(policy ?? "")" }
    let padded = String(repeating: " ", count: max(0, 2 - String(number).count)) + String(number)
    return " \(mark) \(padded)  \(rules[index].savedText)"
  }
}
