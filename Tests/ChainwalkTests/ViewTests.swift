import Foundation
import Testing

/// The stepping view, driven in a real terminal and read back from it.
@Suite("the stepping view", .enabled(if: TerminalWindow.isAvailable))
struct ViewTests {
  /// The incident stepped without questions, unless asked for.
  static func step(
    _ options: String = "--watch", _ columns: Int = 80, _ rows: Int = 24, _ environment: [String: String] = [:]
  )
    throws -> TerminalWindow
  {
    try TerminalWindow(
      "chainwalk step \(incident) \(options)", columns: columns, rows: rows, environment: environment)
  }

  /// The incident's files as arguments.
  static let incident: String = {
    let folder = Files.lessons.appendingPathComponent("08-the-stray-reset").path
    return "\(folder)/trace.txt --rules \(folder)/rules.v4 --host \(folder)/host.yaml"
  }()

  static let sizes = [(80, 24), (40, 10), (200, 60)]

  @Test("goes on and back by keys, marks what is at hand and fits the screen", arguments: sizes)
  func steps(columns: Int, rows: Int) throws {
    let window = try Self.step("--watch", columns, rows)
    try window.waitFor("2 packets to step")
    try window.press("Space")
    let first = try window.waitFor("step 1 of 56")
    for key in ["Space", "Right", "Enter"] { try window.press(key) }
    try window.waitFor("step 4 of 56")
    try window.press("Left")
    let third = try window.waitFor("step 3 of 56")
    // The third step of this packet is the header's length, in byte 0.
    #expect(third.contains { $0.contains("[45]") })
    try window.press("Left", "Left")
    #expect(try window.waitFor("the first screen comes back") { $0 == first } == first)
    for line in first + third { #expect(columnCount(line) <= columns) }
  }

  @Test("goes by rule and by packet, to the ends and to what is looked for")
  func movements() throws {
    let window = try Self.step()
    try window.waitFor("2 packets to step")
    try window.press("Space", "Down")
    try window.waitFor(" >  1  -i lo")
    try window.press("Down")
    let second = try window.waitFor(" >  2  -m state")
    #expect(second.contains { $0.hasPrefix("+-  1  -i lo") })
    try window.press("Up")
    try window.waitFor(" >  1  -i lo")
    try window.press("PageDown")
    try window.waitFor("packet 2 of 2, step 1")
    try window.press("PageUp")
    try window.waitFor("packet 1 of 2, step 1 ")
    try window.press("End")
    try window.waitFor("packet 2 of 2, step 1")
    try window.press("Home")
    try window.waitFor("packet 1 of 2, step 1 ")
    try window.type("/")
    try window.type("window")
    try window.press("Enter")
    #expect(try window.waitFor("[72 10]").contains { $0.contains("TCP window") })
  }

  @Test("asks before it shows, and takes a letter for an answer", arguments: sizes)
  func predicts(columns: Int, rows: Int) throws {
    let window = try Self.step("", columns, rows)
    try window.waitFor("2 packets to step")
    try window.press("Space", "Down")
    let asked = try window.waitFor("a) rule 1")
    #expect(!asked.contains { $0.contains("fires:") || $0.hasPrefix(" > ") }, "nothing is given away")
    try window.press("Down", "PageDown")
    try window.type("d")
    // Why it is so is asked next.
    try window.waitFor("Which of")
    try window.type("skip\r")
    try window.waitFor("Skipped")
    try window.press("Space")
    try window.waitFor("step 33 of 56")
  }

  @Test("help, a command and its page, and panes by Tab")
  func pages() throws {
    let window = try Self.step("--watch", 40, 10)
    try window.waitFor("2 packets to step")
    try window.press("Space", "Down")
    let rule = try window.waitFor(" >  1  -i lo")
    try window.press("Tab")
    try window.waitFor("  0  45 00 00 2c")
    try window.press("Tab")
    try window.waitFor(" 20-21")
    for _ in 0..<3 { try window.press("Tab") }
    #expect(try window.waitFor("the first pane comes back") { $0 == rule } == rule)
    try window.type("?")
    try window.waitFor("space, right, Enter")
    try window.press("Escape")
    try window.waitFor(" >  1  -i lo")
    try window.type(":")
    try window.enter("fields")
    try window.waitFor("any key goes back")
    for _ in 0..<8 { try window.type("j") }
    try window.waitFor("fragment offset")
    try window.type("q")
    #expect(try window.waitFor("the step comes back") { $0 == rule } == rule)
  }

  @Test("a line typed by a program is one command, and text pasted in brackets too")
  func bursts() throws {
    let window = try Self.step()
    try window.waitFor("2 packets to step")
    try window.type("goto packet 2\r")
    try window.waitFor("packet 2 of 2, step 1")
    try window.paste("goto packet 1")
    try window.waitFor(":goto packet 1")
    try window.press("Enter")
    try window.waitFor("packet 1 of 2, step 1 ")
  }

  @Test("draws itself anew when the window changes, as if it had had that size from the start")
  func resizes() throws {
    let window = try Self.step()
    try window.waitFor("2 packets to step")
    try window.press("Space", "Down")
    try window.waitFor(" >  1  -i lo")
    for (columns, rows) in [(200, 60), (40, 10), (80, 24)] {
      let other = try Self.step("--watch", columns, rows)
      try other.waitFor("2 packets to step")
      try other.press("Space", "Down")
      let wanted = try other.waitFor(" >  1  -i lo")
      try window.resize(columns: columns, rows: rows)
      #expect(try window.waitFor("the screen of \(columns) by \(rows)") { $0 == wanted } == wanted)
    }
  }

  @Test("in Japanese the drawings stay in their columns", arguments: sizes)
  func japanese(columns: Int, rows: Int) throws {
    let window = try Self.step("--watch --language ja", columns, rows)
    try window.waitFor("2個のパケット")
    try window.press("Space", "Down")
    let screen = try window.waitFor(" >  1  -i lo")
    #expect(screen.allSatisfy { columnCount($0) <= columns })
    for line in screen where line.contains("|") && line.contains("送信元ポート") {
      let end = line.range(of: "|", options: .backwards).map { columnCount(String(line[..<$0.lowerBound])) }
      #expect(end == 69, "\(line)")
    }
    #expect(screen.contains { $0.contains("ルール 1") })
  }

  @Test("where the locale has no such characters, everything is ASCII", arguments: ["en", "ja"])
  func ascii(language: String) throws {
    let window = try Self.step("--watch --language \(language)", 80, 24, ["LC_ALL": "C", "LANG": "C"])
    try window.waitFor("2 packets to step")
    try window.press("Space", "Space", "Space")
    let screen = try window.waitFor("step 3 of 56")
    #expect(screen.allSatisfy { $0.allSatisfy(\.isASCII) })
    #expect(screen.contains { $0.hasPrefix("-- IPv4 ---") })
  }

  @Test(
    "colours where they are wanted and only there",
    arguments: [
      ("", [:], true), ("--color always", ["NO_COLOR": "1"], true), ("", ["NO_COLOR": "1"], false),
      ("--color never", [:], false),
    ]
      as [(String, [String: String], Bool)])
  func colors(options: String, environment: [String: String], wanted: Bool) throws {
    let window = try Self.step("--watch " + options, 80, 24, environment)
    try window.waitFor("2 packets to step")
    try window.type("goto 11\r")
    try window.waitFor("[06]")
    let escapes = try window.styledScreen().joined().matches(of: /\u{1b}\[([0-9;]*)m/).map { String($0.1) }
    let codes = escapes.flatMap { $0.split(separator: ";") }.compactMap { Int($0) }
    #expect(codes.contains { (30...37).contains($0) || (90...97).contains($0) } == wanted)
    // What is at hand stands out all the same.
    #expect(codes.contains(7))
  }
}

/// Columns that a terminal gives a text: two for the characters of East Asia that are wide (Unicode Annex 11).
func columnCount(_ text: String) -> Int {
  text.unicodeScalars.reduce(0) { columns, scalar in
    switch scalar.value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x4e00...0x9fff, 0xac00...0xd7a3, 0xff00...0xff60:
      columns + 2
    default: columns + 1
    }
  }
}
