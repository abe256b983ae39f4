import Foundation
import Testing

/// What a session finds around it: files that it cannot have, locales, shells, and standard error at a terminal.
@Suite("what surrounds a session", .enabled(if: TerminalWindow.isAvailable))
struct SurroundingsTests {
  /// Runs `command` in a window, then shows its status.
  private static func window(
    _ command: String, columns: Int = 200, _ environment: [String: String] = [:]
  ) throws -> TerminalWindow {
    try TerminalWindow(
      command + "; echo status $?; sleep 600", columns: columns, rows: 30, environment: environment)
  }

  @Test(
    "what cannot be kept is said in a line, and the session goes on",
    arguments: [
      ("mkdir -p state/chainwalk/history", "state/chainwalk/history: Is a directory; lines typed are not kept"),
      ("touch state", "state/chainwalk/history: Not a directory; lines typed are not kept"),
      ("unset HOME XDG_STATE_HOME", "chainwalk: HOME is not set: neither progress nor lines typed are kept"),
      ("mkdir -p state/chainwalk/progress.ndjson", "progress.ndjson: Is a directory; progress is not kept"),
    ])
  func unkept(before: String, said: String) throws {
    let window = try Self.window("\(before); chainwalk lesson bytes-and-hex")
    try window.waitFor("chainwalk>")
    try window.enter("next")
    try window.waitFor("Hexadecimal has sixteen digits")
    #expect(try window.waitFor(said).count { $0.contains(said) } == 1)
  }

  @Test("a history that is no history is begun anew")
  func damagedHistory() throws {
    let window = try Self.window(
      "mkdir -p state/chainwalk; printf '\\377\\000\\033[2J no history\\n' > state/chainwalk/history; chainwalk; chainwalk"
    )
    try window.waitFor("chainwalk>")
    try window.enter("help skip")
    try window.waitFor("show the answer")
    try window.press("C-d")
    try window.waitFor("the second prompt") { $0.count { $0.contains("Ctrl-D leaves") } == 2 }
    try window.press("Up")
    try window.waitFor("the line comes back") { $0.last { !$0.isEmpty } == "chainwalk> help skip" }
  }

  @Test(
    "damaged settings are one line that names the place",
    arguments: [
      ("keys: [", "settings.yaml:2:1: "), ("keys: ed", "settings.yaml:1:7: expected emacs, vi"),
      ("color: always\\ncolor: never", "settings.yaml:2:1: `color` is given twice"),
      ("drawing: none", "settings.yaml:1:10: expected auto, ascii"), ("- a", "settings.yaml:1:1: "),
    ])
  func settings(text: String, said: String) throws {
    let window = try Self.window(
      "mkdir -p .config/chainwalk; printf -- '\(text)\\n' > .config/chainwalk/settings.yaml; chainwalk 2> errors; wc -l < errors; cat errors"
    )
    let screen = try window.waitFor("status 0")
    #expect(screen.first == "1" && screen.contains { $0.contains(said) }, "\(screen)")
  }

  @Test(
    "the locale's name counts where this machine lacks its files; drawing in ASCII can be chosen",
    arguments: [("ja_JP.UTF-8", "", true), ("xx_XX.utf8", "", true), ("xx_XX", "", false), ("C.UTF-8", "ascii", false)])
  func locale(name: String, drawing: String, isDrawn: Bool) throws {
    let write =
      drawing.isEmpty ? "" : "mkdir -p .config/chainwalk; echo 'drawing: ascii' > .config/chainwalk/settings.yaml; "
    let window = try Self.window(
      write + "chainwalk step \(ViewTests.incident) --watch --language en", columns: 80, ["LANG": name, "LC_ALL": name])
    try window.waitFor("2 packets to step")
    #expect(try window.screen().contains { $0.hasPrefix("── step ──") } == isDrawn)
    #expect(try window.screen().contains { $0.hasPrefix("-- step --") } != isDrawn)
  }

  @Test("a dumb terminal is sent no escape sequence at all", arguments: ["TERM=dumb", "TERM="])
  func dumb(term: String) throws {
    try Files.withFolder { folder in
      let typescript = folder.appendingPathComponent("typescript").path
      let window = try Self.window(
        "script -q -c '\(term) chainwalk step \(ViewTests.incident) --watch' \(typescript) > /dev/null")
      // What it shows goes to the file alone.
      usleep(300_000)
      for line in ["next", "hel\t goto", "quit"] { try window.enter(line) }
      try window.waitFor("status 0")
      let sent = try String(contentsOfFile: typescript, encoding: .utf8)
      #expect(sent.contains("bytes 0-15: 45 00") && sent.contains("goto rule INPUT 4"))
      #expect(!sent.contains("\u{1b}"))
    }
  }

  @Test("vi's keys from ~/.editrc work with what is pasted")
  func editrc() throws {
    let window = try Self.window("echo 'bind -v' > .editrc; chainwalk")
    try window.waitFor("chainwalk>")
    try window.type("help skipx")
    try window.press("Escape")
    try window.type("x")
    try window.press("Enter")
    try window.waitFor("show the answer")
    try window.paste("one\ntwo\n")
    try window.waitFor("pasted: ")
  }

  @Test("a replay has the session's colours at a terminal, and none where none are wanted")
  func replay() throws {
    let transcript = Files.lessons.deletingLastPathComponent().appendingPathComponent(
      "transcripts/step-the-incident.en.txt"
    ).path
    for (options, isColored) in [("--color always", true), ("--color never", false), ("--plain", false)] {
      let window = try Self.window("chainwalk replay \(transcript) --speed 10000 \(options)", columns: 80)
      try window.waitFor("status 0")
      #expect(try window.styledScreen().joined().contains("\u{1b}[1m") == isColored, "\(options)")
    }
  }

  @Test(
    "long work shows how far it has come on standard error at a terminal, and nowhere else",
    arguments: [("", "", true), (" 2> errors", "", false), ("", "TERM=dumb ", false), (" --plain", "", false)])
  func progress(options: String, before: String, isShown: Bool) throws {
    try Files.withFolder { folder in
      _ = try LargeScenario.write(to: folder)
      let capture = folder.appendingPathComponent("c.pcap").path
      // A pipe that takes its time, so that there is something to wait for on any machine.
      let slowly =
        "(head -c 20000 \(capture); sleep 1; tail -c +20001 \(capture) | head -c 20000; sleep 1; tail -c +40001 \(capture))"
      let window = try Self.window("\(slowly) | \(before)chainwalk decode -\(options) > out; grep -c ^packet out")
      var isSeen = false
      let screen = try window.waitFor("the end") { screen in
        isSeen = isSeen || screen.contains { $0.contains(/^\d+ packets$/) }
        return screen.contains { $0.hasPrefix("status") }
      }
      #expect(isSeen == isShown)
      #expect(screen.prefix(2) == ["2000", "status 0"], "and it is gone at the end")
    }
  }
}

/// The completions that the program writes for shells, in the shells themselves.
@Suite("completion in the shells")
struct CompletionTests {
  private static let cases = [
    ("le", "lesson"), ("lesson the-stray", "the-stray-reset"), ("decode tr", "trace.txt"),
    ("trace trace.txt --rules ru", "rules.v4"), ("trace trace.txt --format nd", "ndjson"),
    ("step trace.txt --color al", "always"), ("lessons --language j", "ja"), ("lint the-tcp", "the-tcp-header"),
  ]

  /// What bash would offer: the completion's own function, called as readline calls it.
  @Test("bash", arguments: cases)
  func bash(typed: String, wanted: String) throws {
    let words = ["chainwalk"] + typed.split(separator: " ").map(String.init)
    let script = """
      PATH=\(Program.folder.path):$PATH; . <(chainwalk --generate-completion-script bash)
      COMP_WORDS=(\(words.joined(separator: " "))); COMP_CWORD=\(words.count - 1); COMP_LINE='chainwalk \(typed)'
      COMP_POINT=${#COMP_LINE}; cur=${COMP_WORDS[COMP_CWORD]}; prev=${COMP_WORDS[COMP_CWORD-1]}
      $(complete -p chainwalk | sed 's/.*-F \\([^ ]*\\) .*/\\1/') chainwalk "$cur" "$prev"; printf '%s\\n' "${COMPREPLY[@]}"
      """
    #expect(try Self.run(["bash", "--norc", "--noprofile", "-c", script]).contains(wanted))
  }

  /// Ids of lessons are asked for with `commandline`, which fish has only at its prompt.
  @Test("fish", .enabled(if: has("fish")), arguments: cases.filter { !$0.1.hasPrefix("the-") })
  func fish(typed: String, wanted: String) throws {
    let script = """
      set PATH \(Program.folder.path) $PATH; chainwalk --generate-completion-script fish | source
      complete -C 'chainwalk \(typed)' | cut -f 1
      """
    #expect(try Self.run(["fish", "--no-config", "-c", script]).contains(wanted))
  }

  private static func has(_ shell: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/" + shell)
  }

  /// What a shell prints, line by line, in a folder with a capture and rules.
  private static func run(_ command: [String]) throws -> [String] {
    try Files.withFolder { folder in
      for name in ["trace.txt", "rules.v4"] { try Data().write(to: folder.appendingPathComponent(name)) }
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = command
      process.currentDirectoryURL = folder
      process.environment = [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder.path, "LC_ALL": "C.UTF-8",
        "CHAINWALK_LESSONS": Files.lessons.path,
      ]
      let output = Pipe()
      process.standardOutput = output
      process.standardInput = FileHandle.nullDevice
      try process.run()
      let data = (try? output.fileHandleForReading.readToEnd()) ?? Data()
      process.waitUntilExit()
      return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }
}
