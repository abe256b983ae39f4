import Testing

@testable import Terminal

@Suite("keys")
struct KeyboardTests {
  /// What comes of bytes that arrive in these pieces, each after the one before was looked at.
  private static func keys(_ pieces: [String]) -> [Key] {
    var parser = KeyParser()
    var keys: [Key] = []
    for piece in pieces {
      parser.feed(Array(piece.utf8))
      while let key = parser.next(isFinal: false) { keys.append(key) }
    }
    while let key = parser.next(isFinal: true) { keys.append(key) }
    return keys
  }

  @Test(
    "reports that nobody asked for and keys without a meaning are one unknown key, and what follows is read",
    arguments: [
      "\u{1b}[I", "\u{1b}[O", "\u{1b}[<0;10;5M", "\u{1b}[<0;10;5m", "\u{1b}[M !!", "\u{1b}]11;rgb:0000/0000/0000\u{7}",
      "\u{1b}]11;rgb:0000/0000/0000\u{1b}\\", "\u{1b}P>|tmux 3.3a\u{1b}\\", "\u{1b}x", "\u{1b}ä", "\u{1b}OP",
      "\u{1b}[15~", "\u{1b}[?1;2c", "\u{1b}[24;80R", "\u{1b}[27;5;9u",
    ])
  func unknown(sequence: String) {
    #expect(Self.keys([sequence + "q"]) == [.unknown, .character("q")])
    // However it is cut up on the way; an ESC alone is a key only where nothing follows.
    for cut in 1..<sequence.unicodeScalars.count {
      let scalars = Array(sequence.unicodeScalars)
      let pieces = [scalars[..<cut], scalars[cut...]].map { part in
        String(String.UnicodeScalarView(part))
      }
      #expect(Self.keys(pieces + ["q"]) == [.unknown, .character("q")], "cut after \(cut)")
    }
  }

  @Test(
    "keys come whole out of pieces",
    arguments: [
      (["\u{1b}", "[", "C"], [Key.right]), (["\u{1b}[", "5", "~"], [.pageUp]), (["\u{1b}O", "A"], [.up]),
      (["\u{1b}[1;5", "D"], [.left]), (["\u{1b}"], [.escape]), (["\u{1b}", "\u{1b}[C"], [.escape, .right]),
      (["aaa"], [.character("a"), .character("a"), .character("a")]), (["goto 5\r"], [.burst("goto 5\n")]),
      (["\u{3}\u{1a}"], [.control("c"), .control("z")]),
    ])
  func pieces(pieces: [String], keys: [Key]) { #expect(Self.keys(pieces) == keys) }

  @Test("a paste is whole, wherever it was cut", arguments: [1, 2, 5, 7, 1000])
  func paste(size: Int) {
    let text = (0..<200).map { "45 00 \($0) パケット\r" }.joined()
    let bytes = Array("\u{1b}[200~\(text)\u{1b}[201~ ".utf8)
    var parser = KeyParser()
    var keys: [Key] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      parser.feed(bytes[start..<min(bytes.count, start + size)])
      while let key = parser.next(isFinal: false) { keys.append(key) }
      if start > 6, start + size < bytes.count - 8 { #expect(parser.isInPaste) }
    }
    #expect(keys == [.paste(text.replacing("\r", with: "\n")), .character(" ")])
  }
}

@Suite("text that comes from outside")
struct OutsideTextTests {
  @Test(
    "commands no terminal",
    arguments: [
      ("\u{1b}[2J", "^[[2J"), ("a\u{7}b", "a^Gb"), ("\u{9b}31m", "?31m"), ("\u{7f}", "^?"), ("a\tb", "a       b"),
      ("12345678\t9", "12345678        9"), ("パケット", "パケット"),
    ])
  func controls(text: String, shown: String) {
    let line = StyledLine(text)
    #expect(line.text == shown)
    #expect(line.columns == TextLayout.columns(shown))
  }

  @Test(
    "takes the columns that a terminal gives it (UAX 11)",
    arguments: [
      ("abc", 3), ("日本語", 6), ("✅", 2), ("─│·←", 4), ("e\u{301}", 1), ("\u{200b}", 0), ("ｱｲｳ", 3), ("Ａ", 2), ("🧪", 2),
      ("\u{1b}", 2),
    ])
  func columns(text: String, columns: Int) { #expect(TextLayout.columns(text) == columns) }

  @Test("is never cut through a wide character", arguments: 0...12)
  func cut(width: Int) {
    let cut = StyledLine("ルール 2 の条件").cut(to: width)
    #expect(cut.columns <= width && cut.columns >= min(15, width) - 1)
    #expect("ルール 2 の条件".hasPrefix(cut.text))
  }
}
