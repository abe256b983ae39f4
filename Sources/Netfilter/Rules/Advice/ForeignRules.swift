/// What a text that `iptables-restore` refuses is instead, where it is one of the things people take for it.
enum ForeignRules {
  /// What to give instead of `text`, refused at `line` (from 1); `nil` for anything that is not known here.
  static func hint(_ text: String, line: Int) -> String? {
    let lines = text.byteLines
    guard let first = lines.first(where: { !$0.allSatisfy(\.isWhitespace) && !$0.hasPrefix("#") }) else { return nil }
    if first.hasPrefix("\u{feff}") { return "the file begins with a byte order mark, which must go" }
    if first.hasSuffix("\r") { return "lines end in carriage returns, which must go (tr -d '\\r')" }
    if let known = beginnings.first(where: { first.hasPrefix($0.beginning) }) { return known.hint }
    guard lines.indices.contains(line - 1), isIPv6(lines[line - 1]) else { return nil }
    return "this is IPv6's; rules for IPv4 are read, as iptables-save prints them, not ip6tables-save"
  }

  private static let beginnings = [
    (
      beginning: "Chain ",
      hint: "this is what iptables -L prints, which does not tell all of a rule; iptables-save or iptables -S does"
    ),
    (beginning: "table ", hint: nftables), (beginning: "add table ", hint: nftables),
    (beginning: "flush ruleset", hint: nftables),
    (beginning: "Status: ", hint: "this is what ufw status prints; iptables-save prints the rules that ufw made"),
  ]

  private static let nftables =
    "this is the language of nft; rules made with iptables are printed by iptables-save (iptables-nft-save)"

  private static func isIPv6(_ line: Substring) -> Bool {
    line.split(separator: " ").contains { word in
      // A hardware address has five colons and never two together.
      let isAddress = word.contains("::") || word.utf8.count { $0 == UInt8(ascii: ":") } == 7
      return word == "icmp6" || word == "ipv6-icmp"
        || isAddress && word.utf8.allSatisfy { "0123456789abcdefABCDEF:/.".utf8.contains($0) }
    }
  }
}
