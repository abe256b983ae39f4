/// What to write instead, for the mistakes people make: iptables' own words say what it did not understand, not what
/// was meant.
struct RuleAdvice {
  /// The line that was refused, split into its words.
  private let words: [String]
  /// The word the message is about; empty where it is about the line as a whole.
  private let word: String
  /// The words before it.
  private let before: ArraySlice<String>
  /// The table the line belongs to, as far as it has been read; `nil` outside any.
  private let table: Table?

  /// - Parameters:
  ///   - column: of the word in the line, from 1.
  ///   - table: with the chains and rules that the lines before have made.
  init(_ line: some StringProtocol, column: Int?, table: Table?) {
    let text = line.utf8.count <= 4096 ? Substring(line) : ""
    let split = (try? RestoreWords.split(text)) ?? []
    words = split.map(\.text)
    let place = column.flatMap { column in split.lastIndex { $0.column <= column } }
    word = place.map { split[$0].text } ?? ""
    before = words[..<(place ?? 0)]
    self.table = table
  }

  /// What iptables says, and what helps.
  static func text(_ message: String, _ hint: String?) -> String {
    guard let hint else { return message }
    return (message.hasSuffix(".") ? String(message.dropLast()) : message) + ": \(hint)"
  }

  /// What helps; `nil` where iptables has said it all.
  func hint(for message: String) -> String? {
    if let dash = words.first(where: { $0.hasPrefix("\u{2013}") || $0.hasPrefix("\u{2014}") }) {
      return "`\(dash)' begins with a dash of print; options begin with hyphens"
    }
    if let name = singleDashed { return "long options begin with two dashes: --\(name)" }
    for (beginning, advise) in Self.table where message.hasPrefix(beginning) { return advise(self, message) }
    return nil
  }

  private static let table: [(beginning: String, advise: @Sendable (RuleAdvice, String) -> String?)] = [
    ("unknown option ", { advice, _ in advice.onOption }),
    ("Bad argument ", { advice, _ in advice.onArgument }),
    ("invalid port/service ", { advice, _ in advice.onPort }),
    ("host/network ", { advice, _ in advice.onAddress }),
    ("invalid mask ", { _, _ in "a prefix length is 0 to 32, a mask has four numbers with dots between" }),
    ("unknown protocol ", { advice, _ in advice.meant(among: ["tcp", "udp", "icmp", "all", "sctp", "gre", "esp"]) }),
    ("No chain/target/match", { advice, _ in advice.onChain }),
    ("Couldn't load target", { advice, _ in advice.onTarget }),
    ("Couldn't load match", { advice, _ in advice.onMatch }),
    ("Bad policy name", { _, _ in "a policy is ACCEPT or DROP" }),
    ("Bad built-in chain name", { _, _ in "only built-in chains have a policy" }),
    ("Bad ctstate", { advice, _ in advice.onState }), ("Bad state", { advice, _ in advice.onState }),
    (
      "Unknown TCP flag",
      { advice, _ in
        advice.meant(
          by: advice.word.split(separator: ",").map(String.init),
          among: ["SYN", "ACK", "FIN", "RST", "URG", "PSH", "ALL", "NONE"])
      }
    ),
    (
      "unknown reject type",
      { advice, _ in
        advice.meant(among: [
          "icmp-net-unreachable", "icmp-host-unreachable", "icmp-port-unreachable", "icmp-proto-unreachable",
          "icmp-net-prohibited", "icmp-host-prohibited", "icmp-admin-prohibited", "tcp-reset",
        ])
      }
    ),
    ("Unknown ICMP type", { advice, _ in advice.meant(among: ICMPTypeNames.all.map(\.name)) }),
    ("bad rate", { _, _ in "a rate is a number and /second, /minute, /hour or /day" }),
    ("Index of ", { advice, _ in advice.onIndex }),
    ("Can't use -o", { _, _ in "what has come in to this host does not go out by any interface" }),
    ("Can't use -i", { _, _ in "what this host sends has not come in by any interface" }),
    ("Parameter too long", { _, _ in "a word has at most 1023 characters" }),
    ("Set ", { _, _ in "the sets that rules name are given with --sets, as ipset save prints them" }),
    ("The -t option", { _, _ in "here a line such as *nat names the table" }),
    ("iprange: Bad value", { _, _ in "a range is two addresses with a hyphen between" }),
    ("log level", { _, _ in "levels are emerg, alert, crit, error, warning, notice, info and debug, or 0 to 7" }),
  ]

  // MARK: options

  /// A long option's name behind one dash only: `-dport`.
  private var singleDashed: String? {
    words.lazy.filter { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.utf8.count > 3 }.map { String($0.dropFirst()) }
      .first { Self.optionNames.contains($0) }
  }

  private static let optionNames: Set<String> = Set(
    (ExtensionRegistry.matches.flatMap { $0.options } + ExtensionRegistry.targets.flatMap { $0.options }).flatMap {
      [$0.name] + $0.aliases
    })

  private var onOption: String? {
    let name = String(word.drop { $0 == "-" }.prefix { $0 != "=" })
    if name == "port" { return "did you mean --dport?" }
    let ports = ["dport", "sport", "destination-port", "source-port"]
    let protocolWord = words.indices.first { ["-p", "--protocol", "--proto"].contains(words[$0]) }
    if ports.contains(name) || ["syn", "tcp-flags", "icmp-type"].contains(name) {
      let needed = name == "icmp-type" ? "-p icmp" : ports.contains(name) ? "-p tcp or -p udp" : "-p tcp"
      guard let place = protocolWord, place + 1 < words.count else { return "it needs a protocol before it: \(needed)" }
      return "it does not go with -p \(words[place + 1]) but with \(needed)"
    }
    let targets = ExtensionRegistry.targets.filter {
      $0.options.contains { $0.name == name || $0.aliases.contains(name) }
    }
    if let target = targets.first { return "it belongs to -j \(target.name), which has to stand before it" }
    let owners = ExtensionRegistry.matches.filter {
      $0.options.contains { $0.name == name || $0.aliases.contains(name) }
    }
    if let match = owners.first(where: { !words.contains($0.name) }) { return "it belongs to -m \(match.name)" }
    let named = Set(words + (protocolWord.map { words[min($0 + 1, words.count - 1)] }.map { [$0] } ?? []))
    let loaded: [any RuleExtension.Type] =
      ExtensionRegistry.matches.filter { named.contains($0.name) }
      + ExtensionRegistry.targets.filter { named.contains($0.name) }
    let names = loaded.flatMap { $0.options }.flatMap { [$0.name] + $0.aliases }
    return NearestWord.to(name, among: names + Self.ownNames).map { "did you mean --\($0)?" }
  }

  private static let ownNames = [
    "append", "insert", "delete", "source", "destination", "protocol", "in-interface", "out-interface", "jump", "goto",
    "match", "fragments",
  ]

  // MARK: words that are no options

  private var onArgument: String? {
    guard let last = before.last else {
      return ["iptables", "sudo", "ip6tables", "iptables-legacy"].contains(word)
        ? "within a table the program's name is left out" : nil
    }
    if last == "!", let option = before.dropLast().last, option.hasPrefix("-") {
      return "the ! stands before the option: ! \(option) \(word)"
    }
    if ["-A", "-I", "-D", "-R", "-N", "--append", "--insert"].contains(before.dropLast().last ?? ""),
      last.hasPrefix("-")
    {
      return "\(before.dropLast().last ?? "") takes the name of a chain first"
    }
    guard let option = before.dropLast().last else { return nil }
    if ["-N", "--new-chain"].contains(option) { return "a chain's name has no spaces" }
    if ["--log-prefix", "--comment", "--nflog-prefix", "--string"].contains(option) {
      return "text with spaces stands in double quotes"
    }
    if last.hasSuffix(",") { return "no space may stand after a comma" }
    if ["--state", "--ctstate", "--dports", "--sports", "--dport"].contains(option) {
      return "several values have commas between, without spaces"
    }
    if ["-j", "--jump"].contains(option) { return "a rule has one target" }
    if ExtensionRegistry.target(word) != nil || table?[word] != nil { return "a target follows -j" }
    return nil
  }

  private var onPort: String? {
    if word.hasSuffix(",") { return "no space may stand after a comma" }
    if word.contains(","), !before.contains("multiport") { return "several ports need -m multiport --dports" }
    if word.contains("-"), word.allSatisfy({ $0.isNumber || $0 == "-" }) {
      return "a range has a colon: \(word.replacing("-", with: ":"))"
    }
    let isNumber = word.allSatisfy(\.isNumber)
    return isNumber ? "ports go up to 65535" : ServiceNames.nearest(to: word).map { "did you mean \($0)?" }
  }

  private var onAddress: String? {
    if word.hasPrefix("!") {
      return "the ! stands before the option, with a space after it: ! \(before.last ?? "-s") \(word.dropFirst())"
    }
    if word.contains("*") { return "a network is written with a prefix length: 192.0.2.0/24" }
    if word.contains("-"), !word.contains(where: \.isLetter) {
      return "a range needs -m iprange --src-range or --dst-range"
    }
    if word.contains(where: { $0.isLetter && $0.isASCII }) { return "names are not looked up here: give the address" }
    return "an address has four numbers from 0 to 255"
  }

  // MARK: names

  private var onChain: String? {
    guard let table, !word.isEmpty else { return nil }
    let names = table.chains.map(\.name)
    if names.contains(word) { return nil }
    if let near = NearestWord.to(word, among: names) { return "did you mean the chain \(near)?" }
    if Hook(rawValue: word) != nil { return "the table \(table.name.rawValue) has no chain \(word)" }
    return "there is no chain \(word): a line `:\(word) - [0:0]' makes one"
  }

  private var onTarget: String? {
    let chains = table?.chains.filter { $0.policy == nil }.map(\.name) ?? []
    let known = ExtensionRegistry.targets.map { $0.name } + chains
    if let near = NearestWord.to(word, among: known) { return "did you mean \(near)?" }
    return "neither a chain that was made before nor a target known here"
  }

  private var onMatch: String? {
    NearestWord.to(word, among: ExtensionRegistry.matches.map { $0.name }).map { "did you mean \($0)?" }
      ?? "no match of that name is known here"
  }

  private var onState: String? {
    if word.hasSuffix(",") { return "no space may stand after a comma" }
    return meant(
      by: word.split(separator: ",").map(String.init),
      among: ["NEW", "ESTABLISHED", "RELATED", "INVALID", "UNTRACKED", "SNAT", "DNAT"])
  }

  private var onIndex: String? {
    guard let table, let chain = table[word] else { return nil }
    return "\(word) has \(chain.rules.count) rule\(chain.rules.count == 1 ? "" : "s")"
  }

  private func meant(by given: [String]? = nil, among known: [String]) -> String? {
    let unknown = (given ?? [word]).first { !known.contains($0.uppercased()) && !known.contains($0) }
    return unknown.flatMap { NearestWord.to($0, among: known) }.map { "did you mean \($0)?" }
  }
}
