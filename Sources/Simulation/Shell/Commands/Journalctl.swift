import Netfilter

/// `journalctl -k`: the kernel's lines of the journal (systemd 252).
enum Journalctl: ShellCommand {
  static let name = "journalctl"
  static let summary = "print the journal; -k for the kernel's lines"
  static let example = "journalctl -k -n 5"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var count: Int?
    var format = "short"
    var isKernel = false
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      switch argument {
      case .option("k"), .option("dmesg"): isKernel = true
      case .option("n"), .option("lines"):
        count = 10
        if let value = arguments.value() {
          guard let number = Int(value), number >= 0 else { return .failure("Failed to parse lines '\(value)'") }
          count = number
        }
      case .option("o"), .option("output"): format = arguments.value() ?? format
      case .option("no-pager"), .option("f"), .option("follow"), .option("q"), .option("quiet"), .option("no-hostname"),
        .option("e"),
        .option("b"), .option("utc"):
        continue
      case .option(let name): return .notModelled("journalctl \(name.count == 1 ? "-" : "--")\(name)")
      case .operand(let word): return .notModelled("journalctl's match `\(word)'")
      }
    }
    guard isKernel else { return .notModelled("journalctl without -k: only the kernel writes to this host's journal") }
    let log = KernelLogView(shell.host)
    let lines = count.map { log.lines.suffix($0) } ?? log.lines[...]
    if lines.isEmpty { return ShellResult(output: "-- No entries --\n") }
    var output = ""
    for line in lines {
      switch format {
      case "short": output += "\(log.moment(line).syslog) \(KernelLogView.hostName) kernel: \(line.text)\n"
      case "short-monotonic": output += "\(KernelLogView.uptime(line)) \(KernelLogView.hostName) kernel: \(line.text)\n"
      case "cat": output += line.text + "\n"
      default: return .notModelled("journalctl -o \(format)")
      }
    }
    return ShellResult(output: output)
  }
}
