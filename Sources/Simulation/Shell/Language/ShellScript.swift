/// A line for the shell, taken apart: programs joined by `|`, `;`, `&&` and `||`, with redirections.
struct ShellScript: Sendable, Hashable {
  enum Redirection: Sendable, Hashable {
    case input(String)
    /// `<<WORD`, `<<< TEXT`: the text itself.
    case inputText(String)
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

  /// Reads a line, or several, as bash does, without its expansions.
  init(_ line: String) throws(Problem) {
    var parser = ShellParser(tokens: try ShellLexer.tokens(of: line))
    pipelines = try parser.parse()
  }

  /// Whether the text ends within quotes, a here-document or behind `|`, `&&`, `||` or `\`, so that the shell would ask
  /// for another line.
  static func wantsMore(_ text: String) -> Bool {
    if text.hasSuffix("\\"), !text.hasSuffix("\\\\") { return true }
    var lexer = ShellLexer(text)
    do { try lexer.read() } catch { return lexer.isWithinQuotes }
    if lexer.isWithinHereDocument { return true }
    guard case .operator(let last)? = lexer.tokens.last(where: { $0 != .operator("\n") }) else { return false }
    return ["|", "&&", "||"].contains(last)
  }
}

extension ShellScript.Program {
  /// `sudo` left out.
  var name: String? { words.first { $0 != "sudo" } }

  var writesHost: Bool {
    redirections.contains { redirection in
      switch redirection {
      case .output(let path, _), .errors(let path, _): HostFiles.isOwn(path)
      default: false
      }
    }
  }

  var effect: ShellEffect {
    for case .output(let path, _) in redirections where path.hasPrefix("/proc/sys/") { return .moves }
    let words = words.drop { $0 == "sudo" }
    guard let name = words.first, let command = ShellCommands[name] else { return .reads }
    return command.effect(of: ShellCall(name: name, arguments: Array(words.dropFirst())))
  }
}

extension ShellScript.Pipeline {
  /// The greatest of its programs' effects; writing one of the host's own files moves it.
  var effect: ShellEffect {
    let effect = programs.map(\.effect).max() ?? .reads
    return programs.contains(where: \.writesHost) ? max(effect, .moves) : effect
  }
}

private struct ShellParser {
  var tokens: [ShellToken]
  var next = 0

  mutating func parse() throws(ShellScript.Problem) -> [ShellScript.Pipeline] {
    var pipelines: [ShellScript.Pipeline] = []
    var condition = ShellScript.Condition.always
    while true {
      skipLineEnds()
      guard next < tokens.count else { break }
      let programs = try pipeline()
      pipelines.append(.init(programs: programs, condition: condition))
      guard case .operator(let joint)? = token else { break }
      next += 1
      switch joint {
      case ";", "\n": condition = .always
      case "&&": condition = .afterSuccess
      case "||": condition = .afterFailure
      default: throw ShellScript.Problem("bash: syntax error near unexpected token `\(joint)'")
      }
      if joint == "&&" || joint == "||" {
        skipLineEnds()
        if next == tokens.count { throw ShellScript.Problem("bash: syntax error: unexpected end of file") }
      }
    }
    return pipelines
  }

  private var token: ShellToken? { next < tokens.count ? tokens[next] : nil }

  private mutating func skipLineEnds() { while token == .operator("\n") { next += 1 } }

  private mutating func pipeline() throws(ShellScript.Problem) -> [ShellScript.Program] {
    var programs = [try program()]
    while token == .operator("|") {
      next += 1
      skipLineEnds()
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
      case .text(let text):
        program.redirections.append(.inputText(text))
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
    case .word(let text), .text(let text): text
    case .operator(let text): text == "\n" ? "newline" : text
    }
  }
}
