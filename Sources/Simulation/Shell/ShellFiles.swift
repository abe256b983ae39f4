import Glibc

/// Where the shell's redirections read and write.
package protocol ShellFiles: AnyObject {
  /// The text of a file.
  func read(_ path: String) throws(ShellFileError) -> String
  /// Writes a file, or adds to its end.
  func write(_ text: String, to path: String, isAppending: Bool) throws(ShellFileError)
}

/// Why a file cannot be read or written, as `strerror(3)` says it: `No such file or directory`.
package struct ShellFileError: Error, Sendable, Hashable {
  package let reason: String
  package init(_ reason: String) { self.reason = reason }
}

/// Files that live as long as the session: transcripts and lessons play the same everywhere.
package final class MemoryFiles: ShellFiles {
  package private(set) var texts: [String: String]

  package init(_ texts: [String: String] = [:]) { self.texts = texts }

  package func read(_ path: String) throws(ShellFileError) -> String {
    guard let text = texts[path] else { throw ShellFileError("No such file or directory") }
    return text
  }

  package func write(_ text: String, to path: String, isAppending: Bool) throws(ShellFileError) {
    texts[path] = isAppending ? (texts[path] ?? "") + text : text
  }
}

/// The files of the person at the prompt, by path from the folder the program was started in.
package final class WorkingFolder: ShellFiles {
  package init() {}

  package func read(_ path: String) throws(ShellFileError) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure
      }
      bytes += chunk[..<count]
    }
  }

  package func write(_ text: String, to path: String, isAppending: Bool) throws(ShellFileError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (isAppending ? O_APPEND : O_TRUNC), 0o644)
    guard descriptor >= 0 else { throw Self.failure }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure
      }
      rest = rest.dropFirst(count)
    }
  }

  private static var failure: ShellFileError { ShellFileError(String(cString: strerror(errno))) }
}
