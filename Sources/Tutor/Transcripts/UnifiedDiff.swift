/// The first place where two transcripts differ, as a unified diff of one hunk.
package struct UnifiedDiff: Sendable, Hashable {
  package let text: String
  private static let context = 3
  private static let rows = 12

  /// `nil` where they agree, patterns considered.
  init?(expected: Transcript, actual: Transcript, text: String, file: String) {
    let old = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    let new = actual.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    guard let first = (0..<max(old.count, new.count)).first(where: { !Self.agree(old, new, $0) }) else { return nil }
    let start = max(0, first - Self.context)
    // As far as the two part, up to where they meet again.
    var oldEnd = first
    var newEnd = first
    (oldEnd, newEnd) = Self.meeting(old, new, from: first)
    oldEnd = min(oldEnd, first + Self.rows)
    newEnd = min(newEnd, first + Self.rows)
    let tail = old[min(oldEnd, old.count)..<min(oldEnd + Self.context, old.count)]
    var lines = ["--- \(file)", "+++ \(file) (run again)"]
    lines.append("@@ -\(start + 1),\(oldEnd - start + tail.count) +\(start + 1),\(newEnd - start + tail.count) @@")
    lines += old[start..<min(first, old.count)].map { " " + $0 }
    lines += old[min(first, old.count)..<min(oldEnd, old.count)].map { "-" + $0 }
    lines += new[min(first, new.count)..<min(newEnd, new.count)].map { "+" + $0 }
    lines += tail.map { " " + $0 }
    self.text = "\(file):\(first + 1): differs when run again\n" + lines.joined(separator: "\n")
  }

  private static func agree(_ old: [String], _ new: [String], _ index: Int) -> Bool {
    guard index < old.count, index < new.count else { return false }
    return old[index] == new[index] || LinePattern(old[index])?.matches(new[index]) == true
  }

  /// Where the two run on alike after a difference.
  private static func meeting(_ old: [String], _ new: [String], from first: Int) -> (Int, Int) {
    for distance in 1...Self.rows * 2 {
      for ahead in 0...distance {
        let (i, j) = (first + ahead, first + distance - ahead)
        if i < old.count, j < new.count, old[i] == new[j], !old[i].isEmpty || i + 1 >= old.count { return (i, j) }
      }
    }
    return (old.count, new.count)
  }
}
