import Foundation
import Testing

/// The prompt and what becomes of the terminal, in a real one.
@Suite("the prompt in a terminal", .enabled(if: TerminalWindow.isAvailable))
struct PromptTests {
  private static func prompt(_ options: String = "", settings: String? = nil) throws -> TerminalWindow {
    let write = settings.map { "mkdir -p .config/chainwalk; printf '\($0)' > .config/chainwalk/settings.yaml; " } ?? ""
    let window = try TerminalWindow(write + "chainwalk \(options); echo status $?; sleep 600")
    try window.waitFor("chainwalk>")
    return window
  }

  @Test("greets in five lines and names the one thing to type")
  func greets() throws {
    let window = try Self.prompt()
    let screen = try window.screen()
    let end = screen.firstIndex { $0.hasPrefix("chainwalk>") }
    #expect(end == 5)
    #expect(screen.prefix(5).contains { $0.contains("Type lesson 1 and press Enter") })
    try window.enter("lesson 1")
    try window.waitFor("1. ")
  }

  @Test(
    "completes commands, their words, lessons, files and iptables' own words",
    arguments: [
      ("nex", "next "), ("goto pa", "goto packet "), ("help fi", "help fi"),
      ("lesson the-str", "lesson the-stray-reset "),
      ("record /usr/inc", "record /usr/include/"), ("iptables -A INPUT -p tcp -m conn", "-m conn"),
      ("iptables -A INPUT -m conntrack --ctdi", "--ctdir "), ("iptables -A INPUT -j REJ", "-j REJECT "),
      ("iptables -A INPUT -p tcp --dp", "--dport "), ("iptables -t na", "-t nat "), ("iptables -A OUT", "-A OUTPUT "),
    ])
  func completes(typed: String, shown: String) throws {
    let window = try Self.prompt()
    try window.type(typed)
    try window.press("Tab")
    // What stands behind the cursor's blank is seen once something follows it.
    try window.type("x")
    try window.waitFor(shown + "x")
  }

  @Test("lists what there is to choose from")
  func lists() throws {
    let window = try Self.prompt()
    try window.type("iptables -A INPUT -m con")
    try window.press("Tab", "Tab")
    let screen = try window.waitFor("connmark")
    #expect(screen.contains { $0.contains("conntrack") })
  }

  @Test("Ctrl-C gives up the line, Ctrl-D leaves")
  func controls() throws {
    let window = try Self.prompt()
    try window.type("nonsense")
    try window.waitFor("> nonsense")
    try window.press("C-c")
    try window.waitFor("a new prompt") { $0.count { $0.hasPrefix("chainwalk>") } == 2 }
    try window.press("C-d")
    try window.waitFor("status 0")
  }

  @Test("history outlives the session")
  func history() throws {
    let window = try TerminalWindow("chainwalk; echo again; chainwalk")
    try window.waitFor("chainwalk>")
    try window.enter("help skip")
    try window.waitFor("skip")
    try window.press("C-d")
    try window.waitFor("again")
    try window.waitFor("the second prompt") { $0.last { !$0.isEmpty } == "chainwalk>" }
    try window.press("Up")
    try window.waitFor("chainwalk> help skip")
  }

  @Test("vi's keys where they are set")
  func vi() throws {
    let window = try Self.prompt(settings: "keys: vi\\n")
    try window.type("help skipx")
    try window.press("Escape")
    try window.type("xI")
    try window.type("  ")
    try window.press("Enter")
    try window.waitFor("show the answer")
  }

  @Test("lines pasted at once are one input", arguments: ["", "keys: vi\\n"])
  func paste(settings: String) throws {
    let window = try Self.prompt(settings: settings)
    try window.paste("help hint\nquit\n\u{30d1}\n")
    try window.waitFor("another prompt") { $0.count { $0.hasPrefix("chainwalk>") } == 2 }
    #expect(try !window.screen().contains { $0.contains("status") }, "no line of it was run by itself")
    try window.paste("help ski")
    try window.type("p")
    try window.press("Enter")
    try window.waitFor("show the answer")
  }

  @Test(
    "plain text has no escape sequence and nothing drawn", arguments: ["--plain", "TERM=dumb", "accessible: true\\n"])
  func plain(how: String) throws {
    let folder = Files.lessons.appendingPathComponent("08-the-stray-reset").path
    let command = "chainwalk step \(folder)/trace.txt --rules \(folder)/rules.v4 --host \(folder)/host.yaml"
    let settings =
      how.contains(":") ? "mkdir -p .config/chainwalk; printf '\(how)' > .config/chainwalk/settings.yaml; " : ""
    let window = try TerminalWindow(
      settings + (how.hasPrefix("TERM") ? how + " " : "") + command + (how.hasPrefix("--") ? " " + how : ""))
    try window.waitFor("chainwalk>")
    try window.enter("goto 11")
    try window.waitFor("byte 9: 06, IPv4 protocol 6 (TCP)")
    try window.enter("view")
    try window.waitFor("Type next")
    #expect(try window.styledScreen().allSatisfy { !$0.contains("\u{1b}") && $0.allSatisfy(\.isASCII) })
  }

  @Test("settings that make no sense are one clear error")
  func badSettings() throws {
    let window = try TerminalWindow(
      "mkdir -p .config/chainwalk; echo 'keys: ed' > .config/chainwalk/settings.yaml; chainwalk; echo status $?; sleep 600"
    )
    // The line is wider than the window.
    #expect(try window.waitFor("status 2").contains { $0.contains("emacs, vi") })
  }

  // MARK: The terminal is given back

  /// A shell with job control in which the program runs in its view.
  private static func shell(_ options: String = "--watch") throws -> TerminalWindow {
    let folder = Files.lessons.appendingPathComponent("08-the-stray-reset").path
    let window = try TerminalWindow("PS1='shell$ ' bash --norc --noprofile -i", rows: 30)
    try window.waitFor("shell$")
    try window.enter(
      "chainwalk step \(folder)/trace.txt --rules \(folder)/rules.v4 --host \(folder)/host.yaml --record t \(options)")
    try window.waitFor("2 packets to step")
    try window.press("Space")
    try window.waitFor("step 1 of 56")
    #expect(try window.state() == "alternate 1 cursor 0")
    return window
  }

  private static func expectRestored(_ window: TerminalWindow) throws {
    try window.waitFor("the shell is back") { $0.last { !$0.isEmpty }?.hasPrefix("shell$") == true }
    #expect(try window.state() == "alternate 0 cursor 1")
    try window.enter("stty -a | grep -o -e '-\\?icanon' -e '-\\?echo ' -e '-\\?isig'; echo asked")
    let answer = try window.waitFor("the modes") { $0.contains("asked") }
    for mode in ["icanon", "echo", "isig"] { #expect(answer.contains(mode), "\(mode)") }
  }

  @Test("on every signal that ends the program", arguments: [SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT])
  func signals(signal: Int32) throws {
    let window = try Self.shell()
    try window.signal(signal, "chainwalk")
    try Self.expectRestored(window)
    // What was done until then is there, and a signal that may be answered leaves a whole record.
    if [SIGTERM, SIGHUP, SIGQUIT].contains(signal) {
      try window.enter("tail -n 1 t")
      try window.waitFor("events: 1, answered: 0")
    }
  }

  @Test("on leaving by key", arguments: ["q", "C-d"])
  func keys(key: String) throws {
    let window = try Self.shell()
    try window.press(key)
    try Self.expectRestored(window)
  }

  @Test("while it is stopped, and the view comes back with it")
  func suspends() throws {
    let window = try Self.shell()
    let screen = try window.screen()
    try window.press("C-z")
    try window.waitFor("Stopped")
    try Self.expectRestored(window)
    try window.enter("fg")
    #expect(try window.waitFor("the view comes back") { $0 == screen } == screen)
    try window.press("Space")
    try window.waitFor("step 2 of 56")
  }

  @Test("Ctrl-C leaves the view for the prompt, not the session")
  func interrupts() throws {
    let window = try Self.shell()
    try window.press("C-c")
    try window.waitFor("chainwalk>")
    #expect(try window.state() == "alternate 0 cursor 1")
    try window.enter("next")
    try window.waitFor("step 2 of 56")
    try window.enter("view")
    try window.waitFor("the view") { _ in (try? window.state()) == "alternate 1 cursor 0" }
  }
}
