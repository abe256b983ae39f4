import Wire

/// Reads the words of one iptables command (`do_parse` in `iptables/xshared.c`).
///
/// Options are taken in the order they stand: `-m` and `-j` load an extension's options, and an option nobody knows
/// makes iptables load the match that `-p` names.
package struct RuleCommandReader {
  private struct Loaded<Extension> {
    var instance: Extension
    var owner: Int
    var given: [String] = []
    /// A later instance of the same match takes the options from here on.
    var isComplete = false
  }

  private var scanner: OptionScanner
  private var command = RuleCommand()
  private let table: String
  /// Whether `-t` may be given: not within a table of a restore file.
  private let mayNameTable: Bool
  /// Names of chains that a restored file has declared: never looked up as targets (`xtables_announce_chain`).
  private let announced: Set<String>
  private let sets: SetCatalog?
  private var matches: [Loaded<any Match>] = []
  private var target: Loaded<any Target>?
  /// The options of each loaded extension, by owner.
  private var options: [[OptionDefinition]] = []
  private var protocolName: String?
  /// What follows `-s` and `-d`, read once all options are known.
  private var givenSource: GivenAddresses?
  private var givenDestination: GivenAddresses?

  private struct GivenAddresses {
    let text: String
    let inverted: Bool
    let column: Int
  }
  private var hasImpliedMatch = false
  private var seen: Set<Character> = []
  private var inverted = false

  init(_ words: [RestoreWord], table: String, mayNameTable: Bool, announced: Set<String>, sets: SetCatalog?) {
    scanner = OptionScanner(words)
    self.announced = announced
    self.table = table
    self.mayNameTable = mayNameTable
    self.sets = sets
  }

  /// - Parameter sets: what a rule may name with `--match-set`; `nil` where any name will do.
  package static func read(
    _ words: [RestoreWord], table: String, mayNameTable: Bool = false, announced: Set<String> = [], sets: SetCatalog?
  ) throws(ParseFailure) -> RuleCommand {
    var reader = Self(words, table: table, mayNameTable: mayNameTable, announced: announced, sets: sets)
    do { return try reader.read() } catch {
      var failure = error
      failure.warnings = reader.command.warnings
      throw failure
    }
  }

  private mutating func read() throws(ParseFailure) -> RuleCommand {
    loop: while true {
      if command.kind == .version || command.kind == .help { return command }
      switch scanner.scan() {
      case .end: break loop
      case .operand(let word):
        guard word.text == "!" else { throw ParseFailure(column: word.column, "Bad argument `\(word.text)'") }
        guard !inverted else { throw ParseFailure(column: word.column, "multiple consecutive ! not allowed") }
        inverted = true
        continue
      case .unknown(let word):
        if try loadImpliedMatch() { continue }
        throw ParseFailure(column: word.column, "unknown option \"\(word.text)\"")
      case .missingArgument(let word):
        if try loadImpliedMatch() { continue }
        throw ParseFailure(column: word.column, "option \"\(word.text)\" requires an argument")
      case .option(.own("6"), _, _): return RuleCommand()
      case .option(.own("V"), _, _): command.kind = .version
      case .option(.own("h"), _, _): command.kind = .help
      case .option(.own(let letter), let value, let word): try take(letter, value, word)
      case .option(.loaded(let owner, let index), let value, let word): try take(owner, index, value, word)
      }
      inverted = false
    }
    try finish()
    return command
  }

  // MARK: iptables' own options

  private mutating func take(_ letter: Character, _ value: RestoreWord?, _ word: RestoreWord) throws(ParseFailure) {
    let column = value?.column ?? word.column
    // For these, iptables takes the word before the next one, whatever the value was: `-jACCEPT` names the target `-jACCEPT`.
    let isAttached = column != word.column && column <= word.column + word.text.utf8.count
    let text = isAttached && "psdjio".contains(letter) ? word.text : value?.text ?? ""
    switch letter {
    case "A": try set(.append, chain: value, word)
    case "C": try set(.check, chain: value, word)
    case "D":
      try set(.delete, chain: value, word)
      if let number = try ruleNumber() { command.kind = .deleteNumber(number) }
    case "R":
      try set(.replace(0), chain: value, word)
      guard let number = try ruleNumber() else { throw ParseFailure(column: word.column, "-R requires a rule number") }
      command.kind = .replace(number)
    case "I":
      try set(.insert(1), chain: value, word)
      if let number = try ruleNumber() { command.kind = .insert(number) }
    case "L", "S":
      try set(letter == "L" ? .list : .listRules, chain: value ?? scanner.takeOperand(), word)
      command.number = try ruleNumber()
    case "F": try set(.flush, chain: value ?? scanner.takeOperand(), word)
    case "Z":
      try set(.zero, chain: value ?? scanner.takeOperand(), word)
      if let number = try ruleNumber() { command.kind = .zeroNumber(number) }
    case "N":
      if let problem = ChainName.problem(text) { throw ParseFailure(column: column, problem) }
      try set(.newChain, chain: value, word)
    case "X": try set(.deleteChain, chain: value ?? scanner.takeOperand(), word)
    case "E":
      try set(.renameChain(""), chain: value, word)
      guard let new = scanner.takeOperand() else {
        throw ParseFailure(column: word.column, "-E requires old-chain-name and new-chain-name")
      }
      command.kind = .renameChain(new.text)
    case "P":
      try set(.policy(""), chain: value, word)
      guard let policy = scanner.takeOperand() else {
        throw ParseFailure(column: word.column, "-P requires a chain and a policy")
      }
      command.kind = .policy(policy.text)
    case "p":
      try once("p", word)
      let name = text.lowercased()
      guard let number = ProtocolNames.number(name) else {
        throw ParseFailure(column: column, "unknown protocol \"\(name)\" specified")
      }
      guard number != 0 || !inverted else { throw ParseFailure(column: column, "rule would never match protocol") }
      protocolName = name
      command.header.protocolNumber = number
      command.header.protocolInverted = inverted
    case "s", "d":
      try once(letter, word)
      let given = GivenAddresses(text: text, inverted: inverted, column: column)
      if letter == "s" { givenSource = given } else { givenDestination = given }
    case "i", "o":
      try once(letter, word)
      guard value?.text.isEmpty == false else {
        throw ParseFailure(column: column, "Empty interface is likely to be undesired")
      }
      guard text.utf8.count < 16 else {
        throw ParseFailure(column: column, "interface name `\(text)' must be shorter than IFNAMSIZ (15)")
      }
      if text.contains(where: { $0 == "/" || $0 == " " }) {
        command.warnings.append(
          "Warning: weird character in interface `\(text)' ('/' and ' ' are not allowed by the kernel).")
      }
      let match = RuleHeader.InterfaceMatch(name: text, inverted: inverted)
      if letter == "i" { command.header.input = match } else { command.header.output = match }
    case "f":
      try once("f", word)
      command.header.fragment = true
      command.header.fragmentInverted = inverted
    case "j", "g":
      try once("j", word)
      try refuseInversion("j", word)
      if let problem = ChainName.targetProblem(text) { throw ParseFailure(column: column, problem) }
      (command.jump, command.jumpColumn, command.isGoto) = (text, column, letter == "g")
      if letter == "j" { loadTarget(text) }
    case "m":
      guard !inverted else { throw ParseFailure(column: word.column, "unexpected ! flag before --match") }
      try loadMatch(text, column: column)
    case "c":
      try once("c", word)
      try refuseInversion("c", word)
      try takeCounters(text, column: column, word)
    case "t":
      guard mayNameTable else {
        throw ParseFailure(column: word.column, "The -t option cannot be used in iptables-restore.")
      }
      command.table = text
    case "w" where mayNameTable:
      if let wait = value ?? scanner.takeOperand(), CNumber.prefix(wait.text[...]) == nil {
        throw ParseFailure(column: wait.column, "wait seconds not numeric")
      }
    case "W" where mayNameTable:
      guard value ?? scanner.takeOperand() != nil else {
        throw ParseFailure(column: word.column, "wait interval value required")
      }
      note(["Ignoring deprecated --wait-interval option."])
    case "w", "W":
      throw ParseFailure(column: word.column, "You cannot use `-\(letter)' from iptables-restore")
    case "v":
      try refuseInversion("v", word)
      command.listing.insert("v")
    case "0", "x", "n":
      try once(letter, word)
      try refuseInversion(letter, word)
      command.listing.insert(letter)
    case "b", "M": try once(letter, word)
    default: break
    }
  }

  private mutating func set(_ kind: RuleCommand.Kind, chain: RestoreWord?, _ word: RestoreWord) throws(ParseFailure) {
    guard !inverted else { throw ParseFailure(column: word.column, "unexpected '!' flag") }
    switch (command.kind, kind) {
    case (nil, _): command.kind = kind
    case (.list, .zero), (.listRules, .zero): command.zeroes = true
    case (.zero, .list), (.zero, .listRules): (command.kind, command.zeroes) = (kind, true)
    case (let other?, _):
      throw ParseFailure(column: word.column, "Cannot use -\(kind.letter) with -\(other.letter)")
    }
    guard chain != nil || command.chain == nil else { return }
    (command.chain, command.chainColumn) = (chain?.text, chain?.column)
  }

  private mutating func ruleNumber() throws(ParseFailure) -> Int? {
    guard let word = scanner.takeOperand() else { return nil }
    guard let number = CNumber.parse(word.text, 1...UInt64(Int32.max)) else {
      throw ParseFailure(column: word.column, "Invalid rule number `\(word.text)'")
    }
    return Int(number)
  }

  private mutating func once(_ letter: Character, _ word: RestoreWord) throws(ParseFailure) {
    guard seen.insert(letter).inserted else {
      throw ParseFailure(column: word.column, "multiple -\(letter) flags not allowed")
    }
  }

  private func refuseInversion(_ letter: Character, _ word: RestoreWord) throws(ParseFailure) {
    guard !inverted else { throw ParseFailure(column: word.column, "cannot have ! before -\(letter)") }
  }

  /// `-c PACKETS BYTES`, or both in one word with a comma between.
  private mutating func takeCounters(_ text: String, column: Int, _ word: RestoreWord) throws(ParseFailure) {
    let comma = text.dropFirst().firstIndex(of: ",")
    let second = comma.map { RestoreWord(String(text[text.index(after: $0)...]), column: column) }
    guard let second = second ?? scanner.takeOperand() else {
      throw ParseFailure(column: word.column, "-c requires packet and byte counter")
    }
    guard let packets = CounterText.number(text[...]) else {
      throw ParseFailure(column: column, "-c packet counter not numeric")
    }
    guard let bytes = CounterText.number(second.text[...]) else {
      throw ParseFailure(column: second.column, "-c byte counter not numeric")
    }
    command.counters = Counters(packets: packets, bytes: bytes)
  }

  // MARK: extensions

  private mutating func loadMatch(_ name: String, column: Int) throws(ParseFailure) {
    guard let type = ExtensionRegistry.match(name) else {
      throw ParseFailure(column: column, "Couldn't load match `\(name)':No such file or directory")
    }
    add(type, sharingOptions: true)
  }

  /// The second match of a kind takes over the options of the first.
  private mutating func add(_ type: any Match.Type, sharingOptions: Bool) {
    var owner: Int?
    for index in matches.indices where Swift.type(of: matches[index].instance).name == type.name {
      matches[index].isComplete = true
      if sharingOptions { owner = matches[index].owner }
    }
    matches.append(Loaded(instance: type.init(), owner: owner ?? load(type.options)))
  }

  private mutating func load(_ new: [OptionDefinition]) -> Int {
    options.append(new)
    scanner.load(new, owner: options.count - 1)
    return options.count - 1
  }

  private mutating func loadTarget(_ name: String) {
    guard !announced.contains(name), let type = ExtensionRegistry.target(name) else { return }
    let loaded = Loaded<any Target>(instance: type.init(), owner: load(type.options))
    note(loaded.instance.warnings)
    target = loaded
  }

  /// An option that nobody knows makes iptables try the match of the rule's protocol, once.
  private mutating func loadImpliedMatch() throws(ParseFailure) -> Bool {
    guard let protocolName, !hasImpliedMatch else { return false }
    let name = CNumber.parse(protocolName, 0...255).map { ProtocolNames.name(UInt8($0)) ?? "" } ?? protocolName
    guard let type = ExtensionRegistry.match(name) else { return false }
    hasImpliedMatch = true
    add(type, sharingOptions: false)
    scanner.readAgain()
    return true
  }

  /// Keeps what is not yet among the warnings.
  private mutating func note(_ warnings: [String]) {
    command.warnings += warnings.filter { !command.warnings.contains($0) }
  }

  private mutating func take(
    _ owner: Int, _ index: Int, _ value: RestoreWord?, _ word: RestoreWord
  ) throws(ParseFailure) {
    let option = options[owner][index]
    var second: RestoreWord?
    if option.argument == .pair {
      second = scanner.takeOperand()
      guard second != nil else { throw ParseFailure(column: word.column, "--\(option.name) requires two args.") }
    }
    let given = GivenOption(
      name: option.name, value: value?.text ?? "", second: second?.text ?? "", inverted: inverted, rule: command.header,
      sets: sets)
    do {
      if target?.owner == owner {
        try Self.take(given, option, &target, owner)
        note(target?.instance.warnings ?? [])
      } else if let index = matches.firstIndex(where: { $0.owner == owner && !$0.isComplete }) {
        try OptionRules.check(given, option, after: matches[index].given, of: type(of: matches[index].instance))
        try matches[index].instance.take(given)
        matches[index].given.append(option.name)
        note(matches[index].instance.warnings)
      }
    } catch {
      note([error.warning].compactMap { $0 })
      throw ParseFailure(column: value?.column ?? word.column, error.message)
    }
  }

  private static func take(
    _ given: GivenOption, _ option: OptionDefinition, _ target: inout Loaded<any Target>?, _ owner: Int
  ) throws(OptionError) {
    guard let loaded = target else { return }
    try OptionRules.check(given, option, after: loaded.given, of: type(of: loaded.instance))
    try target?.instance.take(given)
    target?.given.append(option.name)
  }

  // MARK: after the last word

  private mutating func finish() throws(ParseFailure) {
    if table == TableName.nat.rawValue, command.jump == DropTarget.name || command.kind == .policy(DropTarget.name) {
      throw ParseFailure(
        column: command.jumpColumn,
        "The \"nat\" table is not intended for filtering, the use of DROP is therefore inhibited.")
    }
    for index in matches.indices {
      do { try matches[index].instance.finish(command.header) } catch { throw ParseFailure(error.message) }
      try OptionRules.check(matches[index].given, of: type(of: matches[index].instance))
    }
    if var loaded = target {
      do { try loaded.instance.finish(command.header) } catch { throw ParseFailure(error.message) }
      try OptionRules.check(loaded.given, of: type(of: loaded.instance))
      target = loaded
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

  private static func addresses(_ given: GivenAddresses) throws(ParseFailure) -> [RuleHeader.AddressMatch?] {
    var result: [RuleHeader.AddressMatch?] = []
    for part in given.text.split(separator: ",", omittingEmptySubsequences: false) {
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
    if case .replace = kind, command.sources.count > 1 || command.destinations.count > 1 {
      throw ParseFailure("Replacement rule does not specify a unique address")
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
