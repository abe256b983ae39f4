/// Something that was done to the host at the prompt between two packets: time passed, a setting changed, an entry was
/// deleted. Playing the scenario again does it again.
package struct HostAction: Sendable, Hashable {
  enum Deed: Sendable, Hashable {
    /// Programs of the host's shell, and the texts of the person's files that they read.
    case programs(ShellScript.Pipeline, files: [String: String])
    /// The clock moved to this time, as `SimulatedHost.clock` counts.
    case clock(Int64)
  }

  /// How many packets come before it.
  package internal(set) var after: Int
  /// As typed.
  package let text: String
  let deed: Deed

  /// Whether somebody typed it for what it does, and not only time passed with something else.
  package var isProgram: Bool {
    if case .programs = deed { return true }
    return false
  }

  init(after: Int, text: String, _ deed: Deed) {
    self.after = after
    self.text = text
    self.deed = deed
  }
}

extension Shell {
  /// Does it again; what it prints and writes is not wanted a second time.
  func perform(_ action: HostAction) {
    switch action.deed {
    case .clock(let time): host.pass(nanoseconds: time &- host.clock)
    case .programs(let pipeline, let texts):
      let before = files
      files = MemoryFiles(texts)
      _ = run(pipeline)
      _ = takeSent()
      files = before
    }
  }
}

/// Files that remember the texts that were read from others.
final class RememberingFiles: ShellFiles {
  private let files: any ShellFiles
  private(set) var texts: [String: String] = [:]

  init(_ files: any ShellFiles) { self.files = files }

  func readBytes(_ path: String) throws(ShellFileError) -> [UInt8] {
    let bytes = try files.readBytes(path)
    texts[path] = String(decoding: bytes, as: UTF8.self)
    return bytes
  }

  func write(bytes: [UInt8], to path: String, isAppending: Bool) throws(ShellFileError) {
    try files.write(bytes: bytes, to: path, isAppending: isAppending)
  }

  func exists(_ path: String) -> Bool { files.exists(path) }
  func isFolder(_ path: String) -> Bool { files.isFolder(path) }
  func makeFolder(_ path: String) throws(ShellFileError) { try files.makeFolder(path) }
}
