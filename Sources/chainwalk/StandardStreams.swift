import Glibc
import Terminal

/// Standard output, gathered into large writes.
///
/// Nothing is written before the first megabyte is full or the work is done, so that bad input found early leaves
/// no beginning that could be taken for a whole result.
enum StandardOutput {
  private static let capacity = 1 << 20
  nonisolated(unsafe) private static var buffer: [UInt8] = []
  /// Makes room at the terminal for what is to be written; set by whoever has something else there.
  nonisolated(unsafe) static var beforeWriting: (() -> Void)?

  static func write(_ bytes: some Sequence<UInt8>) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= capacity { flush() }
  }

  /// Forgets what has not been written yet.
  static func discard() { buffer.removeAll() }

  static func flush() {
    beforeWriting?()
    let failure = StandardStreams.writeAll(buffer, to: STDOUT_FILENO)
    buffer.removeAll(keepingCapacity: true)
    // A reader that has gone away wants no more; a full disk has lost a part of what was asked for.
    guard let failure, failure != EPIPE else { return }
    StandardError.write("chainwalk: standard output: \(String(cString: strerror(failure)))\n")
    exit(2)
  }
}

enum StandardError {
  /// Writes whole lines. What they quote of somebody's files commands no terminal.
  static func write(_ text: String) {
    var shown = text
    if isatty(STDERR_FILENO) == 1 {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      shown = lines.map { StyledLine(String($0)).text }.joined(separator: "\n")
    }
    _ = StandardStreams.writeAll(Array(shown.utf8), to: STDERR_FILENO)
  }
}

private enum StandardStreams {
  /// Writes everything; the error's number where that fails.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR && errno != EAGAIN {
        return errno
      }
    }
    return nil
  }
}
