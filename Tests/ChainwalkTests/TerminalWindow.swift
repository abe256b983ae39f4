import Foundation
import Testing

/// The built program in a real terminal: a tmux server of its own, one window of a given size.
final class TerminalWindow {
  private let socket: String
  private let folder: URL

  /// Starts `command` (a shell line; `chainwalk` is the built program) in a window of `columns` by `rows`.
  init(_ command: String, columns: Int = 80, rows: Int = 24, environment: [String: String] = [:]) throws {
    socket = "chainwalk-test-\(UUID().uuidString.prefix(8))"
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(socket)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    // What the person at this machine has set must not change what is seen.
    var settings = [
      "HOME": folder.path, "XDG_STATE_HOME": folder.appendingPathComponent("state").path, "LANG": "C.UTF-8",
      "LC_ALL": "C.UTF-8", "PATH": Program.folder.path + ":/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
      "CHAINWALK_LESSONS": Files.lessons.path,
    ]
    settings.merge(environment) { $1 }
    let assignments = settings.map { "\($0)=\(Self.quoted($1))" }.sorted().joined(separator: " ")
    // Read by the server as it starts: a program may end before the next command comes.
    let configuration = folder.appendingPathComponent("tmux.conf")
    try "set-option -g remain-on-exit on\nset-option -g status off\n".write(
      to: configuration, atomically: true, encoding: .utf8)
    try tmux(
      ["-f", configuration.path, "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c", folder.path]
        + ["env -i TERM=screen-256color \(assignments) sh -c \(Self.quoted(command))"])
    try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  deinit {
    _ = try? tmux(["kill-server"])
    try? FileManager.default.removeItem(at: folder)
  }

  /// Whether this machine can open such windows.
  static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux")

  /// Types text as it is, without Enter.
  func type(_ text: String) throws { try tmux(["send-keys", "-l", "--", text]) }

  /// Presses keys by tmux's names: `Enter`, `C-c`, `Left`, `PageDown`.
  func press(_ keys: String...) throws { try tmux(["send-keys"] + keys) }

  /// Types a line and Enter.
  func enter(_ line: String) throws {
    try type(line)
    try press("Enter")
  }

  /// Pastes text as a terminal does, in brackets where the program asked for them.
  func paste(_ text: String) throws {
    let file = folder.appendingPathComponent("paste")
    try text.write(to: file, atomically: true, encoding: .utf8)
    try tmux(["load-buffer", file.path])
    try tmux(["paste-buffer", "-p"])
  }

  func resize(columns: Int, rows: Int) throws { try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"]) }

  /// What the screen shows, a line a row, trailing blanks cut off.
  func screen() throws -> [String] {
    try tmux(["capture-pane", "-p"]).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The same with its escape sequences.
  func styledScreen() throws -> [String] {
    try tmux(["capture-pane", "-p", "-e"]).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Whether the alternate screen is shown, and the cursor.
  func state() throws -> String {
    try tmux(["display-message", "-p", "alternate #{alternate_on} cursor #{cursor_flag}"])
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Sends a signal to the program called `name` that this window runs, at whatever depth.
  func signal(_ signal: Int32, _ name: String) throws {
    var waiting = [try processIdentifier()].compactMap { $0 }
    while let process = waiting.popLast() {
      let folder = "/proc/\(process)"
      if try String(contentsOfFile: folder + "/comm", encoding: .utf8) == name + "\n" {
        #expect(kill(process, signal) == 0)
        return
      }
      let children = try String(contentsOfFile: folder + "/task/\(process)/children", encoding: .utf8)
      waiting += children.split(separator: " ").compactMap { Int32($0) }
    }
    Issue.record("no \(name) runs in the window")
  }

  /// Waits until the screen shows `text`, and gives the screen back; after a minute it fails with what was there.
  @discardableResult
  func waitFor(_ text: String, _ location: SourceLocation = #_sourceLocation) throws -> [String] {
    try waitFor("the screen shows \(text)", location) { $0.contains { $0.contains(text) } }
  }

  @discardableResult
  func waitFor(
    _ what: String, _ location: SourceLocation = #_sourceLocation, _ condition: ([String]) -> Bool
  ) throws -> [String] {
    let end = Date().addingTimeInterval(60)
    var seen = try screen()
    var before: [String] = []
    // Seen twice, so that it is no half of a frame.
    while !condition(seen) || seen != before, Date() < end {
      usleep(20_000)
      before = seen
      seen = try screen()
    }
    #expect(condition(seen), "\(what); it shows:\n\(seen.joined(separator: "\n"))", sourceLocation: location)
    return seen
  }

  /// The exit status of the program once it has ended, `nil` while it runs.
  func exitStatus() throws -> Int32? {
    let answer = try tmux(["display-message", "-p", "#{pane_dead}:#{pane_dead_status}"])
    let parts = answer.split(separator: "\n")[0].split(separator: ":", omittingEmptySubsequences: false)
    return parts.first == "1" ? Int32(parts.last ?? "") : nil
  }

  /// The process that the window runs.
  func processIdentifier() throws -> Int32? {
    Int32(try tmux(["display-message", "-p", "#{pane_pid}"]).trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// Runs tmux. Its server inherits whatever is open when it starts, so nothing but the three standard files is: a pipe
  /// of another test, held open by it, would never end.
  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    let output = folder.appendingPathComponent("answer-\(UUID().uuidString)").path
    defer { unlink(output) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    for descriptor in Int32(3)..<256 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    // Threads of a test runner block signals, and what they start would too.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let words = ["tmux", "-L", socket] + arguments
    var pointers = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process: pid_t = 0
    let failure = posix_spawn(&process, "/usr/bin/tmux", &actions, &attributes, &pointers, environ)
    guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
