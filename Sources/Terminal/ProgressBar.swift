import Glibc

/// How far long work has come, in one line on standard error; nothing at all where that is no terminal, where the work
/// ends soon, or where plain text is wanted.
///
/// Safe: everything that changes is changed under the mutex, since work may be done on several threads.
package final class ProgressBar: @unchecked Sendable {
  private let label: String
  private let isShown: Bool
  private var mutex = pthread_mutex_t()
  private var done = 0
  private var isDrawn = false
  private var next: Int64
  private let start: Int64

  /// Work shorter than this shows no bar.
  private static let patience: Int64 = 500_000_000
  private static let pace: Int64 = 100_000_000
  private static let cells = 30

  /// - Parameter label: what is counted: `packets`.
  package init(_ label: String, plain: Bool = false) {
    self.label = label
    let terminal = getenv("TERM").map { String(cString: $0) } ?? "dumb"
    isShown = !plain && isatty(STDERR_FILENO) == 1 && terminal != "dumb" && !terminal.isEmpty
    start = Self.now
    next = start + Self.patience
    pthread_mutex_init(&mutex, nil)
  }

  deinit {
    finish()
    pthread_mutex_destroy(&mutex)
  }

  /// One more is done; `share` of the whole (0 to 1) where that is known.
  package func advance(_ share: @autoclosure () -> Double? = nil) {
    guard isShown else { return }
    pthread_mutex_lock(&mutex)
    defer { pthread_mutex_unlock(&mutex) }
    done += 1
    let time = Self.now
    guard time >= next else { return }
    next = time + Self.pace
    isDrawn = true
    Self.write("\r\u{1b}[K" + Self.line(label, done, share(), seconds: Double(time - start) / 1e9))
  }

  /// Takes the line away, so that something else can be written; it comes back with the next advance.
  package func finish() {
    guard isShown else { return }
    pthread_mutex_lock(&mutex)
    defer { pthread_mutex_unlock(&mutex) }
    if isDrawn { Self.write("\r\u{1b}[K") }
    isDrawn = false
  }

  /// `[##########--------------------]  33%  12000 packets`, with what is left where that can be told.
  static func line(_ label: String, _ done: Int, _ share: Double?, seconds: Double) -> String {
    guard let share, share > 0 else { return "\(done) \(label)" }
    let part = min(1, share)
    let full = Int(part * Double(cells))
    let percent = String(Int(part * 100))
    let bar = String(repeating: "#", count: full) + String(repeating: "-", count: cells - full)
    let left = Int((seconds / part - seconds).rounded(.up))
    return "[\(bar)] " + String(repeating: " ", count: max(0, 3 - percent.utf8.count)) + "\(percent)%  \(done) \(label)"
      + (left > 1 ? ", \(left) s left" : "")
  }

  private static func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }

  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
