import Netfilter
import Simulation

/// A chain's rules, numbered, with the place marked: `>` the rule at hand, `-` one that did not fire, `*` one that
/// fired before.
struct ChainList {
  let rules: [String]
  /// `policy ACCEPT`; `nil` for a user-defined chain.
  let policy: String?
  /// From 1; the number after the last rule for the end. `nil` for none.
  var current: Int?
  /// Rules that this packet has met before this step, and whether they fired.
  var met: [Int: Bool] = [:]
  /// Rules shown at most, around the current one.
  var rows = 7

  var lines: [String] {
    let count = rules.count + (policy == nil ? 0 : 1)
    let focus = (current ?? 1) - 1
    let first = count <= rows ? 0 : min(max(0, focus - rows / 2), count - rows)
    var lines = (first..<min(count, first + rows)).map(line)
    if first > 0, !lines.isEmpty { lines[0] = "     ..." }
    if first + rows < count, !lines.isEmpty { lines[lines.count - 1] = "     ..." }
    return lines
  }

  private func line(_ index: Int) -> String {
    let number = index + 1
    let mark = number == current ? ">" : met[number].map { $0 ? "*" : "-" } ?? " "
    guard index < rules.count else { return Layout.cut(" \(mark)     \(policy ?? "")") }
    let padded = String(repeating: " ", count: max(0, 2 - String(number).count)) + String(number)
    return Layout.cut(" \(mark) \(padded)  \(rules[index])")
  }
}
