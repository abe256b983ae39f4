/// What iptables finds out after the last word.
extension RuleCommandReader {
  mutating func finish() throws(ParseFailure) {
    if command.table ?? table == TableName.nat.rawValue,
      command.jump == DropTarget.name || command.kind == .policy(DropTarget.name)
    {
      throw ParseFailure(
        column: command.jumpColumn,
        "The \"nat\" table is not intended for filtering, the use of DROP is therefore inhibited.")
    }
    if command.waitsInSteps, !command.waits {
      throw ParseFailure("--wait-interval only makes sense with --wait\n")
    }
    for index in matches.indices {
      do { try matches[index].instance.finish(command.header) } catch { throw ParseFailure(error.message) }
      noteMatch(index)
      try OptionRules.check(matches[index].given, of: type(of: matches[index].instance))
    }
    if let loaded = target {
      do { try target?.instance.finish(command.header) } catch { throw ParseFailure(error.message) }
      noteTarget()
      try OptionRules.check(loaded.given, of: type(of: loaded.instance))
    }
    if let word = scanner.rest.first {
      throw ParseFailure(column: word.column, "unknown arguments found on commandline")
    }
    guard command.kind != nil else { throw ParseFailure("no command specified") }
    guard !inverted else { throw ParseFailure("nothing appropriate following !") }
    try readAddresses()
    try checkOptions()
    command.matches = matches.map(\.instance)
    command.target = target?.instance
  }

  /// Reads what follows `-s` and `-d` (`ipv4_post_parse`).
  private mutating func readAddresses() throws(ParseFailure) {
    if let given = givenSource { command.sources = try Self.addresses(given) }
    if let given = givenDestination { command.destinations = try Self.addresses(given) }
    let isInverted = givenSource?.inverted == true || givenDestination?.inverted == true
    guard isInverted, command.sources.count > 1 || command.destinations.count > 1 else { return }
    throw ParseFailure(
      column: (command.sources.count > 1 ? givenSource : givenDestination)?.column,
      "! not allowed with multiple source or destination IP addresses")
  }

  /// In bytes.
  private static let longestHost = 255

  private static func addresses(_ given: GivenAddresses) throws(ParseFailure) -> [RuleHeader.AddressMatch?] {
    var result: [RuleHeader.AddressMatch?] = []
    for part in given.text.split(separator: ",", omittingEmptySubsequences: false) {
      guard part.utf8.count <= Self.longestHost else { throw ParseFailure(column: given.column, "Hostname too long") }
      do {
        let (address, mask) = try AddressReading.network(part.drop { $0 == " " })
        let isAll = address == .any && mask == 0 && !given.inverted
        result.append(isAll ? nil : .init(address: address, mask: mask, inverted: given.inverted))
      } catch { throw ParseFailure(column: given.column, error.message) }
    }
    return result
  }

  /// The order in which options are checked (`optflags`).
  private static let optionOrder: [Character] = ["n", "s", "d", "p", "j", "v", "x", "i", "o", "0", "c", "f"]

  /// Options that the command does not take, interfaces that the chain has not (`generic_opt_check`).
  private func checkOptions() throws(ParseFailure) {
    guard let kind = command.kind else { return }
    if case .replace = kind, command.sources.count > 1 || command.destinations.count > 1 {
      throw ParseFailure("Replacement rule does not specify a unique address")
    }
    let legal: Set<Character>
    switch kind {
    case .append, .insert, .replace: legal = ["s", "d", "p", "j", "i", "o", "c", "f"]
    case .delete, .check: legal = ["s", "d", "p", "j", "i", "o", "f"]
    case .policy: legal = ["c"]
    case .list: legal = ["n", "x", "0"]
    case .version, .help: return
    default: legal = []
    }
    let wrong = seen.subtracting(["h", "V", "b", "M"]).subtracting(legal)
    if let wrong = Self.optionOrder.first(where: wrong.contains) {
      throw ParseFailure("Illegal option `-\(wrong)' with this command")
    }
    if let chain = command.chain, chain.utf8.count > ChainName.longest {
      throw ParseFailure(
        column: command.chainColumn, "chain name `\(chain)' too long (must be under \(ChainName.longest + 1) chars)")
    }
    let checksInterfaces: Bool
    if case .deleteNumber = kind { checksInterfaces = true } else { checksInterfaces = kind.hasRule }
    guard checksInterfaces, let chain = command.chain else { return }
    if ["PREROUTING", "INPUT"].contains(chain), seen.contains("o") {
      throw ParseFailure("Can't use -o with \(chain)")
    }
    if ["POSTROUTING", "OUTPUT"].contains(chain), seen.contains("i") {
      throw ParseFailure("Can't use -i with \(chain)")
    }
  }
}
