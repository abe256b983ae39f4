/// Carries out text in the language of `iptables-restore`, line by line (`iptables/iptables-restore.c`). Each table is
/// handed over at its `COMMIT`, so what stands before an error has been done.
package struct TableRestoration {
  package struct Options: Sendable {
    /// `-c`: counters are taken over.
    package var keepsCounters = false
    /// Without `-n`: a table is emptied before its first line.
    package var flushes = true
    /// `-T`: other tables are passed over.
    package var onlyTable: String?
    /// The sets that rules may name.
    package var sets = SetCatalog()
    package init() {}
  }

  /// Why the run ends at a line.
  package struct Stop: Error {
    package enum Kind {
      /// The line makes no sense; `message` is iptables' own.
      case usage
      /// The same, of the line as a whole.
      case line
      /// There is no such table.
      case noTable
      /// The table does not allow it: iptables says no more than that the line failed.
      case failed
      /// A policy that cannot be set.
      case policy
      /// `COMMIT` is missing at the end of the text.
      case incomplete
    }
    package let kind: Kind
    package let column: Int?
    package let message: String
    package let warnings: [String]

    init(_ kind: Kind, column: Int? = nil, _ message: String, warnings: [String] = []) {
      self.kind = kind
      self.column = column
      self.message = message
      self.warnings = warnings
    }

    fileprivate init(_ failure: ParseFailure) {
      self.init(.usage, column: failure.column, failure.message, warnings: failure.warnings)
    }
  }

  /// What happens to the tables that a text is about.
  package protocol Tables {
    /// The table as it stands.
    mutating func table(_ name: TableName) -> Table
    /// A command of a line, read: carries it out.
    mutating func carryOut(_ command: RuleCommand, on editor: inout TableEditor, line: Int) throws(CommandRefusal)
    /// The table is done. Own chains are sorted.
    mutating func commit(_ table: Table) throws(KernelChecks.Refusal)
    /// A line of comment, with its line feed where it has one.
    mutating func comment(_ line: Substring)
    /// What iptables warns of.
    mutating func warn(_ warnings: [String], line: Int)
  }

  /// `iptables-restore` reads at most so many bytes as one line.
  private static let longestLine = 10_239

  private let options: Options
  private var editor: TableEditor?
  private var isPassedOver = false
  private var announced: Set<String> = []
  /// The line being read, from 1.
  package private(set) var line = 0

  /// The table that the text is about, as far as it has been read; `nil` between two.
  package var table: Table? { editor?.table }

  package init(_ options: Options = Options()) {
    self.options = options
    // Before the first table nothing is in one that was asked for.
    isPassedOver = options.onlyTable.map { !$0.isEmpty } ?? false
  }

  /// Reads a whole text. `-h` and `-V` in a line end the run there, as iptables prints its help and leaves.
  package mutating func run(_ text: String, on tables: inout some Tables) throws(Stop) {
    let lines = text.byteLines
    for (index, whole) in lines.map(\.utf8).enumerated() {
      let isLast = index == lines.count - 1
      if isLast, whole.isEmpty { break }
      var rest = whole
      repeat {
        let part = rest.prefix(Self.longestLine)
        rest = rest.dropFirst(part.count)
        line += 1
        guard try read(Substring(part), hasEnd: rest.isEmpty && !isLast, on: &tables) else { return }
      } while !rest.isEmpty
    }
    guard editor == nil else {
      line += 1
      throw Stop(.incomplete, "COMMIT expected at line \(line)")
    }
  }

  /// Whether the run goes on after this line.
  private mutating func read(_ text: Substring, hasEnd: Bool, on tables: inout some Tables) throws(Stop) -> Bool {
    guard let first = text.first else { return true }
    if first == "#" {
      tables.comment(hasEnd ? text + "\n" : text)
      return true
    }
    guard editor != nil else {
      if first == "*" {
        try open(text, on: &tables)
      } else if !isPassedOver {
        throw Stop(.failed, column: 1, "expected a table (`*filter') before `\(text.prefix(40))'")
      }
      return true
    }
    if text == "COMMIT", hasEnd {
      try commit(on: &tables)
    } else if first == ":" {
      try declare(text)
    } else {
      return try execute(hasEnd ? text + "\n" : text, on: &tables)
    }
    return true
  }

  private mutating func open(_ text: Substring, on tables: inout some Tables) throws(Stop) {
    guard let word = text.dropFirst().split(whereSeparator: Self.isSpace).first else {
      throw Stop(.line, column: 1, "table name invalid")
    }
    isPassedOver = options.onlyTable.map { $0 != word } ?? false
    if isPassedOver { return }
    guard let name = TableName(rawValue: String(word)) else {
      throw Stop(.noTable, column: 2, "unable to initialize table '\(word)'")
    }
    var table = tables.table(name)
    if options.flushes {
      table.chains.removeAll { $0.policy == nil }
      for index in table.chains.indices { table.chains[index].rules = [] }
    }
    editor = TableEditor(table)
  }

  private mutating func commit(on tables: inout some Tables) throws(Stop) {
    guard let table = editor?.sorted else { return }
    do { try tables.commit(table) } catch {
      let place = error.rule?.source.map { " (the rule of line \($0.line))" } ?? ""
      throw Stop(.failed, "the kernel refuses the table: \(error.message)\(place)")
    }
    editor = nil
  }

  /// `:CHAIN POLICY [packets:bytes]`.
  private mutating func declare(_ text: Substring) throws(Stop) {
    let words = text.dropFirst().split(whereSeparator: Self.isSpace)
    guard let name = words.first.map(String.init) else { throw Stop(.line, column: 1, "chain name invalid") }
    guard name.utf8.count <= ChainName.longest else {
      throw Stop(.usage, column: 2, "Invalid chain name `\(name)' (\(ChainName.longest) chars max)")
    }
    announced.insert(name)
    if editor?.isBuiltIn(name) != true {
      do throws(TableEditor.Refusal) {
        if !options.flushes, editor?.has(name) == true { try editor?.flush(name) } else { try editor?.create(name) }
      } catch { throw Stop(.usage, column: 2, "error creating chain '\(name)':File exists") }
    }
    guard words.count > 1 else { throw Stop(.line, column: 1, "policy invalid") }
    let policy = String(words[1])
    guard policy != "-" else { return }
    var counters = Counters()
    if options.keepsCounters {
      guard words.count > 2, let given = CounterText.pair(words[2]) else {
        throw Stop(.usage, column: 1, "invalid policy counters for chain '\(name)'")
      }
      counters = given
    }
    do { try editor?.setPolicy(name, policy, counters) } catch {
      throw Stop(.policy, column: 2, "Can't set policy `\(policy)' on `\(name)' line \(line): \(error.message)")
    }
  }

  private mutating func execute(_ text: Substring, on tables: inout some Tables) throws(Stop) -> Bool {
    guard var editor else { return true }
    // Held in one place only, so that a rule is added without a copy of all others.
    self.editor = nil
    defer { self.editor = editor }
    let command: RuleCommand
    do { command = try read(text, table: editor.table.name) } catch { throw Stop(error) }
    tables.warn(command.warnings + editor.warnings(of: command), line: line)
    do { try tables.carryOut(command, on: &editor, line: line) } catch {
      switch error {
      case .usage(let failure): throw Stop(failure)
      case .refused(let refusal): throw Stop(.failed, column: command.chainColumn, refusal.message)
      }
    }
    return command.kind != .help && command.kind != .version
  }

  private func read(_ text: Substring, table: TableName) throws(ParseFailure) -> RuleCommand {
    var words: [RestoreWord] = []
    var rest = text
    if let prefix = try CounterText.prefix(of: text) {
      rest = prefix.rule
      if options.keepsCounters {
        let given = ["-c", String(prefix.packets), String(prefix.bytes)]
        words = given.map { RestoreWord($0, column: 1) }
      }
    }
    let skipped = text.utf8.distance(from: text.startIndex, to: rest.startIndex)
    words += try RestoreWords.split(rest, from: skipped + 1)
    return try RuleCommandReader.read(
      words, table: table.rawValue, announced: announced, sets: options.sets)
  }

  private static func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
}
