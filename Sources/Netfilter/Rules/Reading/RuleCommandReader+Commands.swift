extension RuleCommandReader {
  /// Takes the letter of a command; `false` for one that is none.
  mutating func takeCommand(_ letter: Character, _ value: RestoreWord?, _ word: RestoreWord) throws(ParseFailure)
    -> Bool
  {
    let text = value?.text ?? ""
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
      if let problem = ChainName.problem(text) { throw ParseFailure(column: value?.column ?? word.column, problem) }
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
    default: return false
    }
    return true
  }

  mutating func set(_ kind: RuleCommand.Kind, chain: RestoreWord?, _ word: RestoreWord) throws(ParseFailure) {
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

  mutating func ruleNumber() throws(ParseFailure) -> Int? {
    guard let word = scanner.takeOperand() else { return nil }
    guard let number = CNumber.parse(word.text, 1...UInt64(Int32.max)) else {
      throw ParseFailure(column: word.column, "Invalid rule number `\(word.text)'")
    }
    return Int(number)
  }

  mutating func once(_ letter: Character, _ word: RestoreWord) throws(ParseFailure) {
    guard seen.insert(letter).inserted else {
      throw ParseFailure(column: word.column, "multiple -\(letter) flags not allowed")
    }
  }
}
