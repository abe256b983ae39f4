import Testing

@testable import Terminal

@Suite("a step's screen")
struct StepLayoutTests {
  /// A screen with everything in it.
  static var full: StepScreen {
    var screen = StepScreen()
    screen.headings = ["packet 1 of 2, step 3 of 56, from 192.0.2.1 to 192.0.2.2", "packet 1 of 2, step 3 of 56"]
    screen.bytesTitle = "bytes"
    screen.textTitle = "step"
    screen.fieldsTitle = "fields"
    screen.more = "more"
    screen.keys = ["space next  left back  ? help  q leave", "space ? q"]
    var dump = StepScreen.Dump(bytes: Array(repeating: 0x41, count: 60))
    dump.current = [9..<10]
    screen.dump = dump
    var field = StepScreen.Header.Field(name: "protocol", bits: 72..<80, value: "6 (TCP)")
    field.mark = .current
    screen.headers = [
      StepScreen.Header(
        title: "IPv4", offset: 0,
        fields: [
          StepScreen.Header.Field(name: "everything before", bits: 0..<72, value: "0"), field,
          StepScreen.Header.Field(name: "everything after", bits: 80..<160, value: "0"),
        ])
    ]
    var chain = StepScreen.Chain(title: "filter INPUT", count: 12, policy: "policy DROP") { "-s 192.0.2.\($0) -j DROP" }
    chain.current = 6
    screen.chain = chain
    screen.connection = StepScreen.Connection(title: "connection", words: ["tcp", "6", "SYN_SENT"])
    screen.text = [StepScreen.Paragraph("The sentence for this step.", .plain)]
    return screen
  }

  private static let sizes = [(80, 24), (40, 10), (200, 60), (150, 28), (149, 50), (79, 15), (20, 5), (10, 3), (1, 1)]

  @Test("fills its rows exactly and no line is too wide", arguments: sizes)
  func fits(columns: Int, rows: Int) {
    for focus in StepLayout.Focus.allCases {
      for glyphs in [Glyphs.unicode, .ascii] {
        var layout = StepLayout(columns: columns, rows: rows, glyphs: glyphs)
        layout.focus = focus
        let lines = layout.draw(Self.full)
        #expect(lines.count == rows)
        #expect(lines.allSatisfy { $0.columns <= columns })
        if glyphs == .ascii { #expect(lines.allSatisfy { $0.text.allSatisfy(\.isASCII) }) }
      }
    }
  }

  @Test(
    "the bytes, the field, the rule and the sentence are in sight where they are promised",
    arguments: [(80, 24), (200, 60)])
  func complete(columns: Int, rows: Int) {
    let text = StepLayout(columns: columns, rows: rows, glyphs: .unicode).draw(Self.full).map(\.text)
    for wanted in [
      "[41]", "protocol", " >  6  -s 192.0.2.5 -j DROP", "SYN_SENT", "The sentence", "packet 1 of 2", "q leave",
    ] {
      #expect(text.contains { $0.contains(wanted) }, "\(wanted)")
    }
  }

  @Test("a small screen has the rule and the sentence, and the other panes by Tab")
  func small() {
    var layout = StepLayout(columns: 40, rows: 10, glyphs: .unicode)
    #expect(layout.panes(Self.full) == StepLayout.Focus.allCases)
    func sees(_ wanted: String) -> Bool { layout.draw(Self.full).contains { $0.text.contains(wanted) } }
    #expect(sees(" >  6") && sees("The sentence"))
    for (focus, wanted) in [(StepLayout.Focus.dump, "[41]"), (.header, ">9"), (.connection, "SYN_SENT")] {
      layout.focus = focus
      #expect(sees(wanted) && sees("The sentence"), "\(focus)")
    }
  }

  @Test("a long text scrolls to its end")
  func scrolls() {
    var screen = Self.full
    screen.text = (1...60).map { StepScreen.Paragraph("line \($0)", .plain) }
    var layout = StepLayout(columns: 80, rows: 24, glyphs: .unicode)
    #expect(layout.draw(screen).contains { $0.text.contains("... more") })
    while layout.canScroll(screen) { layout.scroll += 1 }
    #expect(layout.draw(screen).contains { $0.text == "line 60" })
    #expect(layout.scroll < 60)
  }
}

@Suite("frames")
struct FrameWriterTests {
  private static let display = Display(color: .never, plain: false, background: .auto)

  @Test("only the lines that differ are written, between the marks of one frame")
  func difference() {
    var writer = FrameWriter(Self.display)
    _ = writer.update([StyledLine("one"), StyledLine("two"), StyledLine("three")])
    let update = writer.update([StyledLine("one"), StyledLine("2"), StyledLine("three")])
    #expect(update.hasPrefix("\u{1b}[?2026h") && update.hasSuffix("\u{1b}[?2026l"))
    #expect(update.contains("\u{1b}[2;1H") && update.contains("2"))
    #expect(!update.contains("one") && !update.contains("three") && !update.contains("\u{1b}[2J"))
  }

  @Test("after the screen was lost, or has other rows, all of them are")
  func whole() {
    var writer = FrameWriter(Self.display)
    let frame = [StyledLine("one"), StyledLine("two")]
    _ = writer.update(frame)
    writer.forget()
    #expect(writer.update(frame).contains("one"))
    #expect(writer.update(frame + [StyledLine("three")]).contains("one"))
  }
}

@Suite("keys")
struct KeyParserTests {
  private static func keys(_ text: String) -> [Key] {
    var parser = KeyParser()
    parser.feed(text.utf8)
    var keys: [Key] = []
    while let key = parser.next(isFinal: true) { keys.append(key) }
    return keys
  }

  /// As xterm, screen and the Linux console send them (`infocmp`).
  @Test(
    "the sequences of the common terminals",
    arguments: [
      ("\u{1b}[A", Key.up), ("\u{1b}OB", .down), ("\u{1b}[C", .right), ("\u{1b}OD", .left), ("\u{1b}[5~", .pageUp),
      ("\u{1b}[6~", .pageDown), ("\u{1b}[H", .home), ("\u{1b}OF", .end), ("\u{1b}[1~", .home), ("\u{1b}[4~", .end),
      ("\u{1b}[7~", .home), ("\u{1b}[8~", .end), ("\u{1b}[1;5C", .right), ("\r", .enter), ("\n", .enter), ("\t", .tab),
      ("\u{7f}", .backspace), ("\u{3}", .control("c")), ("\u{c}", .control("l")), ("\u{1b}", .escape),
      (" ", .character(" ")),
      ("あ", .character("あ")),
    ])
  func sequence(text: String, key: Key) {
    #expect(Self.keys(text) == [key])
  }

  @Test("a sequence in pieces is one key, and its beginning none")
  func pieces() {
    var parser = KeyParser()
    for byte in "\u{1b}[1;5".utf8 {
      parser.feed([byte])
      #expect(parser.next(isFinal: false) == nil)
    }
    parser.feed("A".utf8)
    #expect(parser.next(isFinal: false) == .up)
    parser.feed([0xe3, 0x81])
    #expect(parser.next(isFinal: false) == nil)
    parser.feed([0x82])
    #expect(parser.next(isFinal: false) == .character("あ"))
  }

  @Test("pasted text is one key, its ends of line as they are in files")
  func paste() {
    #expect(Self.keys("\u{1b}[200~one\rtwo\r\u{1b}[201~q") == [.paste("one\ntwo\n"), .character("q")])
  }

  @Test("a line typed by a program is one, a key held down is many")
  func bursts() {
    #expect(Self.keys("next\rback") == [.burst("next\n"), .burst("back")])
    #expect(Self.keys("   ") == Array(repeating: .character(" "), count: 3))
  }

  @Test("no bytes stop the parser or make it loop", arguments: 0..<200)
  func anything(seed: UInt64) {
    var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
    var parser = KeyParser()
    var count = 0
    for _ in 0..<200 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let byte = UInt8(truncatingIfNeeded: state >> 40)
      parser.feed([byte % 4 == 0 ? 0x1b : byte % 4 == 1 ? 0x5b : byte])
      while parser.next(isFinal: false) != nil { count += 1 }
    }
    while parser.next(isFinal: true) != nil { count += 1 }
    #expect(count <= 201)
    #expect(!parser.isInMidst)
  }
}
