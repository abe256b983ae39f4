/// Words and operators of a shell's text.
enum ShellToken: Sendable, Hashable {
  case word(String)
  case `operator`(String)
  /// What a program reads from a here-document or a here-string.
  case text(String)
}

/// Splits a text for the shell: quotes, backslashes, operators, comments, here-documents.
struct ShellLexer {
  typealias Problem = ShellScript.Problem

  private static let operators = [
    "2>&1", "2>>", "<<<", "<<-", "&&", "||", "2>", ">>", "<<", "<", ">", "|", ";", "&", "\n",
  ]

  /// A here-document whose lines follow the present one.
  private struct HereDocument {
    let token: Int
    let end: String
    /// The end was quoted: its lines stand for themselves.
    let isQuoted: Bool
    /// `<<-`: tabs at the beginning of its lines are taken off.
    let dropsTabs: Bool
  }

  private(set) var tokens: [ShellToken] = []
  /// The text ended before the quotes did.
  private(set) var isWithinQuotes = false
  /// The text ended before the here-document did.
  private(set) var isWithinHereDocument = false
  private var rest: Substring
  private var pending: [HereDocument] = []

  init(_ text: String) { rest = text[...] }

  static func tokens(of text: String) throws(Problem) -> [ShellToken] {
    var lexer = ShellLexer(text)
    try lexer.read()
    return lexer.tokens
  }

  mutating func read() throws(Problem) {
    while let character = rest.first {
      if character == " " || character == "\t" {
        rest.removeFirst()
      } else if rest.hasPrefix("\\\n") {
        rest.removeFirst(2)
      } else if character == "#" {
        rest = rest.drop { $0 != "\n" }
      } else if let found = Self.operators.first(where: rest.hasPrefix) {
        rest.removeFirst(found.count)
        try take(found)
      } else {
        tokens.append(.word(try word().text))
      }
    }
    if !pending.isEmpty { isWithinHereDocument = true }
    // bash takes what there is of a here-document.
    for document in pending { tokens[document.token] = .text("") }
  }

  private mutating func take(_ symbol: String) throws(Problem) {
    switch symbol {
    case "<<", "<<-", "<<<":
      rest = rest.drop { $0 == " " || $0 == "\t" }
      guard let first = rest.first, !Self.endsWord(first) else {
        throw Problem(
          "bash: syntax error near unexpected token `\(rest.first == nil ? "newline" : String(rest.prefix(1)))'")
      }
      let end = try word()
      if symbol == "<<<" { return tokens.append(.text(end.text + "\n")) }
      tokens.append(.text(""))
      pending.append(
        HereDocument(token: tokens.count - 1, end: end.text, isQuoted: end.isQuoted, dropsTabs: symbol == "<<-"))
    case "\n":
      for document in pending { try read(document) }
      pending = []
      tokens.append(.operator("\n"))
    default: tokens.append(.operator(symbol))
    }
  }

  private mutating func read(_ document: HereDocument) throws(Problem) {
    var lines = ""
    while true {
      guard !rest.isEmpty else {
        isWithinHereDocument = true
        break
      }
      var line = rest.prefix { $0 != "\n" }
      let hasEnd = line.endIndex < rest.endIndex
      rest = hasEnd ? rest[rest.index(after: line.endIndex)...] : ""
      if document.dropsTabs { line = line.drop { $0 == "\t" } }
      if line == document.end { break }
      lines += line + "\n"
    }
    tokens[document.token] = .text(document.isQuoted ? lines : try Self.unescaped(lines))
  }

  /// A here-document's lines where its end was not quoted: a backslash takes `$`, a back quote, itself and a line end.
  private static func unescaped(_ lines: String) throws(Problem) -> String {
    var result = ""
    var rest = Substring(lines)
    while let character = rest.popFirst() {
      if character == "\\", let next = rest.first, "$`\\\n".contains(next) {
        if next != "\n" { result.append(next) }
        rest.removeFirst()
      } else if character == "`" || character == "$" && rest.first.map(isNameStart) == true {
        throw Problem("not modelled: the shell's expansions (`\(character)`); write <<'EOF' to keep the text as it is")
      } else {
        result.append(character)
      }
    }
    return result
  }

  private static func endsWord(_ character: Character) -> Bool { " \t\n;|&<>".contains(character) }

  private static func isNameStart(_ character: Character) -> Bool {
    character.isLetter || character == "_" || character == "(" || character == "{" || character == "?"
  }

  /// A word, its quotes taken off, and whether it had any.
  private mutating func word() throws(Problem) -> (text: String, isQuoted: Bool) {
    var text = ""
    var isQuoted = false
    while let character = rest.first, !Self.endsWord(character) {
      rest.removeFirst()
      switch character {
      case "'", "\"":
        text += try quoted(character)
        isQuoted = true
      case "\\":
        guard let next = rest.popFirst() else { break }
        if next != "\n" { text.append(next) }
        isQuoted = true
      case "$" where rest.first.map(Self.isNameStart) == true, "`":
        throw Problem("not modelled: the shell's expansions (`\(character)`); put single quotes around it")
      default: text.append(character)
      }
    }
    return (text, isQuoted)
  }

  /// Up to the closing quote, which is taken too; within double quotes a backslash takes `"`, `\`, `$` and a back
  /// quote as they are.
  private mutating func quoted(_ quote: Character) throws(Problem) -> String {
    var text = ""
    while let character = rest.popFirst() {
      if character == quote { return text }
      if character == "\\", quote == "\"", let next = rest.first, "\"\\$`".contains(next) {
        text.append(next)
        rest.removeFirst()
      } else {
        text.append(character)
      }
    }
    isWithinQuotes = true
    throw Problem("bash: unexpected EOF while looking for matching `\(quote)'")
  }
}
