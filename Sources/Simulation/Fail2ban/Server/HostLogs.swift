/// The files and logs of a shell's host, as fail2ban reads them: none of the person's, so that playing a session again
/// finds the same.
struct HostLogs: LogStore {
  private final class Reference {
    weak var shell: Shell?
    init(_ shell: Shell) { self.shell = shell }
  }

  private let reference: Reference

  /// Whether the person's files are looked at, too.
  private let seesFiles: Bool

  init(_ shell: Shell, seesFiles: Bool = false) {
    reference = Reference(shell)
    self.seesFiles = seesFiles
  }

  func text(of path: String) -> String? {
    guard let shell = reference.shell else { return nil }
    if seesFiles { return try? shell.read(path) }
    return HostFiles.text(of: path, shell)
      ?? HostFiles.ownBytes(of: path, shell).map { String(decoding: $0, as: UTF8.self) }
  }

  func paths(in folder: String, ending: String) -> [String] {
    guard let shell = reference.shell else { return [] }
    return shell.paths(in: folder).filter { $0.hasSuffix(ending) }
  }

  func extent(of path: String) -> Int? {
    guard let shell = reference.shell else { return nil }
    if HostFiles.kernelLogs.contains(path) { return shell.host.namespace.kernelLog.count }
    return HostFiles.ownBytes(of: path, shell)?.count
  }

  func lines(of path: String, from position: Int) -> (lines: [String], position: Int) {
    guard let shell = reference.shell else { return ([], position) }
    if HostFiles.kernelLogs.contains(path) {
      let log = KernelLogView(shell.host)
      // The buffer was emptied: it is read from its beginning.
      let start = position > log.lines.count ? 0 : position
      return (log.lines[start...].map { log.syslog($0) }, log.lines.count)
    }
    guard let bytes = HostFiles.ownBytes(of: path, shell) else { return ([], position) }
    let start = position > bytes.count ? 0 : position
    let rest = bytes[start...]
    // A line that is still being written waits.
    guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return ([], start) }
    let whole = rest[...end]
    let lines = whole.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
      .map { String(decoding: $0, as: UTF8.self) }
    return (lines, start + whole.count)
  }
}

extension Shell {
  /// Files of the host in a folder, in order.
  func paths(in folder: String) -> [String] {
    let start = folder.hasSuffix("/") ? folder : folder + "/"
    return allPaths.filter { $0.hasPrefix(start) && !$0.dropFirst(start.count).contains("/") }.sorted()
  }

  /// Names of the host's files and folders in a folder, in order.
  func names(in folder: String) -> [String] {
    let start = folder + "/"
    let names = allPaths.filter { $0.hasPrefix(start) }.compactMap {
      $0.dropFirst(start.count).split(separator: "/").first
    }
    return Set(names.map(String.init)).sorted()
  }

  private var allPaths: Set<String> {
    var all = Set(hostFiles.paths)
    all.formUnion(Fail2banFiles.shipped.keys.filter { !removedFiles.contains($0) })
    all.formUnion(HostFiles.kernelLogs)
    return all
  }
}
