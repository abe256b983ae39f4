import Netfilter
import Wire

/// The shell of a simulated host: what is typed here does to the host what it would do to a real one.
///
/// It keeps no clock of its own and takes nothing from the machine it runs on but the files that `files` gives it, so
/// that the same lines always give the same output.
package final class Shell {
  package let host: SimulatedHost
  package internal(set) var files: any ShellFiles
  /// Packets that lines typed here have sent, oldest first; `takeSent()` hands them over.
  private var sent: [SentPacket] = []
  /// Numbers that a real program would take at random: ports, sequence numbers.
  var choices = ShellChoices()
  /// How many kernel log lines `dmesg -c` has cleared away.
  var clearedLogLines = 0
  /// The address of the outside host that `hping3` runs on; `nil` for one that suits the host's routes.
  package var outsideAddress: IPv4Address?
  /// Files of the host itself that were written here; the person's own `/etc` and `/var` are never touched.
  let hostFiles = MemoryFiles()
  /// Files that the host came with and that were removed.
  private(set) var removedFiles: Set<String> = []
  /// The server behind `fail2ban-client`, which reads logs and bans as the host's clock moves.
  private(set) lazy var fail2ban = makeFail2ban()

  package init(_ host: SimulatedHost, files: any ShellFiles = MemoryFiles()) {
    self.host = host
    self.files = files
  }

  /// Whether a line's first word is one of the host's programs.
  package static func knows(_ line: String) -> Bool {
    guard let word = words(of: line).first else { return false }
    return ShellCommands[word] != nil
  }

  /// What a line does to the host; only looking for one that cannot be read.
  package static func effect(of line: String) -> ShellEffect {
    (try? ShellScript(line))?.pipelines.map(\.effect).max() ?? .reads
  }

  /// The words of a line's first program, `sudo` left out.
  private static func words(of line: String) -> [String] {
    guard let script = try? ShellScript(line), let words = script.pipelines.first?.programs.first?.words else {
      return []
    }
    return Array(words.drop { $0 == "sudo" })
  }

  /// Whether a text for one of the host's programs goes on in another line: open quotes, a here-document, a last `|`.
  package static func wantsMore(_ text: String) -> Bool {
    let words = text.split(maxSplits: 2, whereSeparator: \.isWhitespace).map(String.init)
    guard let first = words.first(where: { $0 != "sudo" }), ShellCommands[first] != nil else { return false }
    return ShellScript.wantsMore(text)
  }

  /// Runs a line, or several: programs, pipes, `;`, `&&`, `||`, redirections, here-documents.
  package func run(_ line: String) -> ShellResult {
    let script: ShellScript
    do { script = try ShellScript(line) } catch { return .failure(error.message, status: 2) }
    var result = ShellResult()
    for pipeline in script.pipelines {
      switch pipeline.condition {
      case .afterSuccess where result.status != 0, .afterFailure where result.status == 0: continue
      default: break
      }
      result.append(run(pipeline))
    }
    return result
  }

  /// The packets sent since this was last asked.
  package func takeSent() -> [SentPacket] {
    defer { sent = [] }
    return sent
  }

  /// A program has just sent a packet to the host.
  func note(_ walk: Walk) { sent.append(SentPacket(walk: walk, clock: host.clock)) }

  func run(_ pipeline: ShellScript.Pipeline) -> ShellResult {
    var result = ShellResult()
    var input: String?
    for program in pipeline.programs {
      var next = run(program, input: input)
      input = next.output
      next.output = ""
      result.append(next)
    }
    result.output = input ?? ""
    return result
  }

  private func run(_ program: ShellScript.Program, input: String?) -> ShellResult {
    var input = input
    for redirection in program.redirections {
      switch redirection {
      case .input(let path):
        do { input = try read(path) } catch { return .failure("bash: \(path): \(error.reason)") }
      case .inputText(let text): input = text
      default: break
      }
    }
    var result = call(program.words.drop { $0 == "sudo" }, input: input)
    for redirection in program.redirections {
      do throws(ShellFileError) {
        switch redirection {
        case .input, .inputText: break
        case .output(let path, let isAppending):
          try write(result.output, to: path, isAppending)
          result.output = ""
        case .errors(let path, let isAppending):
          try write(result.errorOutput, to: path, isAppending)
          result.errorOutput = ""
          result.errorLead = 0
        case .errorsToOutput:
          let errors = result.errorParts
          result.output = errors.before + result.output + errors.after
          result.errorOutput = ""
          result.errorLead = 0
        }
      } catch { return .failure("bash: \(error.reason)") }
    }
    return result
  }

  private func makeFail2ban() -> Fail2banServer {
    let server = Fail2banServer(
      host, store: HostLogs(self),
      run: { [weak self] words in
        guard let self, let program = words.first.flatMap({ ShellCommands[$0] }) else {
          return .failure("\(words.first ?? ""): not found", status: 127)
        }
        return program.run(ShellCall(name: words[0], arguments: Array(words.dropFirst())), self)
      },
      write: { [weak self] line in
        try? self?.hostFiles.write(line, to: Fail2banFiles.log, isAppending: true)
      })
    host.daemons.append(server)
    return server
  }

  private func call(_ words: ArraySlice<String>, input: String?) -> ShellResult {
    guard let name = words.first else { return ShellResult() }
    guard let command = ShellCommands[name] else { return .failure("bash: \(name): command not found", status: 127) }
    return command.run(ShellCall(name: name, arguments: Array(words.dropFirst()), input: input), self)
  }

  /// The text of a file: one of the host's own, such as its kernel log, or one of the person's.
  func read(_ path: String) throws(ShellFileError) -> String {
    let path = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    if let text = HostFiles.text(of: path, self) { return text }
    if let bytes = HostFiles.ownBytes(of: path, self) { return String(decoding: bytes, as: UTF8.self) }
    guard !path.hasPrefix(Configuration.folder) else { throw ShellFileError("No such file or directory") }
    return try files.read(path)
  }

  /// Removes one of the host's own files.
  func remove(_ path: String) throws(ShellFileError) {
    guard HostFiles.isOwn(path), HostFiles.text(of: path, self) == nil else {
      throw ShellFileError("not modelled: removing what is not the host's own")
    }
    guard HostFiles.ownBytes(of: path, self) != nil else { throw ShellFileError("No such file or directory") }
    hostFiles.remove(path)
    removedFiles.insert(path)
  }

  /// Writes one of the host's own files, or one of the person's.
  func write(_ text: String, to path: String, _ isAppending: Bool) throws(ShellFileError) {
    let path = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    if path == "/dev/null" { return }
    if let name = KernelSettings.name(ofFile: path), KernelSettings.value(name, host) != nil {
      guard let number = Int(text.filter { !$0.isWhitespace }) else {
        throw ShellFileError("write error: Invalid argument")
      }
      guard name != KernelSettings.count else { throw ShellFileError("\(path): Permission denied") }
      return KernelSettings.set(name, number, host)
    }
    let isKernel = path.hasPrefix("/proc/") || path.hasPrefix("/sys/")
    guard !isKernel, HostFiles.text(of: path, self) == nil else {
      throw ShellFileError("\(path): not modelled: writing to it")
    }
    do {
      guard HostFiles.isOwn(path) else { return try files.write(text, to: path, isAppending: isAppending) }
      removedFiles.remove(path)
      if isAppending, !hostFiles.exists(path) {
        try hostFiles.write(bytes: HostFiles.ownBytes(of: path, self) ?? [], to: path, isAppending: false)
      }
      try hostFiles.write(text, to: path, isAppending: isAppending)
    } catch { throw ShellFileError("\(path): \(error.reason)") }
  }
}

/// A packet that a program outside has sent to the host.
package struct SentPacket {
  package let walk: Walk
  /// When it arrived, as `SimulatedHost.clock` counts.
  package let clock: Int64
}

/// Numbers that real programs take at random. Here they count up, so that a session can be played again.
struct ShellChoices {
  private var state: UInt64

  /// - Parameter seed: any but 0, which stands for the first one.
  init(seed: UInt64 = 0) { state = seed == 0 ? 0x2545_f491_4f6c_dd1d : seed }

  /// The next of a fixed sequence (xorshift64*).
  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_f491_4f6c_dd1d
  }
}

/// Files of the host itself.
enum HostFiles {
  /// Where a Debian host's syslog keeps the kernel's lines.
  static let kernelLogs: Set<String> = ["/var/log/kern.log", "/var/log/syslog", "/var/log/messages"]

  /// Whether a path is the host's and not the person's: writing there stays within the simulation.
  static func isOwn(_ path: String) -> Bool {
    ["/etc/", "/var/", "/run/", "/usr/", "/lib/", "/boot/"].contains(where: path.hasPrefix)
  }

  /// What was written to one of the host's files, or what it came with.
  static func ownBytes(of path: String, _ shell: Shell) -> [UInt8]? {
    guard isOwn(path) else { return nil }
    if let bytes = try? shell.hostFiles.readBytes(path) { return bytes }
    return shell.removedFiles.contains(path) ? nil : Fail2banFiles.shipped[path].map { Array($0.utf8) }
  }

  static func text(of path: String, _ shell: Shell) -> String? {
    if kernelLogs.contains(path) { return KernelLogView(shell.host).syslog }
    if let name = KernelSettings.name(ofFile: path) { return KernelSettings.value(name, shell.host).map { "\($0)\n" } }
    return path == "/dev/null" ? "" : nil
  }
}
