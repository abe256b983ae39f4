import Glibc

/// Why the kernel could not be asked.
package struct JudgeError: Error, Sendable, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}

/// Programs of the system (`ip`, `iptables-legacy-restore`), run in this thread's network namespace.
enum SystemTool {
  private static let folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]

  static func path(of name: String) -> String? {
    folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// Runs a program to its end and gives back what it printed.
  @discardableResult
  static func run(_ words: [String], input: String = "") throws(JudgeError) -> String {
    guard let name = words.first, let path = path(of: name) else {
      throw JudgeError("\(words.first ?? "") is not installed")
    }
    guard let input = TemporaryFile(input), let output = TemporaryFile("") else {
      throw JudgeError("no room for temporary files")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.descriptor, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output.descriptor, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output.descriptor, STDERR_FILENO)
    var process = pid_t()
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    guard posix_spawn(&process, path, &actions, nil, &arguments, environ) == 0 else {
      throw JudgeError("\(path): \(String(cString: strerror(errno)))")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let text = output.contents
    guard status == 0 else {
      throw JudgeError("\(words.joined(separator: " ")): \(text.split(separator: "\n").joined(separator: " "))")
    }
    return text
  }

  /// A file without a name, gone when it is closed.
  private final class TemporaryFile {
    let descriptor: Int32

    init?(_ contents: String) {
      descriptor = open("/tmp", O_RDWR | 0o20200000 | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { return nil }
      var rest = Array(contents.utf8)[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return nil }
        rest = rest.dropFirst(count)
      }
      lseek(descriptor, 0, SEEK_SET)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    var contents: String {
      lseek(descriptor, 0, SEEK_SET)
      var bytes: [UInt8] = []
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += chunk[..<count]
      }
    }
  }
}
