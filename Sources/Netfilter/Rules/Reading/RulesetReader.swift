extension Ruleset {
  /// Reads a ruleset in the language of `iptables-restore`, or rules without a table header as people post them:
  /// then the filter table with policies ACCEPT is assumed, and `assumptions` says so.
  ///
  /// What `iptables-restore` or the kernel refuses is refused, at the same line.
  /// - Parameter counters: take the counters of the file over, as `iptables-restore -c` does; else all start from 0.
  package init(parsing text: String, file: String, counters: Bool = false) throws(RulesetError) {
    var reader = RulesetReader(file: file, keepsCounters: counters)
    self = try reader.read(text)
  }
}

/// Reads a file of rules line by line (`iptables/iptables-restore.c`).
private struct RulesetReader {
  let file: String
  let keepsCounters: Bool
  private var tables: [Table] = []
  private var editor: TableEditor?
  private var line = 0
  private var assumptions: [String] = []

  init(file: String, keepsCounters: Bool) {
    self.file = file
    self.keepsCounters = keepsCounters
  }

  mutating func read(_ text: String) throws(RulesetError) -> Ruleset {
    // By bytes: a line end after a carriage return is one character for Swift.
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Substring.init)
    if let first = lines.first(where: { !$0.isEmpty && !$0.hasPrefix("#") }), PostedRules.looksPosted(first) {
      return try readPosted(lines)
    }
    for (index, line) in lines.enumerated() {
      let isLast = index == lines.count - 1
      if isLast, line.isEmpty { break }
      self.line = index + 1
      do { try read(line, hasEnd: !isLast) } catch { throw located(error) }
    }
    guard editor == nil else {
      line += 1
      throw located(ParseFailure("COMMIT expected at line \(line)"))
    }
    var ruleset = Ruleset(tables: tables)
    ruleset.assumptions = assumptions
    return ruleset
  }

  private func located(_ failure: ParseFailure) -> RulesetError {
    RulesetError(file: file, line: line, column: failure.column, message: failure.message)
  }

  private mutating func read(_ line: Substring, hasEnd: Bool) throws(ParseFailure) {
    guard let first = line.first, first != "#" else { return }
    guard editor != nil else {
      guard first == "*" else {
        throw ParseFailure(column: 1, "expected a table (`*filter') before `\(line.prefix(40))'")
      }
      return try open(line)
    }
    if line == "COMMIT" {
      guard hasEnd else { throw ParseFailure(column: 1, "Bad argument `COMMIT': a line end is missing after it") }
      return try commit()
    }
    if first == ":" { return try declare(line) }
    try execute(line, hasEnd: hasEnd)
  }

  // MARK: lines

  private mutating func open(_ line: Substring) throws(ParseFailure) {
    guard let name = line.dropFirst().split(whereSeparator: Self.isSpace).first else {
      throw ParseFailure(column: 1, "table name invalid")
    }
    guard let table = TableName(rawValue: String(name)) else {
      throw ParseFailure(column: 2, "unable to initialize table '\(name)'")
    }
    editor = TableEditor(table)
    // What is loaded anew keeps its policies until they are set again.
    guard let before = tables.first(where: { $0.name == table }) else { return }
    for chain in before.chains {
      guard let policy = chain.policy else { continue }
      do { try editor?.setPolicy(chain.name, policy.rawValue, chain.counters) } catch {
        throw ParseFailure(column: 1, error.message)
      }
    }
  }

  private mutating func commit() throws(ParseFailure) {
    guard let table = editor?.sorted else { return }
    do { try KernelChecks.check(table) } catch {
      let place = error.rule?.source.map { " (the rule of line \($0.line))" } ?? ""
      throw ParseFailure("the kernel refuses the table: \(error.message)\(place)")
    }
    tables.removeAll { $0.name == table.name }
    tables.append(table)
    editor = nil
  }

  /// `:CHAIN POLICY [packets:bytes]`.
  private mutating func declare(_ line: Substring) throws(ParseFailure) {
    let words = line.dropFirst().split(whereSeparator: Self.isSpace)
    guard let name = words.first.map(String.init) else { throw ParseFailure(column: 1, "chain name invalid") }
    guard name.utf8.count <= ChainName.longest else {
      throw ParseFailure(column: 2, "Invalid chain name `\(name)' (\(ChainName.longest) chars max)")
    }
    if editor?.isBuiltIn(name) != true {
      do { try editor?.create(name) } catch {
        throw ParseFailure(column: 2, "error creating chain '\(name)': \(error.message)")
      }
    }
    guard words.count > 1 else { throw ParseFailure(column: 1, "policy invalid") }
    guard words[1] != "-" else { return }
    var counters = Counters()
    if keepsCounters {
      guard words.count > 2, let given = Self.counters(words[2]) else {
        throw ParseFailure(column: 1, "invalid policy counters for chain '\(name)'")
      }
      counters = given
    }
    do { try editor?.setPolicy(name, String(words[1]), counters) } catch {
      throw ParseFailure(column: 2, "Can't set policy `\(words[1])' on `\(name)': \(error.message)")
    }
  }

  /// `[packets:bytes]`.
  private static func counters(_ text: Substring) -> Counters? {
    guard text.first == "[", let colon = text.firstIndex(of: ":"), text.last == "]" else { return nil }
    let packets = UInt64(text[text.index(after: text.startIndex)..<colon])
    let bytes = UInt64(text[text.index(after: colon)...].dropLast())
    guard let packets, let bytes else { return nil }
    return Counters(packets: packets, bytes: bytes)
  }

  private mutating func execute(_ line: Substring, hasEnd: Bool) throws(ParseFailure) {
    var rest = line
    var counters: Counters?
    if line.first == "[" {
      guard let end = line.firstIndex(of: "]") else { throw ParseFailure(column: 1, "need ]") }
      guard let colon = line[..<end].firstIndex(of: ":"), line.index(after: colon) < end else {
        throw ParseFailure(column: 1, "need :")
      }
      if keepsCounters {
        counters = Counters(
          packets: RuleCommandReader.leadingNumber(line[..<colon].dropFirst()) ?? 0,
          bytes: RuleCommandReader.leadingNumber(line[..<end][line.index(after: colon)...]) ?? 0)
      }
      rest = line[line.index(after: end)...]
    }
    let skipped = line.utf8.count - rest.utf8.count
    let words = try RestoreWords.split(hasEnd ? rest + "\n" : rest, from: skipped + 1)
    guard let table = editor?.table.name.rawValue else { return }
    var command = try RuleCommandReader.read(words, table: table)
    command.counters = command.counters ?? counters
    try carryOut(command)
  }

  private mutating func carryOut(_ command: RuleCommand) throws(ParseFailure) {
    guard var editor else { return }
    do {
      try editor.carryOut(command, source: RuleSource(file: file, line: line))
    } catch {
      switch error {
      case .usage(let failure): throw failure
      case .refused(let refusal): throw ParseFailure(column: command.chainColumn, refusal.message)
      }
    }
    self.editor = editor
  }

  private static func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }

  // MARK: rules without a table header

  private mutating func readPosted(_ lines: [Substring]) throws(RulesetError) -> Ruleset {
    var editors: [TableEditor] = []
    for (index, text) in lines.enumerated() {
      line = index + 1
      do {
        guard let (words, table) = try PostedRules.command(text) else { continue }
        let place = editors.firstIndex { $0.table.name == table } ?? editors.count
        editor = place < editors.count ? editors[place] : TableEditor(table)
        let command = try RuleCommandReader.read(words, table: table.rawValue, mayNameTable: true)
        try carryOut(command)
        guard let edited = editor else { continue }
        try refuseAtOnce(edited)
        if place < editors.count { editors[place] = edited } else { editors.append(edited) }
      } catch { throw located(error) }
    }
    editor = nil
    var ruleset = Ruleset(tables: editors.map(\.sorted))
    let names = editors.map(\.table.name.rawValue)
    if names.contains(TableName.filter.rawValue) {
      ruleset.assumptions = ["no table header: the filter table with ACCEPT policies is assumed"]
    }
    return ruleset
  }

  /// Without COMMIT, each command is loaded by itself.
  private func refuseAtOnce(_ editor: TableEditor) throws(ParseFailure) {
    do { try KernelChecks.check(editor.table) } catch {
      throw ParseFailure("the kernel refuses the rule: \(error.message)")
    }
  }
}

/// Rules as people post them: `iptables` commands, or what `iptables -S` prints, without a table header.
private enum PostedRules {
  static func looksPosted(_ line: Substring) -> Bool {
    let line = line.drop { $0 == " " || $0 == "\t" }
    return line.hasPrefix("-") || programs.contains(String(line.prefix { $0 != " " && $0 != "\t" }))
  }

  /// The words after the program's name, and the table they are about; `nil` for a line without a command.
  static func command(_ line: Substring) throws(ParseFailure) -> ([RestoreWord], TableName)? {
    let text = line.drop { $0 == " " || $0 == "\t" }
    if text.isEmpty || text.hasPrefix("#") || text == "COMMIT" { return nil }
    var words = try RestoreWords.split(text, from: line.utf8.count - text.utf8.count + 1)
    while let first = words.first, programs.contains(first.text) { words.removeFirst() }
    guard !words.isEmpty else { return nil }
    guard let place = words.firstIndex(where: { $0.text == "-t" || $0.text == "--table" }), place + 1 < words.count
    else {
      return (words, .filter)
    }
    let name = words[place + 1]
    guard let table = TableName(rawValue: name.text) else {
      throw ParseFailure(column: name.column, "unable to initialize table '\(name.text)'")
    }
    return (words, table)
  }

  private static let programs: Set<String> = [
    "sudo", "iptables", "iptables-legacy", "/sbin/iptables", "/usr/sbin/iptables", "/sbin/iptables-legacy",
  ]
}
