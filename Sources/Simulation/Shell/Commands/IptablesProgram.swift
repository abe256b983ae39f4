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
      let command = try? RuleCommandReader.read(words, table: TableName.filter.rawValue, mayNameTable: true, sets: nil)
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
      command = try RuleCommandReader.read(
        words, table: TableName.filter.rawValue, mayNameTable: true, sets: shell.host.namespace.setCatalog)
    } catch { return errors.warned(error.warnings, errors.usage(error.message)) }
    switch command.kind {
    case nil: return errors.warned(command.warnings, errors.usageHint)
    case .version: return ShellResult(output: "iptables \(IptablesError.version)\n")
    case .help: return ShellResult(output: help("iptables"))
    default: break
    }
    let tableName = command.table ?? TableName.filter.rawValue
    guard let name = TableName(rawValue: tableName) else {
      return errors.warned(command.warnings, errors.noTable(tableName))
    }
    let table = shell.host.table(name)
    let warnings = command.warnings + TableEditor(table).warnings(of: command)
    var result = errors.warned(warnings, run(command, on: table, shell))
    if command.verbosity > 1 { result.errorOutput += notModelledDump }
    return result
  }

  /// What a second `-v` adds: how the C library lays the table out.
  static let notModelledDump = "not modelled: what a second -v prints, the table as it lies in memory\n"

  private static func run(_ command: RuleCommand, on table: Table, _ shell: Shell) -> ShellResult {
    var editor = TableEditor(table)
    var output = ""
    do throws(CommandRefusal) {
      try carryOut(command, on: &editor, saying: &output)
    } catch {
      switch error {
      case .usage(let failure): return errors.usage(failure.message)
      case .refused(let why):
        var result = errors.refused(why.message)
        result.output = output
        return result
      }
    }
    let isChange =
      switch command.kind {
      case .check: false
      case .list, .listRules: command.zeroes
      default: true
      }
    guard isChange else { return ShellResult(output: output) }
    do { try KernelChecks.check(editor.sorted, beside: shell.host.namespace.ruleset.tables) } catch {
      var result = errors.refused(error.systemText)
      result.output = output
      return result
    }
    let setsCounters = command.counters != nil ? command.chain : nil
    shell.host.load(editor.sorted.withoutPolicyCounters(but: setsCounters))
    return ShellResult(output: output)
  }

  /// Does what a command asks; `output` takes what iptables prints, also where it then refuses the command.
  static func carryOut(
    _ command: RuleCommand, on editor: inout TableEditor, source: RuleSource? = nil, verbosity: Int = 0,
    saying output: inout String
  ) throws(CommandRefusal) {
    let counts = verbosity > 0 || command.listing.contains("v")
    if counts { output += try announcement(command, editor) }
    try editor.carryOut(command, source: source)
    guard command.kind == .list || command.kind == .listRules else { return }
    var letters = command.listing
    if counts { letters.insert("v") }
    output += listing(command, letters, editor.sorted)
    guard command.zeroes else { return }
    do { try editor.zero(command.chain) } catch { throw .refused(error) }
    if counts {
      let names = command.chain.map { [$0] } ?? editor.sorted.chains.map(\.name)
      output += names.map { "Zeroing chain `\($0)'\n" }.joined()
    }
  }

  /// What `-v` says of a change.
  private static func announcement(_ command: RuleCommand, _ editor: TableEditor) throws(CommandRefusal) -> String {
    let all = command.chain.map { [$0] }
    func each(_ verb: String, _ chains: [Chain]) -> String {
      (all ?? chains.map(\.name)).map { "\(verb) chain `\($0)'\n" }.joined()
    }
    switch command.kind {
    case .flush: return each("Flushing", editor.sorted.chains)
    case .zero: return each("Zeroing", editor.sorted.chains)
    case .deleteChain: return each("Deleting", editor.sorted.chains.filter { $0.policy == nil })
    case .append, .insert, .delete, .replace, .check:
      do throws(ParseFailure) {
        return try editor.rules(of: command, source: nil).map(RuleListing.changed).joined()
      } catch { throw .usage(error) }
    default: return ""
    }
  }

  private static func listing(_ command: RuleCommand, _ letters: Set<Character>, _ table: Table) -> String {
    let text =
      command.kind == .list
      ? RuleListing(letters).text(of: table, chain: command.chain, rule: command.number)
      : rules(command, letters.contains("v"), table)
    return text ?? ""
  }

  /// `-S`: the chains, then the rules, as commands.
  private static func rules(_ command: RuleCommand, _ counts: Bool, _ table: Table) -> String? {
    let chains = command.chain.map { name in table.chains.filter { $0.name == name } } ?? table.chains
    guard !chains.isEmpty else { return nil }
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
  static func help(_ program: String) -> String {
    """
    \(program) \(IptablesError.version)

    iptables [-t table] -A|-C|-D chain rule      iptables [-t table] -D chain number
    iptables [-t table] -I chain [number] rule   iptables [-t table] -R chain number rule
    iptables [-t table] -L|-S [chain [number]] [-n] [-v] [-x] [--line-numbers]
    iptables [-t table] -F|-Z [chain]            iptables [-t table] -Z chain number
    iptables [-t table] -N|-X chain              iptables [-t table] -E old-name new-name
    iptables [-t table] -P chain ACCEPT|DROP

    The manual pages iptables(8) and iptables-extensions(8) describe what a rule may say.

    """
  }
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
