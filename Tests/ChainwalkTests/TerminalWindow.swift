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
    try tmux(
      ["-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c", folder.path]
        + ["env -i TERM=screen-256color \(assignments) sh -c \(Self.quoted(command))"])
    try tmux(["set-option", "-g", "remain-on-exit", "on"])
    try tmux(["set-option", "-g", "status", "off"])
    try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  deinit {
    _ = try? tmux(["kill-server"])
    try? FileManager.default.removeItem(at: folder)
  }

  /// Whether this machine can open such windows.
  static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux")

  /// Types text as it is, without Enter.
  func type(_ text: String) throws { try tmux(["send-keys", "-l", text]) }

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
    while !condition(seen), Date() < end {
      usleep(20_000)
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

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/tmux")
    process.arguments = ["-L", socket] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: (try? output.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
  }
}
