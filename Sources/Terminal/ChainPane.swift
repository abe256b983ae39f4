/// A chain's rules with the place: `>` the rule at hand, `-` one that was passed, `*` one that fired before.
struct ChainPane: Pane {
  let chain: StepScreen.Chain

  var title: String { chain.title }

  private var count: Int { chain.count + (chain.policy == nil ? 0 : 1) }

  func idealHeight(width: Int) -> Int { min(count, 40) + 1 }

  func lines(width: Int, height: Int, _ glyphs: Glyphs) -> [StyledLine] {
    guard height > 0, count > 0 else { return [] }
    let focus = (chain.current ?? chain.latest ?? 1) - 1
    // The rule at hand is shown whole where that leaves others in sight.
    let whole = chain.current.map { current in
      TextLayout.wrap(line(current - 1).text, hanging: 5 + digits, width: width)
    }
    let extra = max(0, min((whole?.count ?? 1) - 1, height - 3))
    let window = Window(count: count, rows: height - extra, focus: focus).range
    var lines: [StyledLine] = []
    for index in window {
      if index + 1 == chain.current, extra > 0, let whole {
        lines += whole.prefix(1 + extra).map { StyledLine($0, .current) }
      } else {
        lines.append(Self.cut(line(index), width, glyphs))
      }
    }
    // Where rules are left out, the rows at the ends say so.
    if window.lowerBound > 0, lines.count > 2 { lines[0] = gap(window.lowerBound + 1) }
    if window.upperBound < count, lines.count > 2 { lines[lines.count - 1] = gap(count - window.upperBound + 1) }
    return lines
  }

  private var digits: Int { max(2, String(chain.count + 1).utf8.count) }

  private func gap(_ hidden: Int) -> StyledLine {
    StyledLine(String(repeating: " ", count: 5) + "... \(hidden)", .faint)
  }

  private func style(_ index: Int) -> Style {
    let number = index + 1
    if number == chain.current { return .current }
    switch chain.met[number] {
    case true?: return .fired
    case false?: return .passed
    case nil: return .plain
    }
  }

  private func line(_ index: Int) -> StyledLine {
    let number = index + 1
    let mark = number == chain.current ? ">" : chain.met[number].map { $0 ? "*" : "-" } ?? " "
    // What the last step has added to the marks.
    let fresh = number == chain.latest && number != chain.current ? "+" : " "
    var line = StyledLine(fresh + mark + " ", number == chain.current ? .focus : style(index))
    let label = index < chain.count ? String(number) : ""
    line.append(String(repeating: " ", count: max(0, digits - label.utf8.count)) + label + "  ", style(index))
    line.append(index < chain.count ? chain.text(index) : chain.policy ?? "", style(index))
    return line
  }

  static func cut(_ line: StyledLine, _ width: Int, _ glyphs: Glyphs) -> StyledLine {
    guard line.columns > width, width > 3 else { return line.cut(to: width) }
    var result = line.cut(to: width - 3)
    result.append("...", .faint)
    return result
  }
}

/// The connection's entry; `+` before each word that the last step has changed.
struct ConnectionPane: Pane {
  let connection: StepScreen.Connection

  var title: String { connection.title }

  func idealHeight(width: Int) -> Int { wrapped(width).count }

  func lines(width: Int, height: Int, _ glyphs: Glyphs) -> [StyledLine] { Array(wrapped(width).prefix(height)) }

  private func wrapped(_ width: Int) -> [StyledLine] {
    var lines: [StyledLine] = []
    var line = StyledLine()
    for (index, word) in connection.words.enumerated() {
      let isChanged = connection.changed.contains(index)
      let text = (isChanged ? "+" : "") + word
      if line.columns > 0, line.columns + 1 + TextLayout.columns(text) > width {
        lines.append(line)
        line = StyledLine()
      }
      if line.columns > 0 { line.append(" ") }
      line.append(text, isChanged ? .changed : .plain)
    }
    if line.columns > 0 { lines.append(line.cut(to: width)) }
    return lines
  }
}

/// What the tutor says. Where it is longer than the pane, it can be scrolled.
struct TextPane: Pane {
  let paragraphs: [StepScreen.Paragraph]
  let title: String
  /// The first paragraph of what was said last: where not everything fits, that and the rest come before the others.
  var fresh: Int?
  /// Lines scrolled past.
  var scroll = 0
  /// Stands in the last line where text goes on below.
  var more = ""

  /// Longer lines are hard to read.
  private static let widest = 100

  func idealHeight(width: Int) -> Int { wrapped(width).count }

  func lines(width: Int, height: Int, _ glyphs: Glyphs) -> [StyledLine] {
    var all = wrapped(width)
    guard all.count > height, height > 0 else { return all }
    if let fresh, paragraphs.indices.contains(fresh), fresh > 0 {
      let parts = [paragraphs[fresh...], [StepScreen.Paragraph("", .plain)], paragraphs[..<fresh]]
      all = TextPane(paragraphs: parts.flatMap { $0 }, title: title).wrapped(width)
    }
    let first = min(max(0, scroll), all.count - height)
    var shown = Array(all[first..<first + height])
    if first + height < all.count, height > 1 {
      shown[height - 1] = StyledLine("... " + more, .faint).cut(to: width)
    }
    return shown
  }

  private func wrapped(_ width: Int) -> [StyledLine] {
    let width = max(8, min(width, Self.widest))
    return paragraphs.flatMap { paragraph -> [StyledLine] in
      if width < TextLayout.width, let narrow = paragraph.narrow {
        return narrow.flatMap { TextLayout.wrapLine($0, hanging: 3, width: width) }.map {
          StyledLine($0, paragraph.style)
        }
      }
      if paragraph.isFixed, TextLayout.columns(paragraph.text) <= width {
        return [StyledLine(paragraph.text, paragraph.style)]
      }
      let hanging = paragraph.isFixed ? min(paragraph.hanging, width / 2) : 0
      return TextLayout.wrap(paragraph.text, indent: paragraph.indent, hanging: hanging, width: width).map {
        StyledLine($0, paragraph.style)
      }
    }
  }
}
