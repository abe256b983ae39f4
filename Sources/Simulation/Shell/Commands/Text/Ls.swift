/// `ls`: the host's own files.
enum Ls: ShellCommand {
  static let name = "ls"
  static let summary = "list the host's files, such as /etc/fail2ban/filter.d"
  static let example = "ls /etc/fail2ban/filter.d"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var folders: [String] = []
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      switch argument {
      case .option("1"): continue
      case .option(let name): return .notModelled("ls -\(name)")
      case .operand(let path): folders.append(path)
      }
    }
    guard !folders.isEmpty else { return .notModelled("ls without a folder: only the host's own files are listed") }
    var result = ShellResult()
    for (index, path) in folders.enumerated() {
      let folder = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
      guard HostFiles.isOwn(folder + "/") else {
        return .notModelled("ls \(path): only the host's own files are listed")
      }
      let names = shell.names(in: folder)
      if names.isEmpty, (try? shell.read(folder)) != nil {
        result.output += folder + "\n"
      } else if names.isEmpty {
        result.errorOutput += "ls: cannot access '\(path)': No such file or directory\n"
        result.status = 2
      } else {
        if folders.count > 1 { result.output += "\(index > 0 ? "\n" : "")\(path):\n" }
        result.output += names.map { $0 + "\n" }.joined()
      }
    }
    return result
  }
}
