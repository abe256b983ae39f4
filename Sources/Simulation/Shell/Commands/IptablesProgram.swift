import Netfilter

/// `iptables` (1.8.9, legacy): the firewall's rules.
enum IptablesProgram: ShellCommand {
  static let name = "iptables"
  static let summary = "list and change the firewall's rules"
  static let example = "iptables -nvL --line-numbers"

  private static let errors = IptablesError(program: "iptables")

  static func effect(of call: ShellCall) -> ShellEffect {
    let words = call.arguments.map { RestoreWord($0, column: 1) }
    guard
      let command = try? RuleCommandReader.read(words, table: tableName(call.arguments), mayNameTable: true)
    else { return .reads }
    switch command.kind {
    case nil, .version, .help, .check: return .reads
    case .list, .listRules: return command.zeroes ? .moves : .reads
    case .zero, .zeroNumber: return .moves
    default: return .rules
    }
  }

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    let words = call.arguments.map { RestoreWord($0, column: 1) }
    let command: RuleCommand
    do {
      command = try RuleCommandReader.read(words, table: tableName(call.arguments), mayNameTable: true)
    } catch { return errors.usage(error.message) }
    switch command.kind {
    case nil: return errors.usageHint
    case .version: return ShellResult(output: "iptables \(IptablesError.version)\n")
    case .help: return ShellResult(output: help)
    default: break
    }
    let tableName = command.table ?? TableName.filter.rawValue
    guard let name = TableName(rawValue: tableName) else { return errors.noTable(tableName) }
    return run(command, on: shell.host.table(name), shell)
  }

  /// The table that the last `-t` names, as far as the words tell before they are read.
  private static func tableName(_ words: [String]) -> String {
    guard let place = words.lastIndex(where: { $0 == "-t" || $0 == "--table" }), place + 1 < words.count else {
      return TableName.filter.rawValue
    }
    return words[place + 1]
  }

  private static func run(_ command: RuleCommand, on table: Table, _ shell: Shell) -> ShellResult {
    switch command.kind {
    case .list, .listRules: return list(command, table, shell)
    default: break
    }
    var editor = TableEditor(table)
    var output = ""
    do throws(CommandRefusal) {
      if command.listing.contains("v") { output = try announcement(command, editor) }
      try editor.carryOut(command, source: nil)
    } catch {
      switch error {
      case .usage(let failure): return errors.usage(failure.message)
      case .refused(let why):
        var result = errors.refused(why.message)
        result.output = output
        return result
      }
    }
    if command.kind == .check { return ShellResult(output: output) }
    do { try KernelChecks.check(editor.sorted) } catch { return errors.refused(error.systemText) }
    let setsCounters = command.counters != nil ? command.chain : nil
    shell.host.load(editor.sorted.withoutPolicyCounters(but: setsCounters))
    return ShellResult(output: output)
  }

  /// What `-v` says of a change.
  private static func announcement(_ command: RuleCommand, _ editor: TableEditor) throws(CommandRefusal) -> String {
    let all = command.chain.map { [$0] }
    func each(_ verb: String, _ chains: [Chain]) -> String {
      (all ?? chains.map(\.name)).map { "\(verb) chain `\($0)'\n" }.joined()
    }
    switch command.kind {
    case .flush: return each("Flushing", editor.table.chains)
    case .zero: return each("Zeroing", editor.table.chains)
    case .deleteChain: return each("Deleting", editor.table.chains.filter { $0.policy == nil })
    case .append, .insert, .delete, .replace, .check:
      do throws(ParseFailure) {
        return try editor.rules(of: command, source: nil).map(RuleListing.changed).joined()
      } catch { throw .usage(error) }
    default: return ""
    }
  }

  private static func list(_ command: RuleCommand, _ table: Table, _ shell: Shell) -> ShellResult {
    let listed =
      command.kind == .list
      ? RuleListing(command.listing).text(of: table, chain: command.chain, rule: command.number)
      : rules(command, table)
    guard var output = listed else { return errors.refused("No chain/target/match by that name.") }
    if command.zeroes {
      var editor = TableEditor(table)
      do { try editor.zero(command.chain) } catch { return errors.refused(error.message) }
      shell.host.load(editor.sorted.withoutPolicyCounters())
      if command.listing.contains("v") {
        let names = command.chain.map { [$0] } ?? table.chains.map(\.name)
        output += names.map { "Zeroing chain `\($0)'\n" }.joined()
      }
    }
    return ShellResult(output: output)
  }

  /// `-S`: the chains, then the rules, as commands.
  private static func rules(_ command: RuleCommand, _ table: Table) -> String? {
    let chains = command.chain.map { name in table.chains.filter { $0.name == name } } ?? table.chains
    guard !chains.isEmpty else { return nil }
    let counts = command.listing.contains("v")
    let text = { (counters: Counters) in counts ? " -c \(counters.packets) \(counters.bytes)" : "" }
    var output = ""
    if command.number == nil {
      for chain in chains {
        output +=
          chain.policy.map { "-P \(chain.name) \($0.rawValue)\(text(chain.counters))\n" } ?? "-N \(chain.name)\n"
      }
    }
    for chain in chains {
      for (index, rule) in chain.rules.enumerated() where command.number.map({ $0 == index + 1 }) ?? true {
        output += "-A \(chain.name)" + rule.savedConditions + text(rule.counters) + rule.savedAction + "\n"
      }
    }
    return output
  }

  /// Our own words: what is simulated is what `iptables(8)` describes.
  private static let help = """
    iptables \(IptablesError.version)

    iptables [-t table] -A|-C|-D chain rule      iptables [-t table] -D chain number
    iptables [-t table] -I chain [number] rule   iptables [-t table] -R chain number rule
    iptables [-t table] -L|-S [chain [number]] [-n] [-v] [-x] [--line-numbers]
    iptables [-t table] -F|-Z [chain]            iptables [-t table] -Z chain number
    iptables [-t table] -N|-X chain              iptables [-t table] -E old-name new-name
    iptables [-t table] -P chain ACCEPT|DROP

    The manual pages iptables(8) and iptables-extensions(8) describe what a rule may say.

    """
}

extension Table {
  /// iptables-legacy 1.8.9 hands the counters of rules back to the kernel whenever it changes a table, but not those of
  /// policies, which begin again from zero.
  func withoutPolicyCounters(but chain: String? = nil) -> Table {
    var table = self
    for index in table.chains.indices where table.chains[index].name != chain {
      table.chains[index].counters = Counters()
    }
    return table
  }
}

extension SimulatedHost {
  /// A table as it stands; the kernel makes one when it is first touched.
  func table(_ name: TableName) -> Table {
    if let table = namespace.tables[name] { return table.table }
    let table = Table(empty: name)
    load(table)
    return table
  }
}
