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
    var files: [String] = []
    var arguments = ArgumentReader(call.arguments)
    while let argument = arguments.next() {
      switch argument {
      case .option("c"), .option("counters"): options.keepsCounters = true
      case .option("n"), .option("noflush"): options.flushes = false
      case .option("t"), .option("test"): options.isTest = true
      case .option("T"), .option("table"): options.onlyTable = arguments.value()
      case .option("v"), .option("verbose"): options.isVerbose = true
      case .option("w"), .option("wait"), .option("W"), .option("wait-interval"): _ = arguments.attachedValue()
      case .option("V"), .option("version"): return ShellResult(output: "iptables-restore \(IptablesError.version)\n")
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
    var restoration = TableRestoration(options, shell.host)
    return restoration.run(text)
  }
}

/// One run of `iptables-restore` (`iptables/iptables-restore.c`): each table is loaded at its `COMMIT`, so that an error
/// leaves those before it changed.
private struct TableRestoration {
  struct Options {
    var keepsCounters = false
    var flushes = true
    var isTest = false
    var isVerbose = false
    var onlyTable: String?
  }

  private struct Stop: Error { let result: ShellResult }

  private let options: Options
  private let host: SimulatedHost
  private var editor: TableEditor?
  private var errors = IptablesError(program: "iptables-restore")
  private var line = 0
  private var output = ""

  init(_ options: Options, _ host: SimulatedHost) {
    self.options = options
    self.host = host
  }

  mutating func run(_ text: String) -> ShellResult {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Substring.init)
    do {
      for (index, text) in lines.enumerated() {
        if index == lines.count - 1, text.isEmpty { break }
        line = index + 1
        errors.line = line
        try read(text, hasEnd: index < lines.count - 1)
      }
    } catch {
      var result = error.result
      result.output = output
      return result
    }
    if editor != nil { return .failure("iptables-restore: COMMIT expected at line \(line + 1)") }
    return ShellResult(output: output)
  }

  private mutating func read(_ text: Substring, hasEnd: Bool) throws(Stop) {
    if text.isEmpty { return }
    if text.hasPrefix("#") {
      if options.isVerbose { output += text + "\n" }
      return
    }
    guard editor != nil else {
      guard text.hasPrefix("*") else { throw Stop(result: errors.refused("")) }
      return try open(text)
    }
    if text == "COMMIT", hasEnd { return try commit() }
    if text.hasPrefix(":") { return try declare(text) }
    try execute(text)
  }

  private mutating func open(_ text: Substring) throws(Stop) {
    guard let word = text.dropFirst().split(separator: " ").first else {
      throw usage("iptables-restore: line \(line) table name invalid")
    }
    guard let name = TableName(rawValue: String(word)) else {
      throw usage("iptables-restore: unable to initialize table '\(word)'")
    }
    var table = host.table(name).withoutPolicyCounters()
    if options.flushes {
      table.chains.removeAll { $0.policy == nil }
      for index in table.chains.indices { table.chains[index].rules = [] }
    }
    editor = TableEditor(table)
  }

  private mutating func commit() throws(Stop) {
    guard let table = editor?.sorted else { return }
    editor = nil
    guard !options.isTest, options.onlyTable.map({ $0 == table.name.rawValue }) ?? true else { return }
    do { try KernelChecks.check(table) } catch { throw Stop(result: errors.refused(error.systemText)) }
    host.load(table)
  }

  /// `:CHAIN POLICY [packets:bytes]`.
  private mutating func declare(_ text: Substring) throws(Stop) {
    let words = text.dropFirst().split { $0 == " " || $0 == "\t" }.map(String.init)
    guard let name = words.first else { throw usage("iptables-restore: line \(line) chain name invalid") }
    guard name.utf8.count < 29 else { throw usage("Invalid chain name `\(name)' (28 chars max)") }
    if editor?.isBuiltIn(name) != true {
      do throws(TableEditor.Refusal) {
        if !options.flushes, editor?.has(name) == true { try editor?.flush(name) } else { try editor?.create(name) }
      } catch { throw usage("error creating chain '\(name)':File exists") }
    }
    guard words.count > 1 else { throw usage("iptables-restore: line \(line) policy invalid") }
    guard words[1] != "-" else { return }
    var counters = Counters()
    if options.keepsCounters {
      guard words.count > 2, let given = Self.counters(words[2]) else {
        throw usage("invalid policy counters for chain '\(name)'")
      }
      counters = given
    }
    do { try editor?.setPolicy(name, words[1], counters) } catch {
      let why = error.message
      throw Stop(
        result: .failure(
          "iptables-restore \(IptablesError.version): Can't set policy `\(words[1])' on `\(name)' line \(line): \(why)")
      )
    }
  }

  /// `[packets:bytes]`.
  private static func counters(_ text: String) -> Counters? {
    let parts = text.dropFirst().dropLast().split(separator: ":")
    guard text.hasPrefix("["), text.hasSuffix("]"), parts.count == 2, let packets = UInt64(parts[0]),
      let bytes = UInt64(parts[1])
    else { return nil }
    return Counters(packets: packets, bytes: bytes)
  }

  private mutating func execute(_ text: Substring) throws(Stop) {
    var rest = text
    var counters: Counters?
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw usage("Bad line \(line): need ]") }
      if options.keepsCounters { counters = Self.counters(String(text[...end])) }
      rest = text[text.index(after: end)...]
    }
    guard var editor else { return }
    do {
      var words = try RestoreWords.split(rest)
      if let counters {
        words.append(RestoreWord("-c", column: 1))
        words += [counters.packets, counters.bytes].map { RestoreWord(String($0), column: 1) }
      }
      let command = try RuleCommandReader.read(words, table: editor.table.name.rawValue)
      try editor.carryOut(command, source: nil)
    } catch let failure as ParseFailure {
      throw usage(
        failure.message.hasPrefix("The -t option")
          ? "The -t option cannot be used in iptables-restore." : failure.message)
    } catch let refusal as CommandRefusal {
      switch refusal {
      case .usage(let failure): throw usage(failure.message)
      case .refused(let why): throw Stop(result: errors.refused(why.message))
      }
    } catch { throw usage("\(error)") }
    self.editor = editor
  }

  private func usage(_ message: String) -> Stop { Stop(result: errors.usage(message)) }
}
