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

/// The kernel's settings that the simulation reads, with the values a fresh Linux 6.18 namespace has.
enum KernelSettings {
  private static let defaults: [String: Int] = [
    "net.ipv4.fwmark_reflect": 0, "net.ipv4.icmp_echo_ignore_all": 0, "net.ipv4.icmp_echo_ignore_broadcasts": 1,
    "net.ipv4.icmp_ratelimit": 1000, "net.ipv4.icmp_ratemask": 6168, "net.ipv4.ip_default_ttl": 64,
    "net.ipv4.ip_forward": 0,
    "net.netfilter.nf_conntrack_acct": 0, "net.netfilter.nf_conntrack_checksum": 1,
    "net.netfilter.nf_conntrack_generic_timeout": 600, "net.netfilter.nf_conntrack_gre_timeout": 30,
    "net.netfilter.nf_conntrack_gre_timeout_stream": 180, "net.netfilter.nf_conntrack_icmp_timeout": 30,
    "net.netfilter.nf_conntrack_max": 262_144, "net.netfilter.nf_conntrack_tcp_be_liberal": 0,
    "net.netfilter.nf_conntrack_tcp_ignore_invalid_rst": 0, "net.netfilter.nf_conntrack_tcp_loose": 1,
    "net.netfilter.nf_conntrack_tcp_max_retrans": 3, "net.netfilter.nf_conntrack_tcp_timeout_close": 10,
    "net.netfilter.nf_conntrack_tcp_timeout_close_wait": 60,
    "net.netfilter.nf_conntrack_tcp_timeout_established": 432_000,
    "net.netfilter.nf_conntrack_tcp_timeout_fin_wait": 120, "net.netfilter.nf_conntrack_tcp_timeout_last_ack": 30,
    "net.netfilter.nf_conntrack_tcp_timeout_max_retrans": 300, "net.netfilter.nf_conntrack_tcp_timeout_syn_recv": 60,
    "net.netfilter.nf_conntrack_tcp_timeout_syn_sent": 120, "net.netfilter.nf_conntrack_tcp_timeout_time_wait": 120,
    "net.netfilter.nf_conntrack_tcp_timeout_unacknowledged": 300, "net.netfilter.nf_conntrack_udp_timeout": 30,
    "net.netfilter.nf_conntrack_udp_timeout_stream": 120,
  ]
  /// Settings that each interface has, and `all`.
  private static let perInterface = ["accept_local": 0, "accept_source_route": 0, "forwarding": 0, "rp_filter": 0]

  /// The value in force; `nil` for a setting that the simulation does not know.
  static func value(_ name: String, _ host: SimulatedHost) -> Int? {
    if name == count { return (host.namespace.tracker ?? host.idleTracker)?.entries.count ?? 0 }
    if let value = host.namespace.sysctls[name] { return value }
    if let value = defaults[name] { return value }
    let parts = name.split(separator: ".")
    guard name.hasPrefix("net.ipv4.conf."), parts.count == 5, let value = perInterface[String(parts[4])] else {
      return nil
    }
    let interface = String(parts[3])
    let isThere = ["all", "default"].contains(interface) || host.description[interface: interface] != nil
    if parts[4] == "forwarding", isThere { return host.namespace.sysctl("net.ipv4.ip_forward", default: 0) }
    return isThere ? value : nil
  }

  /// How many connections there are: to be read only.
  static let count = "net.netfilter.nf_conntrack_count"

  static func set(_ name: String, _ number: Int, _ host: SimulatedHost) {
    host.namespace.sysctls[name] = number
    if name == "net.ipv4.ip_forward" { host.namespace.sysctls["net.ipv4.conf.all.forwarding"] = number }
    host.namespace.settingsChanged()
  }

  /// The setting that a file under /proc/sys stands for; `nil` for any other path.
  static func name(ofFile path: String) -> String? {
    let start = "/proc/sys/"
    guard path.hasPrefix(start) else { return nil }
    return String(path.dropFirst(start.count).replacing("/", with: "."))
  }

  static func names(_ host: SimulatedHost) -> [String] {
    let interfaces = ["all", "default"] + host.description.interfaces.map(\.name)
    let all = interfaces.flatMap { interface in perInterface.keys.map { "net.ipv4.conf.\(interface).\($0)" } }
    return Set([count] + Array(defaults.keys) + all + Array(host.namespace.sysctls.keys)).sorted()
  }
}
