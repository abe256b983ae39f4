/// Matches and targets, and their options.
extension RuleCommandReader {
  mutating func loadMatch(_ name: String, column: Int) throws(ParseFailure) {
    guard name.utf8.count <= ChainName.longest else {
      throw ParseFailure(column: column, "Invalid match name \"\(name)\" (\(ChainName.longest) chars max)")
    }
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

  mutating func loadTarget(_ name: String) {
    guard !announced.contains(name), let type = ExtensionRegistry.target(name) else { return }
    target = Loaded(instance: type.init(), owner: load(type.options))
    noteTarget()
  }

  /// An option that nobody knows makes iptables try the match of the rule's protocol, once.
  mutating func loadImpliedMatch() throws(ParseFailure) -> Bool {
    guard let protocolName, !hasImpliedMatch else { return false }
    let name = CNumber.parse(protocolName, 0...255).map { ProtocolNames.name(UInt8($0)) ?? "" } ?? protocolName
    guard let type = ExtensionRegistry.match(name) else { return false }
    hasImpliedMatch = true
    add(type, sharingOptions: false)
    scanner.readAgain()
    return true
  }

  /// Keeps what the target has warned of since this was last asked.
  mutating func noteTarget() {
    guard let loaded = target else { return }
    command.warnings += loaded.instance.warnings.dropFirst(loaded.warnings)
    target?.warnings = loaded.instance.warnings.count
  }

  /// The same of a match.
  mutating func noteMatch(_ index: Int) {
    command.warnings += matches[index].instance.warnings.dropFirst(matches[index].warnings)
    matches[index].warnings = matches[index].instance.warnings.count
  }

  mutating func take(
    _ owner: Int, _ index: Int, _ value: RestoreWord?, _ word: RestoreWord
  ) throws(ParseFailure) {
    let option = options[owner][index]
    do {
      if let loaded = target, loaded.owner == owner {
        let given = try given(option, value, after: loaded.given, of: type(of: loaded.instance))
        try target?.instance.take(given)
        target?.given.append(option.name)
        noteTarget()
      } else if let index = matches.firstIndex(where: { $0.owner == owner && !$0.isComplete }) {
        let given = try given(option, value, after: matches[index].given, of: type(of: matches[index].instance))
        try matches[index].instance.take(given)
        matches[index].given.append(option.name)
        noteMatch(index)
      }
    } catch {
      if let warning = error.warning { command.warnings.append(warning) }
      throw ParseFailure(column: value?.column ?? word.column, error.message)
    }
  }

  /// The option as the extension takes it, once it may stand here; of a pair the second word is the next one.
  private mutating func given(
    _ option: OptionDefinition, _ value: RestoreWord?, after earlier: [String], of type: any RuleExtension.Type
  ) throws(OptionError) -> GivenOption {
    try OptionRules.check(option, inverted: inverted, after: earlier, of: type)
    var second: RestoreWord?
    if option.argument == .pair {
      second = scanner.takeOperand()
      guard second != nil else { throw OptionError(option.missingPair) }
    }
    return GivenOption(
      name: option.name, spoken: option.spoken, value: value?.text ?? "", second: second?.text ?? "",
      inverted: inverted, rule: command.header,
      sets: sets)
  }
}
