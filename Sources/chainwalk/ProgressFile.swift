import Glibc
import Tutor

/// The learner's progress log: `$XDG_STATE_HOME/chainwalk/progress.ndjson`, written line by line, each synced to the disk
/// before the session goes on.
struct ProgressFile {
  let path: String

  /// In the state folder of the XDG Base Directory Specification; `nil` where there is no home.
  init?() {
    guard let folder = StateFolder.path else { return nil }
    path = folder + "/progress.ndjson"
  }

  /// The log as it stands; empty where there is none yet, or something that is no file.
  var bytes: [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return [] }
    return (try? Inputs.bytes(of: path)) ?? []
  }

  /// Everything that was noted; nothing where there is no file yet.
  func read() -> ProgressLog { ProgressLog(String(decoding: bytes, as: UTF8.self)) }

  /// Adds an event with the present time. A log that cannot be written does not stop the lesson: it is said once by the
  /// caller.
  func append(_ event: ProgressEvent) throws(CommandFailure) {
    try append(lines: [ProgressLog.line(event, time: Int64(Glibc.time(nil)))])
  }

  /// Adds lines, one write each, and returns once they are on the disk.
  func append(lines: [some StringProtocol]) throws(CommandFailure) {
    StateFolder.make()
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure }
    defer { close(descriptor) }
    // A line torn by a kill is ended first, so that it spoils only itself; one write a line keeps two sessions apart.
    var start = endsInLine() ? "" : "\n"
    for text in lines {
      let line = Array((start + text + "\n").utf8)
      errno = ENOSPC
      guard write(descriptor, line, line.count) == line.count else { throw failure }
      start = ""
    }
    guard fsync(descriptor) == 0 else { throw failure }
  }

  private var failure: CommandFailure {
    CommandFailure("\(path): \(String(cString: strerror(errno))); progress is not kept")
  }

  private func endsInLine() -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    var last: UInt8 = 0x0a
    let end = lseek(descriptor, 0, SEEK_END)
    if end > 0 { pread(descriptor, &last, 1, end - 1) }
    return last == 0x0a
  }
}
