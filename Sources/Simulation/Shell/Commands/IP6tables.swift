/// `ip6tables`: refused by name, since IPv6 is not walked.
enum IP6tables: ShellCommand {
  static let name = "ip6tables"
  static let summary = "IPv6's firewall, which is not simulated"
  static let example = "ip6tables -S"

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    .notModelled("\(call.name): this host's firewall walks IPv4 packets only")
  }
}
