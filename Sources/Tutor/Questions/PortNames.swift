/// Ports that people call by name (IANA Service Name and Transport Protocol Port Number Registry).
enum PortNames {
  private static let all: [String: [UInt64]] = [
    "ftp": [21], "ssh": [22], "telnet": [23], "smtp": [25], "mail": [25], "domain": [53], "dns": [53], "http": [80],
    "www": [80], "pop3": [110], "auth": [113], "ident": [113], "ntp": [123], "imap": [143], "snmp": [161],
    "https": [443], "mysql": [3306], "mdns": [5353], "http-alt": [8080],
  ]

  /// The ports that a name stands for; none where it is no name.
  static func names(_ text: String) -> [UInt64] { all[text] ?? [] }
}
