/// `rm`: removes files of the host.
enum Rm: ShellCommand {
  static let name = "rm"
  static let summary = "remove a file of the host"
  static let example = "rm /etc/fail2ban/jail.local"

  static func effect(of call: ShellCall) -> ShellEffect { .moves }

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var paths: [String] = []
    var isForced = false
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      switch argument {
      case .option("f"), .option("force"): isForced = true
      case .option(let name): return .notModelled("rm -\(name)")
      case .operand(let path): paths.append(path)
      }
    }
    guard !paths.isEmpty || isForced else {
      return .failure("rm: missing operand\nTry 'rm --help' for more information.")
    }
    var result = ShellResult()
    for path in paths {
      do { try shell.remove(path) } catch {
        if error.reason.hasPrefix("not modelled") {
          return .notModelled("rm \(path): only the host's own files are removed")
        }
        if isForced { continue }
        result.errorOutput += "rm: cannot remove '\(path)': \(error.reason)\n"
        result.status = 1
      }
    }
    return result
  }
}
