import Capture
import Netfilter
import Simulation
import Wire
import Yams

extension Lesson {
  /// Reads a lesson from its folder's files.
  ///
  /// - Parameters:
  ///   - folder: the folder's name, `02-the-stray-reset`.
  ///   - files: the content of every file in it, by name.
  package init(folder: String, files: [String: [UInt8]]) throws(LessonError) {
    content = ContentHash(files: files)
    number = Int(folder.prefix { $0.isNumber }) ?? 0
    let source = LessonSource(folder: folder, files: files)
    let root = try LessonNode(yaml: source.text("lesson.yaml"), file: source.path("lesson.yaml"))
    try root.allow(["id", "requires", "minutes", "credit", "scenario", "scenarios", "steps"])
    id = try root.required("id").string()
    requires =
      try root.optional("requires")?.list().mapTyped { (node: LessonNode) throws(LessonError) in try node.string() }
      ?? []
    minutes = try root.optional("minutes")?.integer(in: 1...120) ?? 15

    var scenarios: [String: Scenario] = [:]
    if let single = try root.optional("scenario") {
      scenarios[Self.mainScenario] = try source.scenario(single, content)
    }
    for (name, node) in try root.optional("scenarios")?.pairs() ?? [] {
      scenarios[name] = try source.scenario(node, content)
    }
    guard scenarios[Self.mainScenario] != nil else {
      throw root.wrong("a lesson needs a `scenario`, or `scenarios` with one called `main`")
    }
    self.scenarios = scenarios

    let known = Set(scenarios.keys)
    steps = try root.required("steps").list().mapTyped { (node: LessonNode) throws(LessonError) in
      try LessonStep(node, scenarios: known)
    }
    guard !steps.isEmpty else { throw root.wrong("a lesson needs steps") }

    var prose: [Language: LessonProse] = [:]
    for language in Language.allCases {
      let name = language.rawValue + ".md"
      guard files[name] != nil else { continue }
      prose[language] = try LessonProse(markdown: source.text(name), file: source.path(name))
    }
    self.prose = prose

    var references: [String: [String]] = [:]
    for name in files.keys.sorted() where name.hasSuffix(".sh") {
      guard let kind = ["repair.", "craft."].first(where: name.hasPrefix) else { continue }
      let step = String(name.dropFirst(kind.count).dropLast(".sh".count))
      references[step] = try source.text(name).split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }
    self.references = references
  }
}

/// The files of a lesson's folder.
private struct LessonSource {
  let folder: String
  let files: [String: [UInt8]]

  func path(_ name: String) -> String { folder + "/" + name }

  func text(_ name: String) throws(LessonError) -> String {
    guard let bytes = files[name] else { throw LessonError(file: path(name), "there is no such file") }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw LessonError(file: path(name), "is not text in UTF-8")
    }
    return text
  }

  func scenario(_ node: LessonNode, _ content: ContentHash) throws(LessonError) -> Scenario {
    try node.allow(["rules", "capture", "host"])
    let rulesName = try node.required("rules").string()
    let captureName = try node.required("capture").string()
    let rulesText = try text(rulesName)
    guard let capture = files[captureName] else { throw node.wrong("there is no file `\(captureName)`") }
    do {
      var packets: [CapturedPacket] = []
      var reader = try openCapture(bytes: capture, named: path(captureName))
      while let packet = try reader.next() { packets.append(packet) }
      var host = HostDescription()
      if let name = try node.optional("host")?.string() {
        host = try HostDescription(yaml: text(name), file: path(name))
        if let sets = host.setsFile { host.sets = try SetCatalog(parsing: text(sets), file: path(sets)) }
      }
      let ruleset = try Ruleset(parsing: rulesText, file: path(rulesName), sets: host.sets)
      return Scenario(ruleset: ruleset, packets: packets, host: host, content: content)
    } catch let error as LessonError {
      throw error
    } catch {
      throw LessonError(file: path("lesson.yaml"), line: node.line, "the scenario cannot be read: \(error)")
    }
  }
}

extension LessonStep {
  private static let keys = [
    "id", "say", "show", "walk", "try", "ask", "scenario", "packet", "emitted", "field", "table", "chain", "rule",
    "goals", "keeps", "teaches", "needs",
  ]

  init(_ node: LessonNode, scenarios: Set<String>) throws(LessonError) {
    try node.allow(Self.keys)
    line = node.line
    id = try node.required("id").string()
    scenario = try node.optional("scenario")?.string() ?? Lesson.mainScenario
    guard scenarios.contains(scenario) else { throw node.wrong("there is no scenario `\(scenario)`") }
    teaches = try Self.words(node, "teaches")
    needs = try Self.words(node, "needs")
    let packet = try node.optional("packet")?.integer(in: 1...100_000) ?? 1
    let emission = try node.optional("emitted")?.integer(in: 1...100).map { [$0 - 1] } ?? []
    let verbs = try ["say", "show", "walk", "try", "ask"].filterTyped { (name: String) throws(LessonError) in
      try node.optional(name) != nil
    }
    guard verbs.count <= 1 else {
      throw node.wrong("the step `\(id)` does more than one thing: \(verbs.joined(separator: ", "))")
    }
    switch verbs.first {
    case "show"?:
      action = .show(LessonTarget(packet: packet - 1, emission: emission, place: try .init(node.required("show"))))
    case "walk"?:
      action = .walk(LessonTarget(packet: packet - 1, emission: emission, place: try .init(node.required("walk"))))
    case "try"?:
      let commands = try Self.words(node, "try")
      guard !commands.isEmpty else { throw node.wrong("there is nothing to try") }
      action = .practise(commands, LessonTarget(packet: packet - 1, emission: emission, place: .end))
    case "ask"?:
      var spec = QuestionSpec(kind: try node.required("ask").string(), packet: packet - 1, emission: emission)
      guard QuestionKinds[spec.kind] != nil else {
        throw node.wrong(
          "unknown kind of question `\(spec.kind)`; known are \(QuestionKinds.all.map { $0.name }.joined(separator: ", "))"
        )
      }
      if let field = try node.optional("field")?.string() {
        let parts = field.split(separator: ".").map(String.init)
        guard parts.count == 2 else { throw node.wrong("a field is named as in `tcp.destination_port`") }
        (spec.protocolName, spec.field) = (parts[0], parts[1])
      }
      if let table = try node.optional("table")?.string() {
        guard let name = TableName(rawValue: table) else { throw node.wrong("there is no table `\(table)`") }
        spec.table = name
      }
      spec.chain = try node.optional("chain")?.string()
      spec.rule = try node.optional("rule")?.integer(in: 1...10_000)
      spec.goals = try Self.goals(node, "goals")
      spec.keeps = try Self.goals(node, "keeps")
      action = .ask(spec)
    default: action = .say
    }
  }

  private static func goals(_ node: LessonNode, _ key: String) throws(LessonError) -> [Goal] {
    try node.optional(key)?.list().mapTyped { (goal: LessonNode) throws(LessonError) in try Goal(goal) } ?? []
  }

  private static func words(_ node: LessonNode, _ key: String) throws(LessonError) -> [String] {
    try node.optional(key)?.list().mapTyped { (word: LessonNode) throws(LessonError) in try word.string() } ?? []
  }
}

extension LessonTarget.Place {
  /// `arrival`, `field tcp.flags`, `hook INPUT`, `rule INPUT 4`, `rule nat PREROUTING 1`, `policy OUTPUT`, `verdict`, ...
  init(_ node: LessonNode) throws(LessonError) {
    let text = try node.string()
    let words = text.split(separator: " ").map(String.init)
    let plain: [String: Self] = [
      "arrival": .arrival, "tracking": .tracking, "helper": .helper, "routing": .routing, "log": .log,
      "changed": .changed, "reassembled": .reassembled, "emission": .emission, "verdict": .verdict,
      "confirms": .confirms, "end": .end,
    ]
    if let place = plain[text] {
      self = place
      return
    }
    switch (words.first, words.count) {
    case ("field"?, 2):
      let parts = words[1].split(separator: ".").map(String.init)
      guard parts.count == 2 else { throw node.wrong("a field is named as in `tcp.destination_port`") }
      self = .field(parts[0], parts[1])
    case ("note"?, 2): self = .note(words[1])
    case ("hook"?, 2):
      guard let hook = Hook(rawValue: words[1]) else { throw node.wrong("there is no hook `\(words[1])`") }
      self = .hook(hook)
    case ("rule"?, 3), ("rule"?, 4):
      let table = words.count == 4 ? TableName(rawValue: words[1]) : .filter
      guard let table, let number = words.last.flatMap({ Int($0) }) else {
        throw node.wrong("a rule is named as in `rule INPUT 4`")
      }
      self = .rule(table, words[words.count - 2], number)
    case ("policy"?, 2), ("policy"?, 3):
      let table = words.count == 3 ? TableName(rawValue: words[1]) : .filter
      guard let table, let chain = words.last else { throw node.wrong("a policy is named as in `policy OUTPUT`") }
      self = .policy(table, chain)
    default:
      throw node.wrong(
        "`\(text)` is no place; try arrival, field tcp.flags, hook INPUT, rule INPUT 4, policy OUTPUT, verdict, end")
    }
  }
}

extension Goal {
  /// `{verdict: [DROP, REJECT], packet: 1}`, `{silent: true, packet: 1}`; without `packet` it is about the packet that the
  /// learner sends.
  init(_ node: LessonNode) throws(LessonError) {
    try node.allow(["packet"] + Kind.allCases.map(\.rawValue))
    let packet = try node.optional("packet")?.integer(in: 1...100_000)
    let kinds = try Kind.allCases.filterTyped { (kind: Kind) throws(LessonError) in
      try node.optional(kind.rawValue) != nil
    }
    guard kinds.count == 1, let kind = kinds.first else {
      throw node.wrong("a goal names one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    var values: [Verdict] = []
    if kind == .verdict {
      values = try node.required("verdict").list().mapTyped { (word: LessonNode) throws(LessonError) in
        guard let verdict = Verdict(rawValue: try word.string()) else {
          throw word.wrong("expected a verdict such as ACCEPT")
        }
        return verdict
      }
    }
    let endpoint = kind == .reaches ? try node.required("reaches").string() : ""
    self.init(kind: kind, packet: packet.map { $0 - 1 }, values: values, endpoint: endpoint)
  }
}

/// A YAML node with the file it stands in, for errors that say where.
struct LessonNode {
  private let node: Node
  private let file: String

  init(yaml text: String, file: String) throws(LessonError) {
    self.file = file
    do {
      guard let root = try Yams.compose(yaml: text) else { throw LessonError(file: file, line: 1, "is empty") }
      node = root
    } catch let error as LessonError {
      throw error
    } catch {
      let problem = YAMLProblem(error, in: text)
      throw LessonError(file: file, line: problem.line, column: problem.column, problem.message)
    }
  }

  private init(_ node: Node, _ file: String) {
    self.node = node
    self.file = file
  }

  var line: Int { node.mark?.line ?? 1 }

  func wrong(_ message: String) -> LessonError {
    LessonError(file: file, line: node.mark?.line, column: node.mark?.column, message)
  }

  /// Refuses keys other than these.
  func allow(_ keys: [String]) throws(LessonError) {
    for (key, _) in try pairs() where !keys.contains(key) {
      throw wrong("unknown key `\(key)`; known are \(keys.joined(separator: ", "))")
    }
  }

  func pairs() throws(LessonError) -> [(String, LessonNode)] {
    guard let mapping = node.mapping else { throw wrong("expected keys and values") }
    var result: [(String, LessonNode)] = []
    for (key, value) in mapping {
      guard let name = key.string else { throw wrong("expected a key") }
      result.append((name, LessonNode(value, file)))
    }
    return result
  }

  func optional(_ key: String) throws(LessonError) -> LessonNode? { try pairs().first { $0.0 == key }?.1 }

  func required(_ key: String) throws(LessonError) -> LessonNode {
    guard let found = try optional(key) else { throw wrong("`\(key)` is missing") }
    return found
  }

  func list() throws(LessonError) -> [LessonNode] {
    guard let sequence = node.sequence else { throw wrong("expected a list") }
    return sequence.map { LessonNode($0, file) }
  }

  func string() throws(LessonError) -> String {
    guard let scalar = node.scalar else { throw wrong("expected a word or text") }
    return scalar.string
  }

  func integer(in range: ClosedRange<Int>) throws(LessonError) -> Int {
    guard let value = node.int, range.contains(value) else {
      throw wrong("expected a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}

extension Sequence {
  /// `map`, with the closure's own kind of error.
  func mapTyped<Value, Failure: Error>(_ transform: (Element) throws(Failure) -> Value) throws(Failure) -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try transform(element)) }
    return values
  }

  /// `filter`, with the closure's own kind of error.
  func filterTyped<Failure: Error>(_ isWanted: (Element) throws(Failure) -> Bool) throws(Failure) -> [Element] {
    var values: [Element] = []
    for element in self where try isWanted(element) { values.append(element) }
    return values
  }
}

extension Int {
  fileprivate func map<Value>(_ transform: (Int) -> Value) -> Value { transform(self) }
}
