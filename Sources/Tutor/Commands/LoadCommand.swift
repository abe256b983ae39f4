import Netfilter
import Simulation

/// `load FOLDER`, `load CAPTURE [--rules FILE] [--host FILE]`, `load rules FILE`.
enum LoadCommand: Command {
  static let name = "load"
  static let example = "load my-server"
  private static let usage = "load FOLDER, load CAPTURE --rules FILE or load rules FILE"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    if session.open != nil, session.open?.question.spec.kind != RepairQuestion.name || arguments.first != "rules" {
      output.add(session.phrases.say(.questionPending), .note)
      return
    }
    do throws(ScenarioFileError) {
      if arguments.count == 2, arguments[0].lowercased() == "rules" {
        session.loadRules(try read(arguments[1], session), &output)
        return
      }
      guard let names = Names(arguments) else {
        let given = arguments.joined(separator: " ")
        output.add(session.phrases.say(.badArgument(command: name, given: given, expected: usage)), .error)
        return
      }
      try load(names, &session, &output)
    } catch { session.show(error, &output) }
  }

  /// The files that the words name.
  private struct Names {
    var capture = ""
    var rules: String?
    var host: String?

    init?(_ words: [String]) {
      var rest = words[...]
      while let word = rest.popFirst() {
        switch word {
        case "--rules": rules = rest.popFirst()
        case "--host": host = rest.popFirst()
        default:
          guard capture.isEmpty, !word.hasPrefix("--") else { return nil }
          capture = word
        }
      }
      if capture.isEmpty { return nil }
    }
  }

  private static func load(
    _ names: Names, _ session: inout Session, _ output: inout Output
  ) throws(ScenarioFileError) {
    var names = names
    if session.files.isFolder(names.capture) {
      let folder = names.capture
      names.capture = "\(folder)/\(Scenario.FileName.capture)"
      names.rules = names.rules ?? "\(folder)/\(Scenario.FileName.rules)"
      let host = "\(folder)/\(Scenario.FileName.host)"
      if names.host == nil, session.files.exists(host) { names.host = host }
    }
    var rules: NamedFile?
    if let name = names.rules { rules = try read(name, session) }
    var host: (file: NamedFile, description: HostDescription)?
    if let name = names.host {
      let file = try read(name, session)
      var description = try file.host()
      if let sets = description.setsFile {
        // As the host file names it: from its own folder.
        let folder = name.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let path = sets.hasPrefix("/") || folder.isEmpty ? sets : folder + "/" + sets
        description.sets = description.sets.adding(try read(path, session).sets())
      }
      host = (file, description)
    }
    try session.load(try read(names.capture, session), rules: rules, host: host, &output)
  }

  private static func read(_ path: String, _ session: Session) throws(ScenarioFileError) -> NamedFile {
    do { return NamedFile(name: path, bytes: try session.files.readBytes(path)) } catch {
      throw ScenarioFileError(file: path, message: error.reason)
    }
  }
}

extension Session {
  /// Begins to step a capture; without rules those at hand stay.
  mutating func load(
    _ capture: NamedFile, rules: NamedFile?, host: (file: NamedFile, description: HostDescription)?,
    _ output: inout Output
  ) throws(ScenarioFileError) {
    var ruleset = scenario?.ruleset ?? Ruleset()
    if let rules { ruleset = try rules.ruleset(host?.description.sets ?? SetCatalog()) }
    let loaded = try Scenario(capture: capture, ruleset: ruleset, rules: rules, host: host)
    open = nil
    position = nil
    predicted = []
    if rules == nil { output.add(phrases.say(ruleset.tables.isEmpty ? .noRules : .rulesKept), .note) }
    output.append(step(loaded))
  }

  /// Puts other rules in the place of those at hand: an edit like any other.
  mutating func loadRules(_ file: NamedFile, _ output: inout Output) {
    guard let present = scenario else {
      output.add(phrases.say(.nothingToStep), .note)
      return
    }
    do throws(ScenarioFileError) {
      let ruleset = try file.ruleset(present.ruleset.sets)
      let text = "load rules \(file.name)"
      _ = change { experiment -> Void? in experiment.apply(text, present.with(ruleset)) }
      for text in ruleset.assumptions { output.add(phrases.say(.assumption(text)), .note) }
      output.add(phrases.say(.walkedAgain(packets: present.packets.count)), .note)
    } catch { show(error, &output) }
  }

  /// Shows the error, and its line with a caret under the place.
  func show(_ error: ScenarioFileError, _ output: inout Output) {
    output.add(error.description, .error)
    guard let text = error.text else { return }
    output.add(lines: quoted(text, error.column), narrow: quoted(text, error.column, width: 38), .dump)
  }

  /// A line of a file with a caret under the place; a long one is shown around it.
  private func quoted(_ text: String, _ column: Int?, width: Int = Layout.width) -> [String] {
    let characters = Array(text.map { $0 == "\t" ? " " : $0 })
    let index = min(max(0, (column ?? 1) - 1), characters.count)
    let room = width - 8
    let first = index > room - 10 ? index - room / 2 : 0
    let shown = "  " + (first > 0 ? "..." : "") + String(characters.dropFirst(first).prefix(room))
    guard column != nil else { return [shown] }
    let before = (first > 0 ? 3 : 0) + characters[first..<index].reduce(0) { $0 + Layout.columns($1) }
    return [shown, String(repeating: " ", count: 2 + before) + "^"]
  }

  /// Takes what was pasted whole: rules, a capture, or lines to be carried out one after the other.
  mutating func takePaste(_ text: String, _ output: inout Output) {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init).filter {
      !$0.allSatisfy { $0.isWhitespace }
    }
    guard let first = lines.first(where: { !$0.drop { $0 == " " }.hasPrefix("#") }) ?? lines.first else { return }
    let word = first.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    if Pasted.looksLikeRules(first) {
      loadRules(NamedFile(name: "pasted", bytes: Array((text.hasSuffix("\n") ? text : text + "\n").utf8)), &output)
    } else if Shell.knows(first), Commands[word] == nil || word == IptablesCommand.name {
      line = text
      runProgram(&output)
    } else if lines.allSatisfy({ Pasted.isCommand($0) }) {
      for line in lines where !output.quits {
        output.append(handle(line))
      }
    } else if open != nil {
      output.add(phrases.say(.questionPending), .note)
    } else {
      do throws(ScenarioFileError) {
        try load(NamedFile(name: "pasted", bytes: Array(text.utf8)), rules: nil, host: nil, &output)
      } catch { show(error, &output) }
    }
  }
}

/// What a paste is.
private enum Pasted {
  /// As `iptables-save` and `iptables -S` print them.
  static func looksLikeRules(_ line: String) -> Bool {
    let line = line.drop { $0 == " " }
    if line.hasPrefix("*") { return TableName(rawValue: String(line.dropFirst().prefix { $0.isLetter })) != nil }
    return ["-A ", "-P ", "-N ", "-I "].contains { line.hasPrefix($0) }
  }

  static func isCommand(_ line: String) -> Bool {
    guard let word = line.split(whereSeparator: \.isWhitespace).first else { return true }
    return Commands[word.lowercased()] != nil || Shell.knows(line)
  }
}
