/// A program of the simulated host. One file a program, one line in `ShellCommands`.
package protocol ShellCommand: Sendable {
  /// As typed.
  static var name: String { get }
  /// What it does, in a few words.
  static var summary: String { get }
  /// A line worth trying.
  static var example: String { get }
  /// What a call does to the host, beside printing.
  static func effect(of call: ShellCall) -> ShellEffect
  /// Runs it; `call` holds the words after its name and what comes in by standard input.
  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult
}

extension ShellCommand {
  package static func effect(of call: ShellCall) -> ShellEffect { .reads }
}

/// What a program does to the host, the lesser first.
package enum ShellEffect: Sendable, Comparable {
  /// Nothing: it only looks.
  case reads
  /// Time passes, packets come in, a setting, an entry or a counter changes: it belongs to its moment.
  case moves
  /// It makes other rules.
  case rules
}

/// How a program was called.
package struct ShellCall: Sendable, Hashable {
  /// The name it was called by.
  package var name: String
  /// The words after the name, quotes taken off.
  package var arguments: [String]
  /// Standard input; `nil` for the terminal.
  package var input: String?

  package init(name: String, arguments: [String], input: String? = nil) {
    self.name = name
    self.arguments = arguments
    self.input = input
  }
}

/// All programs of the host: adding one is a file and a line here.
package enum ShellCommands {
  package static let all: [any ShellCommand.Type] = [
    IptablesProgram.self,
    IptablesSave.self,
    IptablesRestore.self,
    IP6tables.self,
    Conntrack.self,
    TcpdumpProgram.self,
    Hping3Program.self,
    Dmesg.self,
    Journalctl.self,
    Date.self,
    Sleep.self,
    Sysctl.self,
    IPCommand.self,
    SocketStatistics.self,
    Fail2banClient.self,
    Fail2banRegex.self,
    Echo.self,
    Cat.self,
    Ls.self,
    Rm.self,
    Tee.self,
    Printf.self,
    Grep.self,
    Head.self,
    Tail.self,
    WordCount.self,
  ]

  /// Other names of programs.
  private static let aliases = [
    "iptables-legacy": "iptables", "iptables-legacy-save": "iptables-save",
    "iptables-legacy-restore": "iptables-restore",
    "ip6tables-save": "ip6tables", "ip6tables-restore": "ip6tables", "ip6tables-legacy": "ip6tables", "egrep": "grep",
    "fail2ban-server": "fail2ban-client",
    "fgrep": "grep",
  ]

  private static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  /// The program of that name, also by its path.
  package static subscript(name: String) -> (any ShellCommand.Type)? {
    let last = name.split(separator: "/").last.map(String.init) ?? name
    let isPath = name.hasPrefix("/usr/") || name.hasPrefix("/sbin/") || name.hasPrefix("/bin/")
    let word = isPath ? last : name
    return byName[aliases[word] ?? word]
  }

  /// All names, for completion.
  package static var names: [String] { all.map { $0.name } }
}
