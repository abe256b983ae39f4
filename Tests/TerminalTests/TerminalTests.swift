import Testing

@testable import Terminal

/// The widths that the Unicode Standard Annex 11 gives: F and W take two columns, all else one.
@Suite("columns")
struct ColumnTests {
  @Test(
    "a text takes as many columns as its characters are wide",
    arguments: [("abc", 3), ("パケット", 8), ("ルール 3", 8), ("─·", 2), ("", 0), ("é", 1), ("「」", 4)])
  func columns(text: String, columns: Int) {
    #expect(TextLayout.columns(text) == columns)
    #expect(StyledLine(text).columns == columns)
  }

  @Test("a cut never leaves half of a wide character", arguments: 0...9)
  func cut(width: Int) {
    let line = StyledLine("パケ", .heading)
    #expect(line.cut(to: width).columns <= width)
    #expect(line.cut(to: width).text == String("パケ".prefix(width / 2)))
    #expect(TextLayout.cut("パケ", to: width).count == min(2, width / 2))
  }
}

@Suite("colours")
struct ThemeTests {
  private static let styles: [Style] = [
    .plain, .heading, .title, .focus, .frame, .faint, .current, .decoded, .read, .changed, .passed, .fired, .question,
    .choice, .right, .wrong, .hint, .note, .error,
  ]

  @Test("without colours and attributes nothing but the text comes out", arguments: styles)
  func none(style: Style) {
    #expect(StyledLine("text", style).rendered(.none) == "text")
  }

  @Test("without colours no style sets one", arguments: styles)
  func attributesOnly(style: Style) {
    let theme = Theme(hasColor: false, hasAttributes: true, background: .dark)
    for code in codes(theme.begin(style)) { #expect([1, 2, 4, 7].contains(code)) }
  }

  /// ECMA-48: 30 to 37 set the colour of letters, 90 to 97 are their bright forms. On black 30 and 34 cannot be read, on
  /// white none of the bright ones, nor 33, 36 and 37.
  @Test("no style uses a colour that cannot be read on its background", arguments: styles)
  func readable(style: Style) {
    let unreadable: [Theme.Background: Set<Int>] = [
      .dark: [30, 34, 90], .light: [33, 36, 37, 91, 92, 93, 94, 95, 96, 97],
      .auto: [30, 33, 34, 36, 37, 90, 91, 92, 93, 94, 95, 96, 97, 2],
    ]
    for (background, forbidden) in unreadable {
      let theme = Theme(hasColor: true, hasAttributes: true, background: background)
      #expect(Set(codes(theme.begin(style))).isDisjoint(with: forbidden), "\(background)")
    }
  }

  private func codes(_ sequence: String) -> [Int] {
    sequence.dropFirst(2).dropLast().split(separator: ";").compactMap { Int($0) }
  }
}

@Suite("a packet's bytes")
struct DumpPaneTests {
  private static func lines(width: Int = 80, _ change: (inout StepScreen.Dump) -> Void) -> [String] {
    var dump = StepScreen.Dump(bytes: Array(0..<32))
    change(&dump)
    return DumpPane(dump: dump, title: "").lines(width: width, height: 10, .unicode).map(\.text)
  }

  @Test("each kind of byte has its own mark, whatever the colours")
  func marks() {
    let lines = Self.lines {
      $0.decoded = [0..<4]
      $0.current = [4..<6]
      $0.read = [9..<11]
      $0.changed = [16..<17]
      $0.edited = [20..<21]
      $0.unknown = [22..<23]
    }
    #expect(lines[1] == "    0  00·01·02·03[04 05]06 07  08(09 0a)0b 0c 0d 0e 0f  ................")
    #expect(lines[2] == "   16 +10 11 12 13 -- 15 ?? 17  18 19 1a 1b 1c 1d 1e 1f  ................")
  }

  @Test("marks begin and end at the ends of rows and around the gap in the middle")
  func edges() {
    let lines = Self.lines { $0.current = [8..<16, 16..<24] }
    #expect(lines[1].hasSuffix(" 07 [08 09 0a 0b 0c 0d 0e 0f] ................"))
    #expect(lines[2].hasPrefix("   16 [10 11 12 13 14 15 16 17] 18"))
  }

  @Test("a narrow screen has eight bytes a row, a very narrow one four", arguments: [(40, 8), (36, 4), (80, 16)])
  func narrow(width: Int, perRow: Int) {
    let lines = Self.lines(width: width) { $0.current = [31..<32] }
    #expect(lines.count == 1 + 32 / perRow || lines.count == 10)
    #expect(lines.allSatisfy { TextLayout.columns($0) <= width })
    #expect(lines.last?.contains("[1f]") == true)
  }
}

@Suite("a header as its RFC draws it")
struct HeaderPaneTests {
  /// RFC 768's: four fields of sixteen bits.
  private static func udp(_ change: (inout [StepScreen.Header.Field]) -> Void = { _ in }) -> HeaderPane {
    var fields = [
      StepScreen.Header.Field(name: "source port", bits: 0..<16, value: "53"),
      StepScreen.Header.Field(name: "destination port", bits: 16..<32, value: "1024"),
      StepScreen.Header.Field(name: "length", bits: 32..<48, value: nil),
      StepScreen.Header.Field(name: "checksum", bits: 48..<64, value: nil),
    ]
    change(&fields)
    return HeaderPane(header: StepScreen.Header(title: "UDP", offset: 20, fields: fields))
  }

  @Test("rows of 32 bits between borders, names above values")
  func drawing() {
    let lines = Self.udp { $0[1].mark = .current }.lines(width: 80, height: 20, .unicode).map(\.text)
    #expect(
      lines == [
        "      0                   1                   2                   3",
        "      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1",
        "     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
        "  20 |          source port          [       destination port        ]",
        "     |              53               [             1024              ]",
        "     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
        "  24 |            length             |           checksum            |",
        "     |                               |                               |",
        "     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
      ])
  }

  @Test("with less room the rows stay, and at last only those around the field at hand", arguments: 1...9)
  func less(height: Int) {
    let lines = Self.udp { $0[3].mark = .current }.lines(width: 80, height: height, .unicode)
    #expect(lines.count <= height)
    #expect(lines.contains { $0.text.contains("[") && $0.text.contains("checksum") })
  }

  @Test("a field that is not decoded yet has no value, one that has changed is marked")
  func values() {
    let text = Self.udp { $0[0].isChanged = true }.lines(width: 80, height: 4, .unicode).map(\.text).joined()
    #expect(text.contains("source port +53"))
    #expect(text.contains("|            length             |"))
  }

  @Test("flags stand in their own bits: a letter where set, a point where not")
  func flags() {
    let lines = Self.udp {
      $0[2].value = "0x2"
      $0[2].flags = [.init(letter: "D", bit: 33, isSet: true), .init(letter: "M", bit: 34, isSet: false)]
    }.lines(width: 80, height: 20, .unicode).map(\.text)
    // Bit 33 is the row's second: two columns a bit after the margin and the border.
    #expect(lines[7].hasPrefix("     |  D . "))
  }

  @Test("too narrow for 32 bits it is a list", arguments: [40, 60, 69])
  func list(width: Int) {
    let lines = Self.udp { $0[1].mark = .current }.lines(width: width, height: 10, .unicode).map(\.text)
    #expect(lines.count == 4)
    #expect(lines[1].hasPrefix(">22-23") && lines[1].contains("destination port") && lines[1].contains("1024"))
    #expect(lines.allSatisfy { TextLayout.columns($0) <= width })
  }
}

@Suite("a chain's rules")
struct ChainPaneTests {
  private static func chain(_ count: Int, current: Int?, asked: Box = Box()) -> StepScreen.Chain {
    var chain = StepScreen.Chain(title: "filter INPUT", count: count, policy: "policy DROP") { index in
      asked.indices.append(index)
      return "-p tcp -m tcp --dport \(index) -j ACCEPT"
    }
    chain.current = current
    return chain
  }

  /// What was asked for; used on one thread only.
  final class Box: @unchecked Sendable { var indices: [Int] = [] }

  @Test("the rule at hand, those passed and those fired are told apart by their marks")
  func marks() {
    var chain = Self.chain(4, current: 3)
    chain.met = [1: true, 2: false]
    chain.latest = 2
    let lines = ChainPane(chain: chain).lines(width: 80, height: 10, .unicode).map(\.text)
    #expect(lines.map { String($0.prefix(6)) } == [" *  1 ", "+-  2 ", " >  3 ", "    4 ", "      "])
    #expect(lines[4].hasSuffix("policy DROP"))
  }

  @Test("of thousands of rules only those in sight are put into words", arguments: [1, 2500, 5000, 5001])
  func window(current: Int) {
    let asked = Box()
    let pane = ChainPane(chain: Self.chain(5000, current: current, asked: asked))
    let lines = pane.lines(width: 80, height: 7, .unicode).map(\.text)
    #expect(lines.count == 7)
    #expect(lines.contains { $0.hasPrefix(" > ") })
    #expect(asked.indices.count <= 8)
  }

  @Test("a long rule at hand is shown whole where there is room")
  func long() {
    let lines = ChainPane(chain: Self.chain(3, current: 2)).lines(width: 30, height: 6, .unicode).map(\.text)
    #expect(lines.joined().contains("ACCEPT"))
    #expect(lines.count <= 6)
    #expect(lines.allSatisfy { TextLayout.columns($0) <= 30 })
  }
}
