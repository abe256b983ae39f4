import Netfilter
import Wire

/// What `iptables -L` prints (`list_entries`, `print_firewall` in `iptables/iptables.c`).
struct RuleListing {
  /// `-n`: numbers for protocols, ports and addresses.
  var isNumeric = false
  /// `-v`: counters and interfaces.
  var isVerbose = false
  /// `-x`: counters in full.
  var isExact = false
  /// `--line-numbers`.
  var hasLineNumbers = false

  init(_ letters: Set<Character>) {
    isNumeric = letters.contains("n")
    isVerbose = letters.contains("v")
    isExact = letters.contains("x")
    hasLineNumbers = letters.contains("0")
  }

  /// The table, one chain of it, or one rule of that; `nil` where there is no such chain.
  func text(of table: Table, chain name: String?, rule number: Int?) -> String? {
    let chains = name.map { name in table.chains.filter { $0.name == name } } ?? table.chains
    guard !chains.isEmpty else { return nil }
    return chains.map { chain in
      var text = number == nil ? header(of: chain, in: table) : ""
      for (index, rule) in chain.rules.enumerated() where number.map({ $0 == index + 1 }) ?? true {
        text += line(rule, index + 1) + "\n"
      }
      return text
    }.joined(separator: "\n")
  }

  private func header(of chain: Chain, in table: Table) -> String {
    var text = "Chain \(chain.name)"
    if let policy = chain.policy {
      text += " (policy \(policy.rawValue)"
      if isVerbose {
        text +=
          " \(count(chain.counters.packets, isColumn: false)) packets, \(count(chain.counters.bytes, isColumn: false)) bytes"
      }
      text += ")\n"
    } else {
      let references = table.chains.reduce(0) { $0 + $1.rules.count { $0.targetChain == chain.name } }
      text += " (\(references) references)\n"
    }
    if hasLineNumbers { text += "num  " }
    if isVerbose { text += isExact ? "    pkts      bytes " : " pkts bytes " }
    text += "target     prot opt"
    if isVerbose { text += " in     out    " }
    return text + " " + "source".padded(right: 19) + "  " + "destination".padded(right: 19) + " \n"
  }

  private func line(_ rule: Rule, _ number: Int) -> String {
    let header = rule.header
    var text = hasLineNumbers ? String(number).padded(right: 4) + " " : ""
    if isVerbose { text += "\(count(rule.counters.packets)) \(count(rule.counters.bytes)) " }
    text += rule.targetName.padded(right: 9) + " "
    text += header.protocolInverted ? "!" : " "
    text += protocolText(header.protocolNumber).padded(right: 4) + " "
    text += (header.fragmentInverted ? "!" : "-") + (header.fragment ? "f" : "-") + " "
    if isVerbose {
      text += " " + interface(header.input).padded(right: 6) + " " + interface(header.output).padded(right: 6) + " "
    }
    text += address(header.source) + address(header.destination)
    if case .goto = rule.action { text += "[goto] " }
    return text + rule.listedExtensions(numeric: isNumeric)
  }

  /// The rule as `-v` shows it when it is added, deleted or looked for.
  static func changed(_ rule: Rule) -> String {
    let header = rule.header
    let listing = RuleListing(["n", "v"])
    var text = "\(rule.targetName) \(header.protocolInverted ? "!" : " ")"
    text += "\(ProtocolNames.ownName(header.protocolNumber) ?? String(header.protocolNumber)) "
    text += "opt \(header.fragmentInverted ? "!" : "-")\(header.fragment ? "f" : "-") "
    text += "in \(listing.interface(header.input)) out \(listing.interface(header.output)) "
    text += "\(header.source?.inverted == true ? "!" : " ")\(listing.addressText(header.source)) "
    text += "\(header.destination?.inverted == true ? "!" : " ")-> \(listing.addressText(header.destination))"
    text += "  "
    if case .goto = rule.action { text += "[goto] " }
    text += rule.matches.map(\.echoed).joined()
    if case .target(let target) = rule.action { text += target.echoed }
    return text + "\n"
  }

  private func protocolText(_ number: UInt8) -> String {
    isNumeric ? String(number) : ProtocolNames.listed(number) ?? String(number)
  }

  private func interface(_ match: RuleHeader.InterfaceMatch?) -> String {
    guard let match else { return isNumeric ? "*" : "any" }
    return (match.inverted ? "!" : "") + match.name
  }

  private func address(_ match: RuleHeader.AddressMatch?) -> String {
    (match?.inverted == true ? "!" : " ") + addressText(match).padded(right: 19) + " "
  }

  private func addressText(_ match: RuleHeader.AddressMatch?) -> String {
    guard let match, match.mask != 0 else { return isNumeric ? "0.0.0.0/0" : "anywhere" }
    let text = AddressText.withoutHostMask(match.address, match.mask)
    return isNumeric ? text : AddressText.named(text[...])
  }

  /// A counter; above 99999 in thousands, millions and so on, rounded (`xtables_print_num`).
  private func count(_ number: UInt64, isColumn: Bool = true) -> String {
    let text = isExact ? String(number) : Self.shortened(number)
    guard isColumn else { return text }
    return text.padded(left: isExact ? (isColumn ? 8 : 0) : 5)
  }

  private static func shortened(_ number: UInt64) -> String {
    if number <= 99_999 { return String(number) }
    var number = number
    for unit in ["K", "M", "G"] {
      number = (number &+ 500) / 1000
      if number <= 9999 { return "\(number)\(unit)" }
    }
    return "\((number &+ 500) / 1000)T"
  }
}

extension Rule {
  /// The name in the column `target`; empty where the rule has none.
  var targetName: String {
    switch action {
    case .none: ""
    case .target(let target): target.listedName
    case .jump(let chain), .goto(let chain): chain
    }
  }

  /// What follows the addresses: each match and the target in its own words.
  func listedExtensions(numeric: Bool) -> String {
    var text = matches.map { $0.listed(numeric: numeric) }.joined()
    if case .target(let target) = action { text += target.listed(numeric: numeric) }
    return text
  }
}

extension ProtocolNames {
  /// The name in a list of rules; 0 is `all`.
  static func listed(_ number: UInt8) -> String? { number == 0 ? "all" : name(number) }
}
