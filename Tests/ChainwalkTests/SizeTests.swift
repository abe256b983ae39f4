import Foundation
import Glibc
import Testing

/// What must hold in a small, a usual and a large window alike. Stepping, back, questions and Japanese are in
/// `ViewTests`, resizing too.
@Suite("in windows of every size", .enabled(if: TerminalWindow.isAvailable))
struct SizeTests {
  static let sizes = ViewTests.sizes

  /// The view at step 1 of the incident.
  private static func view(
    _ columns: Int, _ rows: Int, _ options: String = "--watch", _ environment: [String: String] = [:]
  ) throws -> TerminalWindow {
    let window = try ViewTests.step(options, columns, rows, environment)
    try window.waitFor("2 packets to step")
    try window.press("Space")
    try window.waitFor("step 1 of 56")
    return window
  }

  /// The prompt over the incident.
  private static func prompt(_ columns: Int, _ rows: Int, _ options: String = "") throws -> TerminalWindow {
    let window = try TerminalWindow(
      "chainwalk step \(ViewTests.incident) --watch \(options); echo status $?; sleep 600", columns: columns, rows: rows
    )
    try window.waitFor("2 packets to step")
    if options.isEmpty { try window.press("C-c") }
    try window.waitFor("chainwalk>")
    return window
  }

  @Test("a hex dump that is pasted is taken whole, and stepped", arguments: sizes)
  func paste(columns: Int, rows: Int) throws {
    let window = try Self.view(columns, rows)
    try window.paste(
      """
      0000  45 00 00 1c 00 01 00 00 40 11 00 00 c6 33 64 07
      0010  59 ee 41 7b 00 35 00 35 00 08 00 00

      """)
    try window.waitFor("1 packet to step")
    try window.press("Space", "Space")
    let screen = try window.waitFor("packet 1 of 1, step 2 of")
    #expect(screen.contains { $0.contains("[45]00 00 1c") })
  }

  @Test("Tab completes in the view's line and at the prompt", arguments: sizes)
  func completion(columns: Int, rows: Int) throws {
    let window = try Self.view(columns, rows)
    try window.type(":goto pa")
    try window.press("Tab")
    try window.type("2")
    try window.waitFor(":goto packet 2")
    try window.press("Enter")
    try window.waitFor("packet 2 of 2, step 1")
    try window.press("C-c")
    try window.waitFor("chainwalk>")
    try window.type("iptables -A INPUT -m conntrack --ctdi")
    try window.press("Tab")
    try window.type("REP")
    try window.press("Tab")
    try window.type("-j")
    try window.waitFor("both whole") { $0.joined().contains("--ctdir REPLY -j") }
  }

  @Test("Ctrl-C stops what is being worked out, and everything stands as it stood", arguments: sizes)
  func stopped(columns: Int, rows: Int) throws {
    try Files.withFolder { folder in
      let options = try LargeScenario.write(to: folder)
      let window = try TerminalWindow("chainwalk step \(options) --watch --record t", columns: columns, rows: rows)
      try window.waitFor("2000 packets to step")
      try window.press("Space")
      let before = try window.waitFor("packet 1 of 2000, step 1 of")
      try window.type("/")
      try window.enter("no step tells of this")
      try window.waitFor("Ctrl-C stops it")
      try window.press("C-c")
      let after = try window.waitFor("Stopped.")
      #expect(after[0] == before[0])
      try window.press("Space")
      try window.waitFor("packet 1 of 2000, step 2 of")
      // The same at the prompt.
      try window.press("C-c")
      try window.waitFor("chainwalk>")
      try window.enter("find no step tells of this")
      try window.waitFor("Ctrl-C stops it")
      try window.press("C-c")
      try window.waitFor("a prompt after it") { screen in
        let lines = screen.filter { !$0.isEmpty }
        return lines.last == "chainwalk>" && lines.contains { $0.hasPrefix("Stopped.") }
      }
      try window.enter("next")
      try window.waitFor("(20 bytes)")
    }
  }

  @Test("it is stopped and comes back as it was, at a key and at a signal", arguments: sizes)
  func suspends(columns: Int, rows: Int) throws {
    let window = try TerminalWindow("PS1='shell$ ' bash --norc --noprofile -i", columns: columns, rows: rows)
    try window.waitFor("shell$")
    try window.enter("stty -ixon; stty -g > before; chainwalk step \(ViewTests.incident) --watch")
    try window.waitFor("2 packets to step")
    try window.press("Space")
    let screen = try window.waitFor("step 1 of 56")
    for stop in ["key", "signal"] {
      if stop == "key" { try window.press("C-z") } else { try window.signal(SIGTSTP, "chainwalk") }
      try window.waitFor("the shell") { _ in (try? window.state()) == "alternate 0 cursor 1" }
      try window.enter("stty -g | cmp - before && echo the same")
      try window.waitFor("the same") { $0.contains { $0 == "the same" } }
      try window.enter("clear; fg")
      #expect(try window.waitFor("the view comes back") { $0 == screen } == screen)
    }
    // In the background it leaves the shell's terminal alone.
    try window.press("C-z")
    try window.waitFor("the shell") { _ in (try? window.state()) == "alternate 0 cursor 1" }
    try window.enter("clear; bg; sleep 0.3; stty -g | cmp - before && echo the same")
    try window.waitFor("the same") { $0.contains { $0 == "the same" } }
    try window.enter("clear; fg")
    #expect(try window.waitFor("the view comes back") { $0 == screen } == screen)
  }

  @Test(
    "whatever signal ends it, the terminal is as it was",
    arguments: zip(sizes + [(80, 24), (80, 24)], [SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGTERM]))
  func killed(size: (columns: Int, rows: Int), signal: Int32) throws {
    let window = try TerminalWindow("PS1='shell$ ' bash --norc --noprofile -i", columns: size.columns, rows: size.rows)
    try window.waitFor("shell$")
    try window.enter(
      "stty -ixon; stty -g > before; clear; chainwalk step \(ViewTests.incident) --watch; stty -g | cmp - before && echo the same"
    )
    try window.waitFor("2 packets to step")
    try window.press("Space")
    try window.waitFor("step 1 of 56")
    // Also while a line is being typed.
    try window.type(":goto 5")
    try window.waitFor(":goto 5")
    try window.signal(signal, "chainwalk")
    try window.waitFor("the same") { $0.contains { $0 == "the same" } }
    #expect(try window.state() == "alternate 0 cursor 1")
  }

  @Test("plain text is plain", arguments: sizes)
  func plain(columns: Int, rows: Int) throws {
    let window = try Self.prompt(columns, rows, "--plain")
    for line in ["goto rule INPUT 4", "fields", "help", "goto 11"] { try window.enter(line) }
    let screen = try window.waitFor("byte 9: 06, IPv4 protocol 6 (TCP)")
    #expect(screen.allSatisfy { $0.allSatisfy(\.isASCII) })
    #expect(try window.styledScreen().allSatisfy { !$0.contains("\u{1b}") })
    #expect(try window.state() == "alternate 0 cursor 1")
  }

  @Test("NO_COLOR leaves marks and takes colours", arguments: sizes)
  func noColor(columns: Int, rows: Int) throws {
    let window = try Self.view(columns, rows, "--watch", ["NO_COLOR": "1"])
    try window.press("Space", "Space")
    try window.waitFor("[45]")
    let codes = try window.styledScreen().joined().matches(of: /\u{1b}\[([0-9;]*)m/).flatMap {
      $0.1.split(separator: ";").compactMap { Int($0) }
    }
    #expect(codes.allSatisfy { $0 < 30 || $0 == 39 || $0 == 49 })
  }

  @Test("the prompt's dump, fields, rules and help keep their lines whole", arguments: sizes)
  func narrow(columns: Int, rows: Int) throws {
    let window = try Self.prompt(columns, rows)
    try window.enter("goto 11")
    try window.waitFor("a row of the dump") { $0.contains { $0.contains("3c[06]73 42") } }
    try window.enter("fields")
    try window.waitFor("the last field") { $0.contains { $0.contains("urgent pointer") || $0.contains("1460") } }
    try window.enter("rules OUTPUT")
    let rules = try window.waitFor("policy ACCEPT")
    #expect(rules.allSatisfy { columnCount($0) <= columns })
    try window.enter("help until")
    try window.waitFor("until packet | rule | verdict")
  }

  @Test("the smallest windows and the largest are drawn, and it goes on", arguments: [(1, 1), (20, 3), (500, 200)])
  func extremes(columns: Int, rows: Int) throws {
    let window = try Self.view(80, 24)
    try window.resize(columns: columns, rows: rows)
    try window.press("Space")
    try window.resize(columns: 80, rows: 24)
    try window.waitFor("step 2 of 56")
    #expect(try window.exitStatus() == nil)
  }
}

/// Many packets that every rule looks at in vain.
enum LargeScenario {
  /// Writes a capture of 2,000 packets and 500 rules; the options that name them.
  static func write(to folder: URL) throws -> String {
    // pcap-savefile(5): little-endian, link type 101, raw IP.
    var bytes: [UInt8] = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 101, 0, 0, 0]
    for number in 0..<2000 {
      let (high, low) = (UInt8(number >> 8), UInt8(number & 255))
      bytes += [low, high, 0, 0x65, 0, 0, 0, 0, 28, 0, 0, 0, 28, 0, 0, 0]
      var header: [UInt8] = [0x45, 0, 0, 28, high, low, 0x40, 0, 60, 17, 0, 0, 198, 51, high, low, 192, 0, 2, 1]
      // RFC 1071: the complement of the sum of the 16-bit words.
      var sum = stride(from: 0, to: 20, by: 2).reduce(0) { $0 + Int(header[$1]) << 8 + Int(header[$1 + 1]) }
      while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
      (header[10], header[11]) = (UInt8(~sum >> 8 & 255), UInt8(~sum & 255))
      bytes += header + [0x80, 0, 0, 53, 0, 8, 0, 0]
    }
    try Data(bytes).write(to: folder.appendingPathComponent("c.pcap"))
    let rules = (1...500).map { "-A INPUT -p udp -m udp --dport \($0 + 1000) -j DROP\n" }.joined()
    try "*filter\n\(rules)COMMIT\n".write(to: folder.appendingPathComponent("r.v4"), atomically: true, encoding: .utf8)
    let host = "interfaces: [{name: eth0, addresses: [192.0.2.1/24]}]\nstack: quiet\n"
    try host.write(to: folder.appendingPathComponent("h.yaml"), atomically: true, encoding: .utf8)
    return "\(folder.path)/c.pcap --rules \(folder.path)/r.v4 --host \(folder.path)/h.yaml"
  }
}
