import Wire

/// Reads the words of one iptables command (`do_parse` in `iptables/xshared.c`).
///
/// Options are taken in the order they stand: `-m` and `-j` load an extension's options, and an option nobody knows
/// makes iptables load the match that `-p` names.
package struct RuleCommandReader {
  struct Loaded<Extension> {
    var instance: Extension
    var owner: Int
    var given: [String] = []
    /// How many of its warnings are kept already.
    var warnings = 0
    /// A later instance of the same match takes the options from here on.
    var isComplete = false
  }

  var scanner: OptionScanner
  var command = RuleCommand()
  let table: String
  /// Whether `-t` may be given: not within a table of a restore file.
  let mayNameTable: Bool
  /// Names of chains that a restored file has declared: never looked up as targets (`xtables_announce_chain`).
  let announced: Set<String>
  let sets: SetCatalog?
  var matches: [Loaded<any Match>] = []
  var target: Loaded<any Target>?
  /// The options of each loaded extension, by owner.
  var options: [[OptionDefinition]] = []
  var protocolName: String?
  /// What follows `-s` and `-d`, read once all options are known.
  var givenSource: GivenAddresses?
  var givenDestination: GivenAddresses?

  struct GivenAddresses {
    let text: String
    let inverted: Bool
    let column: Int
  }
  var hasImpliedMatch = false
  var seen: Set<Character> = []
  var inverted = false

  init(_ words: [RestoreWord], table: String, mayNameTable: Bool, announced: Set<String>, sets: SetCatalog?) {
    // What stands before the words, as iptables sees them.
    scanner = OptionScanner(words, after: mayNameTable ? "iptables" : table)
    self.announced = announced
    self.table = table
    self.mayNameTable = mayNameTable
    self.sets = sets
  }

  /// - Parameter sets: what a rule may name with `--match-set`; `nil` where any name will do.
  package static func read(
    _ words: [RestoreWord], table: String, mayNameTable: Bool = false, announced: Set<String> = [], sets: SetCatalog?
  ) throws(ParseFailure) -> RuleCommand {
    var reader = Self(words, table: table, mayNameTable: mayNameTable, announced: announced, sets: sets)
    do { return try reader.read() } catch {
      var failure = error
      failure.warnings = reader.command.warnings
      throw failure
    }
  }

  private mutating func read() throws(ParseFailure) -> RuleCommand {
    loop: while true {
      if command.kind == .version || command.kind == .help { return command }
      switch scanner.scan() {
      case .end: break loop
      case .operand(let word):
        guard word.text == "!" else { throw ParseFailure(column: word.column, "Bad argument `\(word.text)'") }
        guard !inverted else { throw ParseFailure(column: word.column, "multiple consecutive ! not allowed") }
        inverted = true
        scanner.blankLast()
        continue
      case .unknown(let word):
        if try loadImpliedMatch() { continue }
        throw ParseFailure(column: word.column, "unknown option \"\(word.text)\"")
      case .missingArgument(let word):
        if try loadImpliedMatch() { continue }
        throw ParseFailure(column: word.column, "option \"\(word.text)\" requires an argument")
      case .option(.own("6"), _, _):
        var passedOver = RuleCommand()
        passedOver.warnings = command.warnings
        return passedOver
      case .option(.own("V"), _, _): command.kind = .version
      case .option(.own("h"), _, _): command.kind = .help
      case .option(.own("b"), _, _):
        // Among the letters, but nobody's: iptables asks the protocol's match, then gives up.
        if try loadImpliedMatch() { continue }
        throw ParseFailure(column: scanner.column, "Unknown arg \"(null)\"")
      case .option(.own(let letter), let value, let word): try take(letter, value, word)
      case .option(.loaded(let owner, let index), let value, let word): try take(owner, index, value, word)
      }
      inverted = false
    }
    try finish()
    return command
  }
}
