/// Rules as people post them: `iptables` commands, or what `iptables -S` prints, without a table header.
struct PostedRules {
  private let lines: [Substring]

  /// `nil` for a text that names its tables, or that does not begin with a command.
  init?(_ text: String) {
    // By bytes: a line end after a carriage return is one character for Swift.
    lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Substring.init)
    guard let first = lines.first(where: { !$0.isEmpty && !$0.hasPrefix("#") }), Self.looksPosted(first),
      !lines.contains(where: { $0.hasPrefix("*") })
    else { return nil }
  }

  private static func looksPosted(_ line: Substring) -> Bool {
    let line = line.drop { $0 == " " || $0 == "\t" }
    return line.hasPrefix("-") || programs.contains(String(line.prefix { $0 != " " && $0 != "\t" }))
  }

  /// Carries out each command by itself, as a shell would; `sets` are those that rules may name.
  func read(file: String, sets: SetCatalog) throws(RulesetError) -> Ruleset {
    var editors: [TableEditor] = []
    var warnings: [RulesetWarning] = []
    for (index, text) in lines.enumerated() {
      let source = RuleSource(file: file, line: index + 1)
      do throws(ParseFailure) {
        guard let (words, table) = try Self.command(text) else { continue }
        let place = editors.firstIndex { $0.table.name == table } ?? editors.count
        var editor = place < editors.count ? editors[place] : TableEditor(table)
        let command = try RuleCommandReader.read(
          words, table: table.rawValue, mayNameTable: true, sets: sets)
        warnings += (command.warnings + editor.warnings(of: command)).map {
          RulesetWarning(file: file, line: source.line, message: $0)
        }
        try Self.carryOut(command, on: &editor, source)
        if place < editors.count { editors[place] = editor } else { editors.append(editor) }
      } catch {
        throw RulesetError(file: file, line: source.line, column: error.column, message: error.message)
      }
    }
    var ruleset = Ruleset(tables: editors.map(\.sorted))
    ruleset.warnings = warnings
    if ruleset[.filter] != nil {
      ruleset.assumptions = ["no table header: the filter table with ACCEPT policies is assumed"]
    }
    return ruleset
  }

  private static func carryOut(
    _ command: RuleCommand, on editor: inout TableEditor, _ source: RuleSource
  ) throws(ParseFailure) {
    do { try editor.carryOut(command, source: source) } catch {
      switch error {
      case .usage(let failure): throw failure
      case .refused(let refusal): throw ParseFailure(column: command.chainColumn, refusal.message)
      }
    }
    do { try KernelChecks.check(editor.table) } catch {
      throw ParseFailure("the kernel refuses the rule: \(error.message)")
    }
  }

  /// The words after the program's name, and the table they are about; `nil` for a line without a command.
  private static func command(_ line: Substring) throws(ParseFailure) -> ([RestoreWord], TableName)? {
    let text = line.drop { $0 == " " || $0 == "\t" }
    if text.isEmpty || text.hasPrefix("#") || text == "COMMIT" { return nil }
    var words = try RestoreWords.split(text, from: line.utf8.count - text.utf8.count + 1)
    while let first = words.first, programs.contains(first.text) { words.removeFirst() }
    guard !words.isEmpty else { return nil }
    guard let place = words.firstIndex(where: { $0.text == "-t" || $0.text == "--table" }), place + 1 < words.count
    else { return (words, .filter) }
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
