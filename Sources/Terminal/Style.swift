/// What a piece of text is. How that looks is the theme's business, and no style carries a meaning that the text itself
/// does not.
package enum Style: Sendable, Hashable {
  case plain, heading, title, focus, frame, faint
  /// Bytes, fields and rules.
  case current, decoded, read, changed, passed, fired
  /// What the tutor says.
  case question, choice, right, wrong, hint, note, error
}

/// Turns styles into terminal attributes (ECMA-48 section 8.3.117, SGR).
package struct Theme: Sendable, Hashable {
  /// What the letters stand on. Where it is not known, only colours that can be read on both are used.
  package enum Background: String, Sendable, CaseIterable { case dark, light, auto }

  package var hasColor: Bool
  /// Bold, underlined and reversed text, which is no colour.
  package var hasAttributes: Bool
  package var background: Background

  package init(hasColor: Bool, hasAttributes: Bool, background: Background = .auto) {
    self.hasColor = hasColor
    self.hasAttributes = hasAttributes
    self.background = background
  }

  /// No escape sequence at all.
  package static let none = Theme(hasColor: false, hasAttributes: false)

  /// The sequence that begins the style; empty for text as it is.
  package func begin(_ style: Style) -> String {
    var codes: [String] = []
    if hasAttributes { codes += attributes(style) }
    if hasColor, let color = color(style) { codes.append(color) }
    return codes.isEmpty ? "" : "\u{1b}[\(codes.joined(separator: ";"))m"
  }

  /// Ends whatever was begun.
  package static let end = "\u{1b}[m"

  private func attributes(_ style: Style) -> [String] {
    switch style {
    case .heading, .focus, .question, .right, .wrong, .error: ["1"]
    case .current: ["7"]
    case .read: ["4"]
    case .changed: ["1", "4"]
    case .faint, .passed, .note: background == .dark ? ["2"] : []
    case .plain, .title, .frame, .decoded, .fired, .choice, .hint: []
    }
  }

  /// Blue cannot be read on black, nor yellow and cyan on white.
  private func color(_ style: Style) -> String? {
    switch style {
    case .right, .fired, .decoded: background == .light ? "32" : background == .dark ? "92" : "32"
    case .wrong, .error: background == .dark ? "91" : "31"
    case .read, .hint: background == .dark ? "95" : "35"
    case .changed: background == .light ? "34" : background == .dark ? "93" : "35"
    case .title, .focus, .heading: background == .light ? "34" : background == .dark ? "96" : nil
    case .frame: background == .light ? "90" : nil
    case .plain, .faint, .current, .passed, .question, .choice, .note: nil
    }
  }
}

/// The characters that lines and marks are drawn with.
package struct Glyphs: Sendable, Hashable {
  package var horizontal: String
  package var vertical: String
  /// Between two bytes that are decoded already.
  package var joint: String
  package var isUnicode: Bool

  package static let unicode = Glyphs(horizontal: "─", vertical: "│", joint: "·", isUnicode: true)
  package static let ascii = Glyphs(horizontal: "-", vertical: "|", joint: ".", isUnicode: false)
}
