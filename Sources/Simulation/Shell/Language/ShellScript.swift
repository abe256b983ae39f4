/// A line for the shell, taken apart: programs joined by `|`, `;`, `&&` and `||`, with redirections.
struct ShellScript: Sendable, Hashable {
  enum Redirection: Sendable, Hashable {
    case input(String)
    case output(String, isAppending: Bool)
    /// `2> FILE`.
    case errors(String, isAppending: Bool)
    /// `2>&1`.
    case errorsToOutput
  }

  struct Program: Sendable, Hashable {
    var words: [String] = []
    var redirections: [Redirection] = []
  }

  /// When a pipeline runs, by how the one before it ended.
  enum Condition: Sendable, Hashable { case always, afterSuccess, afterFailure }

  struct Pipeline: Sendable, Hashable {
    var programs: [Program]
    var condition: Condition
  }

  let pipelines: [Pipeline]

  /// Whether every program is one that the host has.
  var isKnown: Bool {
    pipelines.allSatisfy { $0.programs.allSatisfy { ShellCommands[$0.name ?? ""] != nil } }
  }

  /// Why a line cannot be run, in the shell's words.
  struct Problem: Error, Hashable {
    let message: String
    init(_ message: String) { self.message = message }
  }

  /// Reads a line as bash does, without its expansions.
  init(_ line: String) throws(Problem) {
    var parser = ShellParser(tokens: try ShellLexer.tokens(of: line))
    pipelines = try parser.parse()
  }
}

extension ShellScript.Program {
  /// `sudo` left out.
  var name: String? { words.first { $0 != "sudo" } }

  var effect: ShellEffect {
    let words = words.drop { $0 == "sudo" }
    guard let name = words.first, let command = ShellCommands[name] else { return .reads }
    return command.effect(of: ShellCall(name: name, arguments: Array(words.dropFirst())))
  }
}

extension ShellScript.Pipeline {
  /// The greatest of its programs' effects.
  var effect: ShellEffect { programs.map(\.effect).max() ?? .reads }
}

/// Words and operators of a line.
enum ShellToken: Sendable, Hashable {
  case word(String)
  case `operator`(String)
}

/// Splits a line: quotes, backslashes, operators, comments.
struct ShellLexer {
  private static let operators = ["2>&1", "2>>", "&&", "||", "2>", ">>", "<", ">", "|", ";", "&"]

  static func tokens(of line: String) throws(ShellScript.Problem) -> [ShellToken] {
    var tokens: [ShellToken] = []
    var word: String?
    var rest = Substring(line)
    func end() {
      if let word { tokens.append(.word(word)) }
      word = nil
    }
    while let character = rest.first {
      if character == " " || character == "\t" || character == "\n" {
        end()
        rest.removeFirst()
        continue
      }
      if character == "#", word == nil { break }
      // A digit belongs to a redirection only where it begins a word.
      if let found = operators.first(where: { rest.hasPrefix($0) && ($0.first != "2" || word == nil) }) {
        end()
        tokens.append(.operator(found))
        rest.removeFirst(found.count)
        continue
      }
      rest.removeFirst()
      switch character {
      case "'": word = (word ?? "") + (try quoted(&rest, "'"))
      case "\"": word = (word ?? "") + (try quoted(&rest, "\""))
      case "\\":
        if let next = rest.popFirst() { word = (word ?? "") + String(next) }
      case "$" where rest.first.map(isNameStart) == true, "`":
        throw ShellScript.Problem("not modelled: the shell's expansions (`\(character)`); put single quotes around it")
      default: word = (word ?? "") + String(character)
      }
    }
    end()
    return tokens
  }

  private static func isNameStart(_ character: Character) -> Bool {
    character.isLetter || character == "_" || character == "(" || character == "{" || character == "?"
  }

  /// Up to the closing quote, which is taken too; within double quotes a backslash takes `"`, `\`, `$` and a back
  /// quote as they are.
  private static func quoted(_ rest: inout Substring, _ quote: Character) throws(ShellScript.Problem) -> String {
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
    throw ShellScript.Problem("bash: unexpected EOF while looking for matching `\(quote)'")
  }
}

private struct ShellParser {
  var tokens: [ShellToken]
  var next = 0

  mutating func parse() throws(ShellScript.Problem) -> [ShellScript.Pipeline] {
    var pipelines: [ShellScript.Pipeline] = []
    var condition = ShellScript.Condition.always
    while next < tokens.count {
      let programs = try pipeline()
      pipelines.append(.init(programs: programs, condition: condition))
      guard case .operator(let joint)? = token else { break }
      next += 1
      switch joint {
      case ";": condition = .always
      case "&&": condition = .afterSuccess
      case "||": condition = .afterFailure
      default: throw ShellScript.Problem("bash: syntax error near unexpected token `\(joint)'")
      }
      if next == tokens.count, joint != ";" {
        throw ShellScript.Problem("bash: syntax error: unexpected end of file")
      }
    }
    return pipelines
  }

  private var token: ShellToken? { next < tokens.count ? tokens[next] : nil }

  private mutating func pipeline() throws(ShellScript.Problem) -> [ShellScript.Program] {
    var programs = [try program()]
    while token == .operator("|") {
      next += 1
      programs.append(try program())
    }
    return programs
  }

  private mutating func program() throws(ShellScript.Problem) -> ShellScript.Program {
    var program = ShellScript.Program()
    while let token {
      switch token {
      case .word(let word):
        program.words.append(word)
        next += 1
        continue
      case .operator("2>&1"):
        program.redirections.append(.errorsToOutput)
        next += 1
        continue
      case .operator(let symbol) where ["<", ">", ">>", "2>", "2>>"].contains(symbol):
        next += 1
        guard case .word(let file)? = self.token else {
          throw ShellScript.Problem("bash: syntax error near unexpected token `\(self.token.map(\.text) ?? "newline")'")
        }
        next += 1
        switch symbol {
        case "<": program.redirections.append(.input(file))
        case ">", ">>": program.redirections.append(.output(file, isAppending: symbol == ">>"))
        default: program.redirections.append(.errors(file, isAppending: symbol == "2>>"))
        }
        continue
      default: break
      }
      break
    }
    guard !program.words.isEmpty || !program.redirections.isEmpty else {
      throw ShellScript.Problem("bash: syntax error near unexpected token `\(token?.text ?? "newline")'")
    }
    return program
  }
}

extension ShellToken {
  fileprivate var text: String {
    switch self {
    case .word(let text), .operator(let text): text
    }
  }
}
