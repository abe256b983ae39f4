import Glibc

/// Where the shell's redirections, `save` and `load` read and write.
package protocol ShellFiles: AnyObject {
  /// Every byte of a file.
  func readBytes(_ path: String) throws(ShellFileError) -> [UInt8]
  /// Writes a file, or adds to its end.
  func write(bytes: [UInt8], to path: String, isAppending: Bool) throws(ShellFileError)
  /// Whether there is a file or folder of that name.
  func exists(_ path: String) -> Bool
  func isFolder(_ path: String) -> Bool
  /// Makes a folder; one that is there already is fine.
  func makeFolder(_ path: String) throws(ShellFileError)
}

extension ShellFiles {
  /// The text of a file.
  package func read(_ path: String) throws(ShellFileError) -> String {
    String(decoding: try readBytes(path), as: UTF8.self)
  }

  /// Writes a file, or adds to its end.
  package func write(_ text: String, to path: String, isAppending: Bool) throws(ShellFileError) {
    try write(bytes: Array(text.utf8), to: path, isAppending: isAppending)
  }
}

/// Why a file cannot be read or written, as `strerror(3)` says it: `No such file or directory`.
package struct ShellFileError: Error, Sendable, Hashable {
  package let reason: String
  package init(_ reason: String) { self.reason = reason }
}

/// Files that live as long as the session: transcripts and lessons play the same everywhere.
package final class MemoryFiles: ShellFiles {
  private var contents: [String: [UInt8]]
  private var folders: Set<String> = []
  /// How often something was written or removed.
  private(set) var changes = 0
  /// Where what is not here is read from; nothing is ever written there.
  private let below: (any ShellFiles)?

  package init(_ texts: [String: String] = [:], over below: (any ShellFiles)? = nil) {
    contents = texts.mapValues { Array($0.utf8) }
    self.below = below
  }

  package func readBytes(_ path: String) throws(ShellFileError) -> [UInt8] {
    if let bytes = contents[path] { return bytes }
    guard let below else { throw ShellFileError("No such file or directory") }
    return try below.readBytes(path)
  }

  package func write(bytes: [UInt8], to path: String, isAppending: Bool) throws(ShellFileError) {
    changes += 1
    guard isAppending, contents[path] == nil else {
      if isAppending { contents[path]?.append(contentsOf: bytes) } else { contents[path] = bytes }
      return
    }
    contents[path] = ((try? readBytes(path)) ?? []) + bytes
  }

  /// Takes a file away that is here.
  package func remove(_ path: String) {
    changes += 1
    contents[path] = nil
  }

  /// The paths of all files here.
  package var paths: [String] { Array(contents.keys) }

  package func exists(_ path: String) -> Bool {
    contents[path] != nil || isFolder(path) || below?.exists(path) ?? false
  }

  package func isFolder(_ path: String) -> Bool { folders.contains(path) || below?.isFolder(path) ?? false }

  package func makeFolder(_ path: String) throws(ShellFileError) {
    guard contents[path] == nil else { throw ShellFileError("File exists") }
    folders.insert(path)
  }
}

/// The files of the person at the prompt, by path from the folder the program was started in.
package final class WorkingFolder: ShellFiles {
  private let place: @Sendable (String) -> String

  /// - Parameter place: where a path that is typed stands.
  package init(_ place: @escaping @Sendable (String) -> String = { $0 }) { self.place = place }

  package func readBytes(_ path: String) throws(ShellFileError) -> [UInt8] {
    let descriptor = open(place(path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure
      }
      bytes += chunk[..<count]
    }
  }

  package func write(bytes: [UInt8], to path: String, isAppending: Bool) throws(ShellFileError) {
    // What comes of interrupted work is worth nothing.
    if Interruption.isAsked { throw ShellFileError(String(cString: strerror(EINTR))) }
    let mode = O_WRONLY | O_CREAT | O_CLOEXEC | (isAppending ? O_APPEND : O_TRUNC)
    let descriptor = open(place(path), mode, 0o644)
    guard descriptor >= 0 else { throw Self.failure }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw Self.failure
      }
      rest = rest.dropFirst(count)
    }
  }

  package func exists(_ path: String) -> Bool { access(place(path), F_OK) == 0 }

  package func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(place(path), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  package func makeFolder(_ path: String) throws(ShellFileError) {
    guard mkdir(place(path), 0o755) != 0, !isFolder(path) else { return }
    throw Self.failure
  }

  private static var failure: ShellFileError { ShellFileError(String(cString: strerror(errno))) }
}
