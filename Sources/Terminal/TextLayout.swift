/// Laying text out in columns of a terminal, where East Asian wide characters take two (Unicode Standard Annex 11).
package enum TextLayout {
  /// Columns that lines meant to be kept use, whatever the terminal has: everything fits 80 by 24.
  package static let width = 78

  /// How many columns a text takes.
  package static func columns(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + columns($1) } }

  /// How many columns a character takes.
  package static func columns(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    if scalar.value < 0x300 { return scalar.value < 0x20 || scalar.value == 0x7f ? 2 : 1 }
    // Most text beyond Latin here is Japanese.
    if (0x3041...0x9fff).contains(scalar.value) { return 2 }
    if nothing.contains(where: { $0.contains(scalar.value) }) { return 0 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// EastAsianWidth.txt of Unicode 15, W and F.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x231a...0x231b, 0x2329...0x232a, 0x23e9...0x23ec, 0x23f0...0x23f0, 0x23f3...0x23f3,
    0x25fd...0x25fe, 0x2614...0x2615, 0x2648...0x2653, 0x267f...0x267f, 0x2693...0x2693, 0x26a1...0x26a1,
    0x26aa...0x26ab, 0x26bd...0x26be, 0x26c4...0x26c5, 0x26ce...0x26ce, 0x26d4...0x26d4, 0x26ea...0x26ea,
    0x26f2...0x26f3, 0x26f5...0x26f5, 0x26fa...0x26fa, 0x26fd...0x26fd, 0x2705...0x2705, 0x270a...0x270b,
    0x2728...0x2728, 0x274c...0x274c, 0x274e...0x274e, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797,
    0x27b0...0x27b0, 0x27bf...0x27bf, 0x2b1b...0x2b1c, 0x2b50...0x2b50, 0x2b55...0x2b55, 0x2e80...0x303e,
    0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf, 0xa960...0xa97c, 0xac00...0xd7a3,
    0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff01...0xff60, 0xffe0...0xffe6, 0x16fe0...0x18cff,
    0x1aff0...0x1b2fb, 0x1f004...0x1f004, 0x1f0cf...0x1f0cf, 0x1f18e...0x1f18e, 0x1f191...0x1f19a,
    0x1f200...0x1f320, 0x1f32d...0x1f335, 0x1f337...0x1f37c, 0x1f37e...0x1f393, 0x1f3a0...0x1f3ca,
    0x1f3cf...0x1f3d3, 0x1f3e0...0x1f3f0, 0x1f3f4...0x1f3f4, 0x1f3f8...0x1f43e, 0x1f440...0x1f440,
    0x1f442...0x1f4fc, 0x1f4ff...0x1f53d, 0x1f54b...0x1f54e, 0x1f550...0x1f567, 0x1f57a...0x1f57a,
    0x1f595...0x1f596, 0x1f5a4...0x1f5a4, 0x1f5fb...0x1f64f, 0x1f680...0x1f6c5, 0x1f6cc...0x1f6cc,
    0x1f6d0...0x1f6d2, 0x1f6d5...0x1f6d7, 0x1f6dc...0x1f6df, 0x1f6eb...0x1f6ec, 0x1f6f4...0x1f6fc,
    0x1f7e0...0x1f7eb, 0x1f7f0...0x1f7f0, 0x1f90c...0x1f93a, 0x1f93c...0x1f945, 0x1f947...0x1f9ff,
    0x1fa70...0x1faff, 0x20000...0x3fffd,
  ]

  /// Characters that take no column where they begin one: combining marks, joiners, selectors.
  private static let nothing: [ClosedRange<UInt32>] = [
    0x300...0x36f, 0x483...0x489, 0x591...0x5bd, 0x610...0x61a, 0x64b...0x65f, 0x1ab0...0x1aff, 0x1dc0...0x1dff,
    0x200b...0x200f, 0x2028...0x202e, 0x2060...0x2064, 0x20d0...0x20f0, 0x3099...0x309a, 0xfe00...0xfe0f,
    0xfe20...0xfe2f, 0xfeff...0xfeff,
  ]

  /// Whether a terminal would take something in a text for a command.
  static func hasControls(_ text: String) -> Bool {
    var before: UInt8 = 0
    for byte in text.utf8 {
      // C1 is c2 80 to c2 9f in UTF-8.
      if byte < 0x20 || byte == 0x7f || before == 0xc2 && byte < 0xa0 { return true }
      before = byte
    }
    return false
  }

  /// The text with `^[` for ESC and the like, `?` for C1, and blanks for tabs, of which there is one every eight columns;
  /// `column` is where it begins.
  static func withoutControls(_ text: String, from column: Int) -> String {
    var result = ""
    var column = column
    for scalar in text.unicodeScalars {
      var shown = String(Character(scalar))
      switch scalar.value {
      case 0x09: shown = String(repeating: " ", count: 8 - column % 8)
      case 0..<0x20: shown = "^" + String(Character(Unicode.Scalar(UInt8(scalar.value) + 0x40)))
      case 0x7f: shown = "^?"
      case 0x80..<0xa0: shown = "?"
      default: break
      }
      column += columns(shown)
      result += shown
    }
    return result
  }

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
        // `下の桁)` stays in one piece, as `下の桁」` does.
        if word.isEmpty, narrowClosing.contains(character), let last = pieces.last, last.last != " " {
          word = last
          pieces.removeLast()
        }
        word.append(character)
      }
    }
    if !word.isEmpty { pieces.append(word) }
    return pieces
  }

  /// What no line may begin, and end, with (JIS X 4051).
  private static let noLineStart: Set<Character> = Set("、。，．・：；？！」』）〕］｝〉》】ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〜")
  private static let noLineEnd: Set<Character> = Set("「『（〔［｛〈《【([")
  private static let narrowClosing: Set<Character> = Set(")].,:;!?")

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
