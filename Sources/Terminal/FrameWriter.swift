import Glibc

/// Puts frames on the screen: only the lines that have changed, in one write, which a terminal that knows synchronized
/// output (DEC private mode 2026) shows at once.
package struct FrameWriter {
  private let display: Display
  private let theme: Theme
  private var shown: [String] = []

  /// Moving the cursor, a screen may reverse and underline too, whatever was said about colour.
  package init(_ display: Display) {
    self.display = display
    theme = Theme(hasColor: display.theme.hasColor, hasAttributes: true, background: display.theme.background)
  }

  /// Forgets what is on the screen: the next frame is drawn whole.
  package mutating func forget() { shown = [] }

  /// What has to be written so that the screen shows `lines`.
  package mutating func update(_ lines: [StyledLine]) -> String {
    let rendered = lines.map { display.shown($0.rendered(theme)) }
    let isWhole = shown.count != rendered.count
    var text = "\u{1b}[?2026h\u{1b}[?25l"
    for (row, line) in rendered.enumerated() where isWhole || shown[row] != line {
      // Cleared first: after a line that is full, the cursor stands on its last character.
      text += "\u{1b}[\(row + 1);1H\u{1b}[m\u{1b}[2K" + line
    }
    if isWhole { text += "\u{1b}[m\u{1b}[J" }
    shown = rendered
    return text + "\u{1b}[?2026l"
  }

  /// Draws a frame.
  package mutating func draw(_ lines: [StyledLine]) { TerminalOutput.write(update(lines)) }
}

/// Standard output where it is a terminal: whole texts in one write.
package enum TerminalOutput {
  package static func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      // Safe: the buffer is not left, and no more of it is read than is there.
      var rest = UnsafeRawBufferPointer(bytes)[...]
      while !rest.isEmpty {
        let count = Glibc.write(STDOUT_FILENO, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 {
          rest = rest.dropFirst(count)
        } else if errno != EINTR && errno != EAGAIN {
          return
        }
      }
    }
  }
}
