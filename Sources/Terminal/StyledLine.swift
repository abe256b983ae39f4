/// A line of text of which parts are styled.
package struct StyledLine: Sendable, Hashable {
  package struct Span: Sendable, Hashable {
    package var text: String
    package var style: Style
  }

  package private(set) var spans: [Span] = []
  /// How many columns it takes.
  package private(set) var columns = 0

  package init() {}

  package init(_ text: String, _ style: Style = .plain) { append(text, style) }

  /// Adds text at the end. Control characters in it are shown (`^[`), never sent: what is in a capture or a rule must not
  /// command the reader's terminal. Tabs become blanks.
  package mutating func append(_ text: String, _ style: Style = .plain) {
    guard !text.isEmpty else { return }
    let text = TextLayout.hasControls(text) ? TextLayout.withoutControls(text, from: columns) : text
    columns += TextLayout.columns(text)
    if let last = spans.indices.last, spans[last].style == style {
      spans[last].text += text
    } else {
      spans.append(Span(text: text, style: style))
    }
  }

  package mutating func append(_ line: StyledLine) {
    for span in line.spans { append(span.text, span.style) }
  }

  /// Blanks up to a column.
  package mutating func pad(to width: Int, with character: String = " ", _ style: Style = .plain) {
    append(String(repeating: character, count: max(0, width - columns)), style)
  }

  /// The text without its styles.
  package var text: String { spans.map(\.text).joined() }

  /// Cut to at most `width` columns.
  package func cut(to width: Int) -> StyledLine {
    guard columns > width else { return self }
    var line = StyledLine()
    for span in spans {
      var text = ""
      for character in span.text {
        guard line.columns + TextLayout.columns(text) + TextLayout.columns(character) <= width else {
          line.append(text, span.style)
          return line
        }
        text.append(character)
      }
      line.append(text, span.style)
    }
    return line
  }

  /// The line as a terminal takes it.
  package func rendered(_ theme: Theme) -> String {
    var result = ""
    for span in spans {
      let begin = theme.begin(span.style)
      result += begin.isEmpty ? span.text : begin + span.text + Theme.end
    }
    return result
  }
}
