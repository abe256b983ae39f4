/// iptables' own options, those that ask for a command aside.
extension RuleCommandReader {
  mutating func take(_ letter: Character, _ value: RestoreWord?, _ word: RestoreWord) throws(ParseFailure) {
    if try takeCommand(letter, value, word) { return }
    if try takeSetting(letter, value, word) { return }
    let column = value?.column ?? word.column
    // For these, iptables takes the word before the next one, whatever the value was: `-jACCEPT` names the target `-jACCEPT`.
    let isAttached = column != word.column && column <= word.column + word.text.utf8.count
    let text = isAttached && "psdjio".contains(letter) ? word.text : value?.text ?? ""
    switch letter {
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
      if let problem = InterfaceName.problem(text) { throw ParseFailure(column: column, problem) }
      command.warnings += InterfaceName.warnings(text)
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
    default: break
    }
  }

  /// Takes what is no condition of a rule; `false` for what is one.
  private mutating func takeSetting(
    _ letter: Character, _ value: RestoreWord?, _ word: RestoreWord
  ) throws(ParseFailure) -> Bool {
    switch letter {
    case "c":
      try once("c", word)
      try refuseInversion("c", word)
      try takeCounters(value?.text ?? "", column: value?.column ?? word.column, word)
    case "t":
      guard mayNameTable else {
        throw ParseFailure(column: word.column, "The -t option cannot be used in iptables-restore.")
      }
      command.table = value?.text
    case "w" where mayNameTable:
      command.waits = true
      if let wait = value ?? scanner.takeOperand(), CNumber.prefix(wait.text[...]) == nil {
        throw ParseFailure(column: wait.column, "wait seconds not numeric")
      }
    case "W" where mayNameTable:
      guard value ?? scanner.takeOperand() != nil else {
        throw ParseFailure(column: word.column, "wait interval value required")
      }
      command.waitsInSteps = true
      command.warnings.append("Ignoring deprecated --wait-interval option.")
    case "w", "W":
      throw ParseFailure(column: word.column, "You cannot use `-\(letter)' from iptables-restore")
    case "v":
      try refuseInversion("v", word)
      command.listing.insert("v")
      command.verbosity += 1
    case "0", "x", "n":
      try once(letter, word)
      try refuseInversion(letter, word)
      command.listing.insert(letter)
    case "M": break
    default: return false
    }
    return true
  }

  func refuseInversion(_ letter: Character, _ word: RestoreWord) throws(ParseFailure) {
    guard !inverted else { throw ParseFailure(column: word.column, "cannot have ! before -\(letter)") }
  }

  /// `-c PACKETS BYTES`, or both in one word with a comma between.
  mutating func takeCounters(_ text: String, column: Int, _ word: RestoreWord) throws(ParseFailure) {
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
}
