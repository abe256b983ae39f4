import Glibc

/// A program in a pseudo-terminal of its own, its frames counted by the marks of synchronized output around them.
final class PseudoTerminal {
  private let descriptor: Int32
  private var process: pid_t = 0
  private var tail: [UInt8] = []

  private static let frameEnd = Array("\u{1b}[?2026l".utf8)

  init?(_ words: [String], columns: UInt16, rows: UInt16) {
    descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    // pts(4): the other end is unlocked and asked for its number.
    var (unlocked, number): (Int32, UInt32) = (0, 0)
    guard descriptor >= 0, ioctl(descriptor, 0x4004_5431, &unlocked) == 0, ioctl(descriptor, 0x8004_5430, &number) == 0
    else { return nil }
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for target in Int32(0)...2 { posix_spawn_file_actions_adddup2(&actions, terminal, target) }
    posix_spawn_file_actions_addclose(&actions, descriptor)
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    let settings = ["TERM=xterm-256color", "LC_ALL=C.UTF-8", "HOME=/nonexistent"]
    var environment: [UnsafeMutablePointer<CChar>?] = settings.map { strdup($0) } + [nil]
    defer { for pointer in arguments + environment { free(pointer) } }
    guard posix_spawn(&process, words[0], &actions, nil, &arguments, &environment) == 0 else { return nil }
  }

  /// Presses a key and gives back the nanoseconds until the screen was finished.
  func press(_ key: String) -> Int64 {
    let start = Self.now
    let bytes = Array(key.utf8)
    guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { Benchmarks.fail("the program is gone") }
    _ = waitForFrame()
    return Self.now - start
  }

  /// Waits for the end of a frame; the nanoseconds it took.
  @discardableResult
  func waitForFrame() -> Int64 {
    let start = Self.now
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { Benchmarks.fail("the program is gone") }
      tail += chunk[..<count]
      if tail.count >= Self.frameEnd.count, tail.suffix(Self.frameEnd.count).elementsEqual(Self.frameEnd) {
        tail = []
        return Self.now - start
      }
      tail = Array(tail.suffix(Self.frameEnd.count))
    }
  }

  /// Has the program end.
  func end() {
    kill(process, SIGTERM)
    // Whatever it still writes must find room.
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while read(descriptor, &chunk, chunk.count) > 0 {}
    var status: Int32 = 0
    waitpid(process, &status, 0)
    close(descriptor)
  }

  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
