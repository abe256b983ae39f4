/// Laying text out in columns of a terminal, where East Asian wide characters take two (Unicode Standard Annex 11).
package enum TextLayout {
  /// Columns that lines meant to be kept use, whatever the terminal has: everything fits 80 by 24.
  package static let width = 78

  /// How many columns a text takes.
  package static func columns(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + columns($1) } }

  /// How many columns a character takes.
  package static func columns(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    if scalar.value < 0x300 { return 1 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf,
    0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f,
    0x1f900...0x1f9ff, 0x20000...0x3fffd,
  ]

  /// Breaks a paragraph into lines of at most `width` columns, at spaces and, in Japanese, between characters, but not
  /// before closing punctuation. Lines after the first are indented by `hanging` more.
  package static func wrap(_ text: String, indent: Int = 0, hanging: Int = 0, width: Int = width) -> [String] {
    guard !text.isEmpty else { return [""] }
    var lines: [String] = []
    var line = ""
    var used = 0
    var room: Int { max(8, width - indent - (lines.isEmpty ? 0 : hanging)) }
    func flush() {
      let margin = String(repeating: " ", count: indent + (lines.isEmpty ? 0 : hanging))
      lines.append(margin + line)
      line = ""
      used = 0
    }
    for piece in pieces(text) {
      let size = columns(piece)
      if used > 0, used + columns(piece.trimmedEnd) > room {
        line = line.trimmedEnd
        flush()
      }
      if used == 0, piece.allSatisfy({ $0 == " " }), !lines.isEmpty { continue }
      guard size > room else {
        line += piece
        used += size
        continue
      }
      // A word longer than a line is cut.
      for character in piece {
        if used + columns(character) > room { flush() }
        line.append(character)
        used += columns(character)
      }
    }
    line = line.trimmedEnd
    if !line.isEmpty || lines.isEmpty { flush() }
    return lines
  }

  /// The same for a line that may be indented by blanks of its own: the lines after the first are too.
  package static func wrapLine(_ text: String, indent: Int = 0, hanging: Int = 0, width: Int) -> [String] {
    let blanks = text.prefix { $0 == " " }.count
    return wrap(
      String(text.dropFirst(blanks)), indent: indent + blanks, hanging: min(hanging, max(0, width / 3)), width: width)
  }

  /// Words with the space after them, and single wide characters with the closing punctuation after them.
  private static func pieces(_ text: String) -> [String] {
    var pieces: [String] = []
    var word = ""
    for character in text {
      let isWide = columns(character) == 2
      if isWide {
        if noLineStart.contains(character) {
          if word.isEmpty, let last = pieces.popLast() { word = last }
          word.append(character)
        } else {
          if let last = word.last, !noLineEnd.contains(last) {
            pieces.append(word)
            word = ""
          }
          word.append(character)
        }
        if !noLineEnd.contains(character) {
          pieces.append(word)
          word = ""
        }
      } else if character == " " {
        pieces.append(word + " ")
        word = ""
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { pieces.append(word) }
    return pieces
  }

  /// What no line may begin, and end, with (JIS X 4051).
  private static let noLineStart: Set<Character> = Set("、。，．・：；？！」』）〕］｝〉》】ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〜")
  private static let noLineEnd: Set<Character> = Set("「『（〔［｛〈《【")

  /// Cuts a line to `width` columns, with `...` where something was cut.
  package static func cut(_ text: String, width: Int = width) -> String {
    guard columns(text) > width else { return text }
    var result = ""
    var used = 0
    for character in text {
      guard used + columns(character) <= width - 3 else { break }
      result.append(character)
      used += columns(character)
    }
    return result + "..."
  }

  /// Cuts a text to `width` columns, without a mark.
  package static func cut(_ text: String, to width: Int) -> String {
    guard columns(text) > width else { return text }
    var result = ""
    var used = 0
    for character in text {
      guard used + columns(character) <= width else { break }
      result.append(character)
      used += columns(character)
    }
    return result
  }

  /// Fills a text up to `width` columns.
  package static func pad(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(text)))
  }
}

extension String {
  /// Without spaces at its end.
  fileprivate var trimmedEnd: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
