import Glibc
import Tutor

/// A transcript being written, complete after a kill at any moment but for its closing line.
struct TranscriptFile {
  private let descriptor: Int32

  /// Creates the file or empties the one that is there.
  init(path: String) throws(CommandFailure) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
  }

  /// The header and what has happened so far.
  func begin(_ transcript: Transcript) { write(transcript.beginning) }

  func append(_ entry: Transcript.Entry) { write(entry.text) }

  func close(_ closing: Transcript.Closing) {
    write(closing.text)
    Glibc.close(descriptor)
  }

  private func write(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
    }
  }
}
