import Glibc
import Tutor

/// Plays a transcript in the terminal at its own pace.
struct TranscriptPlayer {
  private let transcript: Transcript
  private let speed: Double
  private var keys: KeyInput?
  private var isPaused = false

  init(_ transcript: Transcript, speed: Double) {
    self.transcript = transcript
    self.speed = speed
  }

  private enum Move { case on, back, leave }

  /// Plays to the end; `false` where somebody left before.
  @discardableResult
  mutating func play() -> Bool {
    // Without a terminal on both sides nobody waits and nobody presses keys.
    let isInteractive = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    keys = isInteractive ? KeyInput() : nil
    defer { keys = nil }
    show(transcript.opening)
    var index = 0
    while index < transcript.entries.count {
      let entry = transcript.entries[index]
      let before = index > 0 ? transcript.entries[index - 1].time : 0
      switch isInteractive ? wait(milliseconds: Double(entry.time - before) / speed) : .on {
      case .on:
        write("chainwalk> \(entry.input)\n")
        show(entry.output)
        index += 1
      case .back:
        index = max(0, index - 1)
        redraw(upTo: index)
      case .leave: return false
      }
    }
    return true
  }

  /// Waits as long as the recording did, or until a key says otherwise.
  private mutating func wait(milliseconds: Double) -> Move {
    guard let keys else { return .on }
    let clock = SessionClock()
    while true {
      let left = milliseconds - Double(clock.milliseconds)
      if left <= 0, !isPaused { return .on }
      switch keys.next(within: isPaused ? -1 : Int(min(left, 3_600_000).rounded(.up))) {
      case .timeout: if !isPaused { return .on }
      case .key("q"), .key("\u{03}"), .end: return .leave
      case .key(" "): isPaused.toggle()
      case .key("n"), .key("\n"), .key("\r"), .right: return .on
      case .key("b"), .left: return .back
      case .key: break
      }
    }
  }

  private func redraw(upTo index: Int) {
    write("\u{1b}[H\u{1b}[2J")
    show(transcript.opening)
    for entry in transcript.entries.prefix(index).suffix(3) {
      write("chainwalk> \(entry.input)\n")
      show(entry.output)
    }
  }

  private func show(_ lines: [String]) { write(lines.map { $0 + "\n" }.joined()) }

  private func write(_ text: String) {
    StandardOutput.write(text.utf8)
    StandardOutput.flush()
  }
}

/// Keys as they are pressed, without waiting for the end of a line; the terminal is as before once this is gone.
final class KeyInput {
  enum Key: Equatable {
    case key(Character)
    case left, right, timeout, end
  }

  private var saved = termios()

  init() {
    tcgetattr(STDIN_FILENO, &saved)
    var raw = saved
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
  }

  deinit { tcsetattr(STDIN_FILENO, TCSANOW, &saved) }

  /// The next key; `.timeout` after so many milliseconds, never for -1.
  func next(within milliseconds: Int) -> Key {
    var event = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&event, 1, Int32(clamping: milliseconds)) > 0 else { return .timeout }
    var bytes = [UInt8](repeating: 0, count: 8)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    guard count > 0 else { return .end }
    if bytes.starts(with: [0x1b, 0x5b, 0x43]) { return .right }
    if bytes.starts(with: [0x1b, 0x5b, 0x44]) { return .left }
    return .key(Character(Unicode.Scalar(bytes[0])))
  }
}
