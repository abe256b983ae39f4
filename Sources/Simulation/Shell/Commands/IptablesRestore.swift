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
    var files: [String] = []
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      switch argument {
      case .option("c"), .option("counters"): options.keepsCounters = true
      case .option("n"), .option("noflush"): options.flushes = false
      case .option("t"), .option("test"): tables.isTest = true
      case .option("T"), .option("table"): options.onlyTable = arguments.value()
      case .option("v"), .option("verbose"): tables.isVerbose = true
      case .option("w"), .option("wait"), .option("W"), .option("wait-interval"): _ = arguments.attachedValue()
      case .option("M"), .option("modprobe"): _ = arguments.value()
      case .option("V"), .option("version"): return ShellResult(output: "iptables-restore \(IptablesError.version)\n")
      case .option("h"), .option("help"): return ShellResult(output: help)
      case .option(let name):
        let what = name.count == 1 ? "invalid option -- '\(name)'" : "unrecognized option '--\(name)'"
        return .failure("iptables-restore: \(what)\nTry `iptables-restore -h' for more information.")
      case .operand(let file): files.append(file)
      }
    }
    guard files.count < 2 else { return .failure("Unknown arguments found on commandline") }
    var text = call.input ?? ""
    if let file = files.first {
      do { text = try shell.read(file) } catch { return .failure("Can't open \(file): \(error.reason)") }
    }
    tables.flushes = options.flushes
    var restoration = TableRestoration(options)
    var result = ShellResult()
    do { try restoration.run(text, on: &tables) } catch { result = failure(error, line: restoration.line) }
    result.output = tables.output
    result.errorOutput = tables.warnings + result.errorOutput
    return result
  }

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
  var isVerbose = false
  var flushes = true
  var output = ""
  var warnings = ""

  init(_ host: SimulatedHost) { self.host = host }

  mutating func table(_ name: TableName) -> Table {
    let table = host.table(name).withoutPolicyCounters()
    if isVerbose, flushes {
      output += table.chains.map { "Flushing chain `\($0.name)'\n" }.joined()
      output += table.chains.filter { $0.policy == nil }.map { "Deleting chain `\($0.name)'\n" }.joined()
    }
    return table
  }

  mutating func carryOut(_ command: RuleCommand, on editor: inout TableEditor, line: Int) throws(CommandRefusal) {
    switch command.kind {
    case .help: output += IptablesProgram.help("iptables-restore")
    case .version: output += "iptables-restore \(IptablesError.version)\n"
    default: try IptablesProgram.carryOut(command, on: &editor, isVerbose: isVerbose, saying: &output)
    }
  }

  mutating func commit(_ table: Table) throws(KernelChecks.Refusal) {
    if isTest { return }
    try KernelChecks.check(table)
    host.load(table)
  }

  mutating func comment(_ line: Substring) { if isVerbose { output += line + "\n" } }

  mutating func warn(_ warnings: [String], line: Int) { self.warnings += warnings.map { $0 + "\n" }.joined() }
}
