/// Rules as people post them: `iptables` commands, or what `iptables -S` prints, without a table header.
struct PostedRules {
  private let lines: [Substring]

  /// `nil` for a text that names its tables, or that does not begin with a command.
  init?(_ text: String) {
    lines = text.byteLines
    guard let first = lines.first(where: { !$0.isEmpty && !$0.hasPrefix("#") }), Self.looksPosted(first),
      !lines.contains(where: { $0.hasPrefix("*") })
    else { return nil }
  }

  private static func looksPosted(_ line: Substring) -> Bool {
    let line = line.drop { $0 == " " || $0 == "\t" }
    return line.hasPrefix("-") || programs.contains(String(line.prefix { $0 != " " && $0 != "\t" }))
  }

  /// Carries out each command by itself, as a shell would; `sets` are those that rules may name.
  ///
  /// The kernel checks a whole table at each command. Here that is done at ever greater distances, and where something
  /// is found at ever smaller ones, so that the time does not grow with the square of the text.
  func read(file: String, sets: SetCatalog) throws(RulesetError) -> Ruleset {
    var reading = Reading(file: file, sets: sets)
    var checked = reading
    var next = 0
    var distance = 1
    while next < lines.count {
      let end = min(lines.count, next + distance)
      do throws(RulesetError) {
        for index in next..<end { try reading.carryOut(lines[index], at: index + 1, isFirst: index == next) }
        try reading.check(at: end)
        checked = reading
        (next, distance) = (end, distance * 2)
      } catch {
        guard end - next > 1 else { throw error }
        (reading, distance) = (checked, (end - next) / 2)
      }
    }
    return reading.ruleset
  }

  /// The tables as the commands so far have made them.
  private struct Reading {
    let file: String
    let sets: SetCatalog
    private var editors: [TableEditor] = []
    private var warnings: [RulesetWarning] = []

    init(file: String, sets: SetCatalog) {
      self.file = file
      self.sets = sets
    }

    var ruleset: Ruleset {
      var ruleset = Ruleset(tables: editors.map(\.sorted))
      ruleset.warnings = warnings
      if ruleset[.filter] != nil {
        ruleset.assumptions = ["no table header: the filter table with ACCEPT policies is assumed"]
      }
      return ruleset
    }

    /// - Parameter isFirst: the tables have been checked as they stand.
    mutating func carryOut(_ text: Substring, at line: Int, isFirst: Bool) throws(RulesetError) {
      do throws(ParseFailure) {
        guard let (words, table) = try PostedRules.command(text) else { return }
        if !editors.contains(where: { $0.table.name == table }) { editors.append(TableEditor(table)) }
        guard let place = editors.firstIndex(where: { $0.table.name == table }) else { return }
        let command = try RuleCommandReader.read(words, table: table.rawValue, mayNameTable: true, sets: sets)
        // What is taken away is never looked at again: it has to be now.
        if !isFirst, command.kind?.removes == true { try check() }
        warnings += (command.warnings + editors[place].warnings(of: command)).map {
          RulesetWarning(file: file, line: line, message: $0)
        }
        do { try editors[place].carryOut(command, source: RuleSource(file: file, line: line)) } catch {
          switch error {
          case .usage(let failure): throw failure
          case .refused(let refusal): throw ParseFailure(column: command.chainColumn, refusal.message)
          }
        }
      } catch {
        let table = (try? PostedRules.command(text))?.1 ?? .filter
        let standing = editors.first { $0.table.name == table }?.table
        let hint = RuleAdvice(text, column: error.column, table: standing).hint(for: error.message)
        throw RulesetError(
          file: file, line: line, column: error.column, message: RuleAdvice.text(error.message, hint))
      }
    }

    /// What the kernel refuses of the tables as they stand.
    func check(at line: Int) throws(RulesetError) {
      do { try check() } catch {
        throw RulesetError(file: file, line: line, column: error.column, message: error.message)
      }
    }

    private func check() throws(ParseFailure) {
      for editor in editors {
        do { try KernelChecks.check(editor.table, beside: editors.map(\.table)) } catch {
          throw ParseFailure("the kernel refuses the rule: \(error.message)")
        }
      }
    }
  }

  /// The words after the program's name, and the table they are about; `nil` for a line without a command.
  fileprivate static func command(_ line: Substring) throws(ParseFailure) -> ([RestoreWord], TableName)? {
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
