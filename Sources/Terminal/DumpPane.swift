/// A packet's bytes in rows: `[` and `]` around the bytes at hand, `(` and `)` around those that a match has read before,
/// `+` before one that has changed, a joint between decoded ones; `--` for what was edited out, `??` for what was never
/// given.
struct DumpPane: Pane {
  let dump: StepScreen.Dump
  let title: String

  func idealHeight(width: Int) -> Int { 1 + (dump.bytes.count + perRow(width) - 1) / perRow(width) }

  func lines(width: Int, height: Int, _ glyphs: Glyphs) -> [StyledLine] {
    let perRow = perRow(width)
    let count = (dump.bytes.count + perRow - 1) / perRow
    let hasRuler = height > min(count, 2)
    let rows = max(1, height - (hasRuler ? 1 : 0))
    let focus = (dump.current.first ?? dump.changed.first ?? dump.read.first)?.lowerBound ?? 0
    let window = Window(count: count, rows: rows, focus: focus / perRow)
    var lines = hasRuler ? [ruler(perRow, width)] : []
    for row in window.range { lines.append(line(row, perRow, width, glyphs)) }
    return lines
  }

  /// Sixteen bytes a row where they fit with their text, else eight, else four.
  private func perRow(_ width: Int) -> Int { width >= 74 ? 16 : width >= 37 ? 8 : 4 }

  private func margin(_ perRow: Int) -> Int { perRow == 16 ? 5 : 4 }

  private func ruler(_ perRow: Int, _ width: Int) -> StyledLine {
    var line = StyledLine(String(repeating: " ", count: margin(perRow) + 1))
    for column in 0..<perRow {
      if column == 8 { line.append(" ") }
      line.append((column < 10 ? "  " : " ") + "\(column)", .faint)
    }
    return line
  }

  private func line(_ row: Int, _ perRow: Int, _ width: Int, _ glyphs: Glyphs) -> StyledLine {
    let start = row * perRow
    let number = String(start)
    var line = StyledLine(
      String(repeating: " ", count: max(0, margin(perRow) - number.utf8.count)) + number + " ", .faint)
    for column in 0..<perRow {
      let index = start + column
      appendGap(before: index, isFirst: column == 0, isWide: column == 8, glyphs, &line)
      line.append(index < dump.bytes.count ? digits(index) : "  ", style(index))
    }
    let closing = mark(after: start + perRow - 1, isLast: true)
    line.append(closing?.1 ?? " ", closing?.0 ?? .plain)
    line.append(" ")
    for index in start..<min(start + perRow, dump.bytes.count) {
      let byte = dump.bytes[index]
      let isShown = !isHidden(index) && (0x20...0x7e).contains(byte)
      line.append(isShown ? String(Character(Unicode.Scalar(byte))) : ".", style(index))
    }
    return line
  }

  /// What stands between a byte and the one before it; two columns in the middle of a row.
  private func appendGap(before index: Int, isFirst: Bool, isWide: Bool, _ glyphs: Glyphs, _ line: inout StyledLine) {
    let closing = isFirst ? nil : mark(after: index - 1)
    let opening = mark(before: index, isFirst: isFirst)
    if isWide {
      line.append(closing?.1 ?? " ", closing?.0 ?? .plain)
      line.append(opening?.1 ?? " ", opening?.0 ?? .plain)
      return
    }
    if let mark = opening?.0 == .changed ? closing ?? opening : opening ?? closing {
      line.append(mark.1, mark.0)
    } else if !isFirst, style(index) == .decoded, style(index - 1) == .decoded {
      line.append(glyphs.joint, .decoded)
    } else {
      line.append(" ")
    }
  }

  private func mark(before index: Int, isFirst: Bool) -> (Style, String)? {
    let kind = style(index)
    let begins = isFirst || style(index - 1) != kind
    switch kind {
    case .current: return begins ? (.current, "[") : nil
    case .read: return begins ? (.read, "(") : nil
    case .changed: return (.changed, "+")
    default: return nil
    }
  }

  private func mark(after index: Int, isLast: Bool = false) -> (Style, String)? {
    let kind = style(index)
    guard isLast || style(index + 1) != kind else { return nil }
    return kind == .current ? (.current, "]") : kind == .read ? (.read, ")") : nil
  }

  /// A byte is one thing only: what is at hand before what has changed before what was read before what is decoded.
  private func style(_ index: Int) -> Style {
    guard dump.bytes.indices.contains(index) else { return .plain }
    if dump.current.contains(where: { $0.contains(index) }) { return .current }
    if dump.changed.contains(where: { $0.contains(index) }) { return .changed }
    if dump.read.contains(where: { $0.contains(index) }) { return .read }
    return dump.decoded.contains { $0.contains(index) } ? .decoded : .plain
  }

  private func isHidden(_ index: Int) -> Bool {
    dump.edited.contains { $0.contains(index) } || dump.unknown.contains { $0.contains(index) }
  }

  private func digits(_ index: Int) -> String {
    if dump.edited.contains(where: { $0.contains(index) }) { return "--" }
    if dump.unknown.contains(where: { $0.contains(index) }) { return "??" }
    let byte = dump.bytes[index]
    return (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}

/// Which of many rows are shown: all, or those around one of them.
struct Window {
  let range: Range<Int>

  init(count: Int, rows: Int, focus: Int) {
    let rows = max(1, rows)
    let first = count <= rows ? 0 : min(max(0, focus - rows / 2), count - rows)
    range = first..<max(first, min(count, first + rows))
  }
}

/// A part of the screen with a title above it.
protocol Pane {
  var title: String { get }
  /// Lines it would use if it could have all it wants, at most; the title not counted.
  func idealHeight(width: Int) -> Int
  /// At most `height` lines of at most `width` columns.
  func lines(width: Int, height: Int, _ glyphs: Glyphs) -> [StyledLine]
}
