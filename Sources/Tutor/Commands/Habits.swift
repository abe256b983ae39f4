import Simulation

/// What people type out of habit: at a shell, in a debugger, in an editor or before other firewalls.
enum Habits {
  /// What to type here instead, by the word that has no meaning here.
  private static let meanings: [String: String] = {
    let groups: [(String, [String])] = [
      ("next", ["step", "stepi", "si", "ni", "nexti", "forward", "advance", "down"]),
      ("back", ["prev", "previous", "reverse-step", "rs", "reverse-next", "rn", "up", "return"]),
      ("until verdict", ["continue", "cont", "c", "run", "finish", "fin", "play"]),
      ("until rule", ["break", "tbreak", "br", "watchpoint"]),
      ("goto packet 1", ["restart", "rewind", "first", "top"]),
      ("find", ["search", "locate", "/"]),
      ("fields", ["p", "print", "info", "inspect", "show", "display", "decode"]),
      ("hex", ["xxd", "hexdump", "od", "dump"]),
      ("rules", ["list", "chain", "chains"]),
      ("why", ["bt", "backtrace", "where", "explain", "because"]),
      ("lesson", ["start", "begin", "tutorial", "learn", "course"]),
      ("lessons", ["progress", "status", "score", "stats", "toc"]),
      ("review", ["quiz", "test", "exam", "repeat"]),
      ("edit", ["vi", "vim", "nano", "emacs", "ed", "set", "change", "replace"]),
      ("insert", ["add", "append"]), ("delete", ["del", "remove"]), ("undo", ["revert"]),
      ("load", ["open", "source", "import", "cd"]), ("save", ["write", "export"]),
      ("record", ["script"]), ("help", ["man", "apropos", "usage", "commands", "-h", "--help"]),
      ("quit", ["bye", "logout", "stop", "end", "leave", "close", "q!", ":q", ":q!", ":wq", "kill"]),
      ("Ctrl-L", ["clear", "cls"]),
      ("iptables", ["nft", "ufw", "firewall-cmd", "ipchains", "iptables-legacy", "iptables-nft"]),
      ("hping3", ["ping", "nmap", "nc", "ncat", "netcat", "telnet", "curl", "wget", "scapy"]),
      ("ip", ["ifconfig", "route"]), ("ss", ["netstat", "lsof"]), ("tcpdump", ["tshark", "wireshark"]),
      ("ls", ["ll", "dir"]), ("cat", ["less", "more", "type"]),
    ]
    return Dictionary(groups.flatMap { meaning, words in words.map { ($0, meaning) } }, uniquingKeysWith: { $1 })
  }()

  /// What somebody meant who typed these words; `nil` for no habit that is known.
  static func meaning(of words: [String]) -> String? {
    guard let first = words.first?.lowercased() else { return nil }
    let rest = words.dropFirst().joined(separator: " ")
    // A line for the shell, typed one prompt too late.
    if first == "chainwalk", let second = words.dropFirst().first {
      return Commands[second.lowercased()] == nil ? meaning(of: Array(words.dropFirst())) : rest
    }
    guard let meaning = meanings[first] else { return nil }
    let topic = rest.lowercased()
    let isTopic = Commands[topic] != nil || ShellCommands[topic] != nil
    return meaning == "help" && isTopic ? "help \(topic)" : meaning
  }
}
