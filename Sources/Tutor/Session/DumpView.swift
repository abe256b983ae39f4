import Simulation

/// A packet as rows of sixteen bytes (eight where there is little room), with marks that plain text carries too: `[` and `]` around the bytes at hand, `--`
/// for bytes that were edited out, `??` for bytes that the capture did not give.
struct DumpView {
  let bytes: [UInt8]
  let marks: Step.Marks
  /// Rows shown at most, around the marked bytes; the rest is counted.
  var rows = 5

  /// The dump's lines, and how many bytes are left out.
  var lines: (shown: [String], hidden: Int) {
    let range = range
    return (laidOut(range, perRow: 16), bytes.count - range.count)
  }

  /// The same bytes in at most 39 columns.
  var narrowLines: [String] { laidOut(range, perRow: 8) }

  /// The bytes that are shown.
  private var range: Range<Int> {
    let all = (bytes.count + 15) / 16
    let focus = (marks.current.first?.lowerBound ?? 0) / 16
    let first = all <= rows ? 0 : min(max(0, focus - rows / 2), all - rows)
    let last = min(all, first + min(rows, all))
    return first * 16..<max(first * 16, min(bytes.count, last * 16))
  }

  private func laidOut(_ range: Range<Int>, perRow: Int) -> [String] {
    let margin = margin(perRow)
    let ruler = (0..<perRow).map { ($0 < 10 ? " " : "") + "\($0)" + ($0 == 7 && perRow > 8 ? "  " : " ") }.joined()
    var shown = [String(repeating: " ", count: margin.digits + margin.gap + 1) + ruler]
    shown[0] = String(shown[0].reversed().drop { $0 == " " }.reversed())
    for start in stride(from: range.lowerBound, to: range.upperBound, by: perRow) {
      shown.append(line(start, perRow: perRow))
    }
    return shown
  }

  /// Columns of the number at the left, and between it and the first byte.
  private func margin(_ perRow: Int) -> (digits: Int, gap: Int) { perRow > 8 ? (5, 2) : (4, 0) }

  private func line(_ start: Int, perRow: Int) -> String {
    var text = ""
    let number = String(start)
    let margin = margin(perRow)
    text += String(repeating: " ", count: max(0, margin.digits - number.count)) + number
    text += String(repeating: " ", count: margin.gap)
    for column in 0..<perRow {
      let index = start + column
      text += separator(index, column)
      text += index < bytes.count ? digits(index) : "  "
    }
    text += closing(start + perRow - 1)
    text +=
      " "
      + bytes[min(start, bytes.count)..<min(start + perRow, bytes.count)].enumerated().map { offset, byte in
        isHidden(start + offset) ? "." : (0x20...0x7e).contains(byte) ? String(Character(Unicode.Scalar(byte))) : "."
      }.joined()
    return text
  }

  /// What stands before the byte at `index`: a bracket where a mark begins or ends, else a space.
  private func separator(_ index: Int, _ column: Int) -> String {
    let opens = isMarked(index) && (column == 0 || !isMarked(index - 1))
    let closes = column > 0 && isMarked(index - 1) && !isMarked(index)
    let mark = opens ? "[" : closes ? "]" : " "
    guard column == 8 else { return mark }
    return closes ? "] " : opens ? " [" : "  "
  }

  private func closing(_ index: Int) -> String { isMarked(index) ? "]" : " " }

  private func isMarked(_ index: Int) -> Bool { index < bytes.count && marks.current.contains { $0.contains(index) } }

  private func isHidden(_ index: Int) -> Bool { (marks.edited + marks.unknown).contains { $0.contains(index) } }

  private func digits(_ index: Int) -> String {
    if marks.edited.contains(where: { $0.contains(index) }) { return "--" }
    if marks.unknown.contains(where: { $0.contains(index) }) { return "??" }
    return [bytes[index]].hex
  }
}
