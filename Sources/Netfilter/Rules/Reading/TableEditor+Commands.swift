/// Why a command that could be read was not carried out.
package enum CommandRefusal: Error {
  /// The command makes no sense here: what iptables says before it asks for the table.
  case usage(ParseFailure)
  /// The table cannot be changed so: what `iptc_strerror` says.
  case refused(TableEditor.Refusal)
}

extension TableEditor {
  /// Does what a command asks; `-L` and `-S` only make sure that their chain exists.
  package mutating func carryOut(_ command: RuleCommand, source: RuleSource?) throws(CommandRefusal) {
    guard let kind = command.kind else { return }
    let rules: [Rule]
    do { rules = kind.hasRule ? try self.rules(of: command, source: source) : [] } catch { throw .usage(error) }
    do { try carryOut(kind, command, rules) } catch { throw .refused(error) }
  }

  private mutating func carryOut(_ kind: RuleCommand.Kind, _ command: RuleCommand, _ rules: [Rule]) throws(Refusal) {
    let chain = command.chain ?? ""
    switch kind {
    case .append: try append(rules, to: chain)
    case .insert(let number): try insert(rules, into: chain, at: number)
    case .replace(let number):
      if let rule = rules.first { try replace(rule, in: chain, at: number) }
    case .delete: try delete(rules, from: chain)
    case .deleteNumber(let number): try delete(number: number, from: chain)
    case .check: try check(rules, in: chain)
    case .flush: try flush(command.chain)
    case .zero: try zero(command.chain)
    case .zeroNumber(let number): try zero(command.chain, rule: number)
    case .newChain: try create(chain)
    case .deleteChain: try delete(command.chain)
    case .renameChain(let name): try rename(chain, to: name)
    case .policy(let policy): try setPolicy(chain, policy, command.counters)
    case .version, .help: break
    case .list, .listRules:
      guard command.chain.map(has) ?? true else { throw Refusal("No chain/target/match by that name.") }
    }
  }

  /// A chain goes before a target of the same name, and iptables says so.
  package func warnings(of command: RuleCommand) -> [String] {
    command.target != nil && has(command.jump) ? ["Warning: using chain \(command.jump), not extension"] : []
  }

  /// The rules a command stands for: one for each pair of addresses.
  package func rules(of command: RuleCommand, source: RuleSource?) throws(ParseFailure) -> [Rule] {
    let action = try action(of: command)
    var rules: [Rule] = []
    for source in command.sources {
      for destination in command.destinations {
        var header = command.header
        (header.source, header.destination) = (source, destination)
        rules.append(
          Rule(header: header, matches: command.matches, action: action, counters: command.counters ?? Counters()))
      }
    }
    for index in rules.indices { rules[index].source = source }
    return rules
  }

  /// A chain goes before a target of the same name.
  private func action(of command: RuleCommand) throws(ParseFailure) -> Action {
    let name = command.jump
    if name.isEmpty { return .none }
    if has(name) { return command.isGoto ? .goto(name) : .jump(name) }
    if command.isGoto { throw ParseFailure(column: command.jumpColumn, "goto '\(name)' is not a chain") }
    guard let target = command.target else {
      throw ParseFailure(column: command.jumpColumn, "Couldn't load target `\(name)':No such file or directory")
    }
    return .target(target)
  }
}
