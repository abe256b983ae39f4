import Netfilter

/// `iptables-restore` (1.8.9, legacy): loads whole tables.
enum IptablesRestore: ShellCommand {
  static let name = "iptables-restore"
  static let summary = "load rules that iptables-save printed"
  static let example = "iptables-restore < rules.v4"

  static func effect(of call: ShellCall) -> ShellEffect {
    call.arguments.contains("-t") || call.arguments.contains("--test") ? .reads : .rules
  }

  static func run(_ call: ShellCall, _ shell: Shell) -> ShellResult {
    var options = TableRestoration.Options()
    options.sets = shell.host.namespace.setCatalog
    var tables = HostTables(shell.host)
    var waits = false
    var waitsInSteps = false
    var words = OptionWords(call.arguments, letters: "bcvVthnwWT:M:", long: Self.options)
    while let found = words.next() {
      switch found {
      case .option("c", _): options.keepsCounters = true
      case .option("n", _): options.flushes = false
      case .option("t", _): tables.isTest = true
      case .option("T", let value): options.onlyTable = value
      case .option("v", _): tables.verbosity += 1
      case .option("w", let value):
        waits = true
        if let seconds = value ?? words.takeOperand(), CounterText.scan(seconds[...]) == nil {
          return tables.warned(IptablesError(program: name, line: 0).usage("wait seconds not numeric"))
        }
      case .option("W", let value):
        waitsInSteps = true
        guard value ?? words.takeOperand() != nil else {
          return tables.warned(IptablesError(program: name, line: 0).usage("wait interval value required"))
        }
        tables.warnings += "Ignoring deprecated --wait-interval option.\n"
      case .option("b", _): tables.warnings += "-b/--binary option is not implemented\n"
      case .option("V", _): return tables.warned(ShellResult(output: "iptables-restore \(IptablesError.version)\n"))
      case .option("h", _): return tables.warned(ShellResult(output: help))
      case .option: continue
      case .problem(let what):
        return tables.warned(.failure("iptables-restore: \(what)\nTry `iptables-restore -h' for more information."))
      }
    }
    var text = call.input ?? ""
    if let file = words.operands.first {
      guard words.operands.count < 2 else { return tables.warned(.failure("Unknown arguments found on commandline")) }
      do { text = try shell.read(file) } catch {
        return tables.warned(.failure("Can't open \(file): \(error.reason)"))
      }
    }
    if waitsInSteps, !waits { return tables.warned(.failure("Option --wait-interval requires option --wait")) }
    // Who does not empty the tables says nothing of what else it does, either, but for comments.
    tables.isQuiet = !options.flushes
    var restoration = TableRestoration(options)
    var result = ShellResult()
    do { try restoration.run(text, on: &tables) } catch { result = failure(error, line: restoration.line) }
    result.output = tables.output
    if tables.verbosity > 1, !tables.isQuiet { result.errorOutput += IptablesProgram.notModelledDump }
    return tables.warned(result)
  }

  private static let options: [OptionWords.Option] = [
    .init(name: "counters", letter: "c"), .init(name: "verbose", letter: "v"), .init(name: "version", letter: "V"),
    .init(name: "test", letter: "t"), .init(name: "help", letter: "h"), .init(name: "noflush", letter: "n"),
    .init(name: "modprobe", letter: "M", argument: .required), .init(name: "table", letter: "T", argument: .required),
    .init(name: "wait", letter: "w", argument: .optional),
    .init(name: "wait-interval", letter: "W", argument: .optional),
  ]

  /// How `iptables-restore` says why it stops.
  private static func failure(_ stop: TableRestoration.Stop, line: Int) -> ShellResult {
    let errors = IptablesError(program: name, line: line)
    let result =
      switch stop.kind {
      case .usage: errors.usage(stop.message.hasPrefix("need ") ? "Bad line \(line): \(stop.message)" : stop.message)
      case .line: errors.usage("iptables-restore: line \(line) \(stop.message)")
      case .noTable: errors.usage("iptables-restore: \(stop.message)")
      case .failed: errors.refused("")
      case .policy: ShellResult.failure("iptables-restore \(IptablesError.version): \(stop.message)")
      case .incomplete: ShellResult.failure("iptables-restore: \(stop.message)")
      }
    return errors.warned(stop.warnings, result)
  }

  private static let help = """
    iptables-restore [-c] [-n] [-t] [-v] [-T table] [file]
      -c, --counters   take the counters of the file over
      -n, --noflush    add to what is there
      -t, --test       read, but change nothing
      -v, --verbose    say what is done
      -T, --table      only this table

    """
}

/// The tables of the simulated host, as `iptables-restore` changes them.
private struct HostTables: TableRestoration.Tables {
  private let host: SimulatedHost
  var isTest = false
  /// How often `-v` was given.
  var verbosity = 0
  /// What is done to the tables is not said all the same.
  var isQuiet = false
  var output = ""
  var warnings = ""

  init(_ host: SimulatedHost) { self.host = host }

  /// A result after what was said before.
  func warned(_ result: ShellResult) -> ShellResult {
    var result = result
    result.errorOutput = warnings + result.errorOutput
    return result
  }

  mutating func table(_ name: TableName) -> Table {
    let table = host.table(name).withoutPolicyCounters()
    if verbosity > 0, !isQuiet {
      output += table.chains.map { "Flushing chain `\($0.name)'\n" }.joined()
      output += table.chains.filter { $0.policy == nil }.map { "Deleting chain `\($0.name)'\n" }.joined()
    }
    return table
  }

  mutating func carryOut(_ command: RuleCommand, on editor: inout TableEditor, line: Int) throws(CommandRefusal) {
    switch command.kind {
    case .help: output += IptablesProgram.help("iptables-restore")
    case .version: output += "iptables-restore \(IptablesError.version)\n"
    default: try IptablesProgram.carryOut(command, on: &editor, verbosity: isQuiet ? 0 : verbosity, saying: &output)
    }
  }

  mutating func commit(_ table: Table) throws(KernelChecks.Refusal) {
    if isTest { return }
    try KernelChecks.check(table, beside: host.namespace.ruleset.tables)
    host.load(table)
  }

  mutating func comment(_ line: Substring) { if verbosity > 0 { output += line } }

  mutating func warn(_ warnings: [String], line: Int) { self.warnings += warnings.map { $0 + "\n" }.joined() }
}
