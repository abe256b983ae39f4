import Glibc

/// Bytes that arrive in order from a file, a pipe or memory, through one buffer of constant size.
package final class ByteSource {
  /// What error messages call the source: the path as given, `-` for standard input, or a word such as `pasted`.
  package let name: String
  /// Size of a regular file or of the text in memory; `nil` for a pipe.
  package let totalBytes: Int?
  /// Bytes consumed so far.
  package private(set) var offset = 0

  private let descriptor: Int32?
  private var buffer: [UInt8]
  /// The unread bytes are `buffer[start..<end]`.
  private var start = 0
  private var end = 0

  /// Opens `path`, or standard input for `-`. Throws where it is missing, unreadable or a directory.
  package init(path: String) throws(CaptureError) {
    name = path
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw CaptureError(file: path, "cannot be opened: \(Self.lastErrorText())") }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw CaptureError(file: path, "cannot be read: \(Self.lastErrorText())")
    }
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFDIR else {
      if descriptor != STDIN_FILENO { close(descriptor) }
      throw CaptureError(file: path, "is a directory, not a capture")
    }
    totalBytes = kind == S_IFREG ? Int(status.st_size) : nil
    self.descriptor = descriptor
    buffer = Array(repeating: 0, count: Self.bufferSize)
  }

  /// Reads from memory.
  package init(bytes: [UInt8], name: String) {
    self.name = name
    totalBytes = bytes.count
    descriptor = nil
    buffer = bytes
    end = bytes.count
  }

  deinit {
    if let descriptor, descriptor != STDIN_FILENO { close(descriptor) }
  }

  /// The next `count` bytes without consuming them; fewer only at the end of the source.
  package func peek(_ count: Int) throws(CaptureError) -> ArraySlice<UInt8> {
    try fill(count)
    return buffer[start..<min(end, start + max(0, count))]
  }

  /// Consumes the next `count` bytes; fewer only at the end of the source. The array never grows beyond what the
  /// source really holds, whatever `count` claims.
  package func take(_ count: Int) throws(CaptureError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(max(0, count), Self.bufferSize))
    while bytes.count < count {
      try fill(1)
      guard start < end else { break }
      let taken = min(end - start, count - bytes.count)
      bytes.append(contentsOf: buffer[start..<start + taken])
      consume(taken)
    }
    return bytes
  }

  /// Consumes up to `count` bytes and returns how many there were.
  package func skip(_ count: Int) throws(CaptureError) -> Int {
    var skipped = 0
    while skipped < count {
      try fill(1)
      guard start < end else { break }
      let taken = min(end - start, count - skipped)
      consume(taken)
      skipped += taken
    }
    return skipped
  }

  /// Consumes one line without its line end (LF or CR LF), or `nil` at the end. Throws where it is longer than
  /// `limit` bytes.
  package func line(limit: Int) throws(CaptureError) -> [UInt8]? {
    var line: [UInt8] = []
    var found = false
    while !found {
      try fill(1)
      guard start < end else { break }
      let stop = buffer[start..<end].firstIndex(of: 0x0a)
      line.append(contentsOf: buffer[start..<(stop ?? end)])
      found = stop != nil
      consume((stop.map { $0 + 1 } ?? end) - start)
      guard line.count <= limit else { throw CaptureError(file: name, "a line of more than \(limit) bytes is no text") }
    }
    if !found, line.isEmpty { return nil }
    if line.last == 0x0d { line.removeLast() }
    return line
  }

  private func consume(_ count: Int) {
    start += count
    offset += count
  }

  /// Makes at least `count` bytes available where the source has them, at most a buffer's worth.
  private func fill(_ count: Int) throws(CaptureError) {
    guard let descriptor, end - start < count else { return }
    if start > 0 {
      buffer.replaceSubrange(0..<end - start, with: buffer[start..<end])
      end -= start
      start = 0
    }
    while end < min(count, buffer.count) {
      let free = end
      // Safe: the pointer is used only within the call, and only `buffer.count - free` bytes from `free` on are written.
      let got = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress?.advanced(by: free), $0.count - free) }
      if got < 0 {
        if errno == EINTR { continue }
        throw CaptureError(file: name, "cannot be read: \(Self.lastErrorText())")
      }
      guard got > 0 else { return }
      end += got
    }
  }

  private static let bufferSize = 1 << 16

  private static func lastErrorText() -> String { String(cString: strerror(errno)) }
}
