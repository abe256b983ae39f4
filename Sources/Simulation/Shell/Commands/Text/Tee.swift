/// `tee`: writes what comes in to files and passes it on.
enum Tee: ShellCommand {
  static let name = "tee"
  static let summary = "write what comes in to a file, too"
  static let example = "echo '[sshd]' | tee /etc/fail2ban/jail.local"

  static func effect(of call: ShellCall) -> ShellEffect {
    call.arguments.contains(where: HostFiles.isOwn) ? .moves : .reads
  }

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var paths: [String] = []
    var isAppending = false
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      switch argument {
      case .option("a"), .option("append"): isAppending = true
      case .option(let name): return .notModelled("tee -\(name)")
      case .operand(let path): paths.append(path)
      }
    }
    var result = ShellResult(output: call.input ?? "")
    for path in paths {
      do { try shell.write(result.output, to: path, isAppending) } catch {
        result.errorOutput += "tee: \(error.reason)\n"
        result.status = 1
      }
    }
    return result
  }
}
