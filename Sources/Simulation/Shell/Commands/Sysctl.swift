import Netfilter

/// `sysctl`: the kernel's settings, as far as they matter to the firewall (procps 4.0.2).
enum Sysctl: ShellCommand {
  static let name = "sysctl"
  static let summary = "read and set (-w) kernel settings"
  static let example = "sysctl -w net.netfilter.nf_conntrack_tcp_loose=0"

  static func effect(of call: ShellCall) -> ShellEffect {
    call.arguments.contains { $0.contains("=") } ? .moves : .reads
  }

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var flags: Set<String> = []
    var operands: [String] = []
    var pattern: Regex<AnyRegexOutput>?
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      switch argument {
      case .option(let flag)
      where ["w", "n", "q", "e", "N", "a", "write", "values", "quiet", "ignore", "names", "all"].contains(flag):
        flags.insert(
          flag.count == 1
            ? flag : flag == "names" ? "N" : String(flag.prefix(1)).replacing("i", with: "e").replacing("v", with: "n"))
      case .option("r"), .option("pattern"):
        let text = arguments.value() ?? ""
        guard let compiled = try? Regex(text) else { return .notModelled("sysctl --pattern \(text)") }
        pattern = compiled
      case .option("A"), .option("X"): flags.insert("a")
      case .option("V"), .option("version"): return ShellResult(output: "sysctl from procps-ng 4.0.2\n")
      case .option("h"), .option("help"): return ShellResult(output: help)
      case .option(let flag): return .notModelled("sysctl \(flag.count == 1 ? "-" : "--")\(flag)")
      case .operand(let word): operands.append(word)
      }
    }
    var result = ShellResult()
    if flags.contains("a") {
      for name in KernelSettings.names(shell.host) where pattern.map({ name.contains($0) }) ?? true {
        result.output += line(name, KernelSettings.value(name, shell.host) ?? 0, flags)
      }
      return result
    }
    if let chosen = pattern { operands.removeAll { !$0.contains(chosen) } }
    guard !operands.isEmpty else {
      return .failure("sysctl: no variables specified\nTry `sysctl --help' for more information.")
    }
    for word in operands {
      // What is too short to set anything is passed over, as a line of sysctl.conf is.
      if word.count < 2, flags.contains("w") || word == "=" {
        result.status = 1
        continue
      }
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let name = parts[0].replacing("/", with: ".")
      if parts.count < 2, flags.contains("w") {
        result.errorOutput += "sysctl: command line(0): invalid syntax, continuing...\n"
        result.status = 1
        continue
      }
      guard let value = KernelSettings.value(name, shell.host) else {
        if flags.contains("e") { continue }
        let path = name.replacing(".", with: "/")
        result.errorOutput += "sysctl: cannot stat /proc/sys/\(path): No such file or directory\n"
        result.status = 1
        continue
      }
      guard parts.count == 2 else {
        result.output += line(name, value, flags)
        continue
      }
      guard let number = Int(parts[1].filter { $0 != " " }) else {
        result.errorOutput += "sysctl: setting key \"\(name)\": Invalid argument\n"
        result.status = 1
        continue
      }
      guard name != KernelSettings.count else {
        result.errorOutput += "sysctl: permission denied on key \"\(name)\", ignoring\n"
        continue
      }
      KernelSettings.set(name, number, shell.host)
      if !flags.contains("q") { result.output += line(name, number, flags) }
    }
    return result
  }

  private static func line(_ name: String, _ value: Int, _ flags: Set<String>) -> String {
    if flags.contains("N") { return name + "\n" }
    return flags.contains("n") ? "\(value)\n" : "\(name) = \(value)\n"
  }
}

extension Sysctl {
  private static let help = """
    sysctl [-n|-N] [-e] NAME...      print settings: values or names alone, without a word of unknown ones
    sysctl [-q] -w NAME=VALUE...     set them
    sysctl -a [-r PATTERN]           print all that matter to this host

    """
}
