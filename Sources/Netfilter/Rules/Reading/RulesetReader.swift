extension Ruleset {
  /// Reads a ruleset in the language of `iptables-restore`, or rules without a table header as people post them:
  /// then the filter table with policies ACCEPT is assumed, and `assumptions` says so.
  ///
  /// What `iptables-restore` or the kernel refuses is refused, at the same line.
  /// - Parameters:
  ///   - counters: take the counters of the file over, as `iptables-restore -c` does; else all start from 0.
  ///   - sets: the sets that rules may name.
  package init(
    parsing text: String, file: String, counters: Bool = false, sets: SetCatalog = SetCatalog()
  ) throws(RulesetError) {
    if let posted = PostedRules(text) {
      self = try posted.read(file: file, sets: sets)
      self.sets = sets
      return
    }
    var options = TableRestoration.Options()
    options.keepsCounters = counters
    options.sets = sets
    var restoration = TableRestoration(options)
    var tables = FreshTables(file: file)
    tables.warn(ofDamageIn: text)
    do { try restoration.run(text, on: &tables) } catch {
      let lines = text.byteLines
      let line = lines.indices.contains(restoration.line - 1) ? lines[restoration.line - 1] : ""
      let advice = RuleAdvice(line, column: error.column, table: restoration.table)
      let hint = ForeignRules.hint(text, line: restoration.line) ?? advice.hint(for: error.message)
      throw RulesetError(
        file: file, line: restoration.line, column: error.column,
        message: RuleAdvice.text(error.message, hint))
    }
    self = tables.ruleset
    self.sets = sets
  }
}

/// The tables of a kernel that has none yet.
private struct FreshTables: TableRestoration.Tables {
  let file: String
  var ruleset = Ruleset()

  /// The kernel makes a table when it is first named; what is loaded anew keeps its policies until they are set again.
  mutating func table(_ name: TableName) -> Table {
    if var table = ruleset[name] {
      // Counters of policies are not handed back to the kernel, and begin again.
      for index in table.chains.indices { table.chains[index].counters = Counters() }
      return table
    }
    let table = Table(empty: name)
    ruleset.tables.append(table)
    return table
  }

  func carryOut(_ command: RuleCommand, on editor: inout TableEditor, line: Int) throws(CommandRefusal) {
    try editor.carryOut(command, source: RuleSource(file: file, line: line))
  }

  mutating func commit(_ table: Table) throws(KernelChecks.Refusal) {
    try KernelChecks.check(table, beside: ruleset.tables)
    for index in ruleset.tables.indices where ruleset.tables[index].name == table.name {
      ruleset.tables[index] = table
    }
  }

  func comment(_ line: Substring) {}

  /// Bytes that are no UTF-8 have been replaced already, which the saved text would hide.
  mutating func warn(ofDamageIn text: String) {
    let replacement: [UInt8] = [0xef, 0xbf, 0xbd]
    guard text.utf8.contains(0xef) else { return }
    for (index, line) in text.byteLines.map(\.utf8).enumerated()
    where line.contains(0xef) && line.first != UInt8(ascii: "#") {
      guard line.indices.contains(where: { line[$0...].starts(with: replacement) }) else { continue }
      warn(["bytes that are not UTF-8 are shown as \u{fffd}"], line: index + 1)
    }
  }

  mutating func warn(_ warnings: [String], line: Int) {
    ruleset.warnings += warnings.map { RulesetWarning(file: file, line: line, message: $0) }
  }
}
