import Capture
import Netfilter
import Simulation
import Terminal
import Wire

/// The step or the question at hand as values for the stepping view. Nothing is in them that the session has not shown:
/// while a question is open, only what the question itself lets one see.
extension Session {
  /// The screen after `output` has been given.
  package func screen(after output: Output) -> StepScreen {
    var screen = StepScreen()
    screen.bytesTitle = phrases.label(.bytes)
    screen.textTitle = phrases.label(open == nil ? .step : .question)
    screen.more = phrases.label(.more)
    screen.keys = phrases.viewKeys(hasQuestion: open != nil)
    (screen.text, screen.fresh) = paragraphs(output)
    screen.headings = headings
    screen.fieldsTitle = phrases.label(.fields)
    screen.isAsking = open != nil
    if let question = open?.question {
      add(question, &screen)
    } else if let step, let position {
      add(step, position, &screen)
    }
    return screen
  }

  /// What the keys do, in place of the step.
  package var viewHelp: [StepScreen.Paragraph] {
    let rows = phrases.viewHelp
    let width = (rows.map { Layout.columns($0.keys) }.max() ?? 0) + 2
    return [StepScreen.Paragraph(phrases.label(.help), .heading)]
      + rows.map { row in
        var paragraph = StepScreen.Paragraph(Layout.pad(row.keys, to: width) + row.meaning, .plain, isFixed: true)
        paragraph.hanging = width
        return paragraph
      }
  }

  /// How to go on from what covers the screen.
  package var anyKeyLabel: String { phrases.label(.anyKey) }

  /// What is said while something takes long.
  package var workingLabel: String { phrases.label(.working) }

  /// What is shown for a line that was stopped on its way, and so has done nothing.
  package var stopped: Output {
    var output = Output()
    output.add(phrases.say(.stopped), .note)
    return output
  }

  /// The letters that answer the open question.
  package var choiceLetters: [String] {
    guard let question = open?.question, question.choices.count > 1 else { return [] }
    return question.choices.indices.map(Question.letter)
  }

  /// Words that the fields of the packet at hand are called by.
  package var fieldNames: [String] {
    guard let step else { return [] }
    return dissection(step.bytes, packet: step.packet, emission: step.emission).layers.flatMap { layer in
      layer.fieldGroups.map { phrases.fieldName(layer.protocolName, $0.field.name) }
    }
  }

  /// The same as commands take them: `tcp.flags`.
  package var dottedFieldNames: [String] {
    guard let step else { return [] }
    return dissection(step.bytes, packet: step.packet, emission: step.emission).layers.flatMap { layer in
      layer.fieldGroups.map { layer.protocolName + "." + $0.field.name }
    }
  }

  package var hasQuestion: Bool { open != nil }

  /// Whether `find` can go on by itself.
  package var hasSearched: Bool { wanted != nil }

  /// The packet at hand and how many there are, from 1; `nil` before the first step.
  package var packetAtHand: (number: Int, count: Int)? {
    guard let position, let history else { return nil }
    return (position.packet + 1, history.packetCount)
  }

  // MARK: Text

  /// What the tutor says, and which paragraph of it is the first one new, where others stand above.
  private func paragraphs(_ output: Output) -> (all: [StepScreen.Paragraph], fresh: Int?) {
    var context = Output()
    if let question = open?.question {
      // An open question stays in sight, whatever was typed.
      if !output.lines.contains(where: { $0.role == .question }) { show(question, &context) }
    } else if let step, !output.showsStep, output.lines.allSatisfy({ Self.asides.contains($0.role) }) {
      for sentence in phrases.sentences(step) { context.add(sentence, .sentence) }
    }
    context = context.redacted(redactions)
    if !context.lines.isEmpty { context.gap() }
    let before = paragraphs(context.lines, showsStep: true)
    let said = paragraphs(output.lines, showsStep: output.showsStep)
    return (before + said, before.isEmpty || said.isEmpty ? nil : before.count)
  }

  /// What is said beside the step, which stays in sight.
  private static let asides: Set<Output.Role> = [.note, .error, .plain, .hint]

  private func paragraphs(_ lines: [Output.Line], showsStep: Bool) -> [StepScreen.Paragraph] {
    lines.compactMap { line in
      // The panes and the heading show these already.
      if line.continues || showsStep && [.dump, .chain, .place].contains(line.role) { return nil }
      var paragraph = StepScreen.Paragraph(
        line.whole ?? line.text, line.role.style, indent: line.indent,
        isFixed: line.whole == nil || line.narrow != nil || line.role == .choice)
      paragraph.narrow = line.narrow
      return paragraph
    }
  }

  /// Whether an output is better read as a page of its own than beside a step.
  package func isPage(_ output: Output) -> Bool {
    let ofStep: Set<Output.Role> = [.right, .wrong, .prose, .question]
    return !output.showsStep && output.lines.count > 6 && !output.lines.contains { ofStep.contains($0.role) }
  }

  /// The paragraphs of such a page.
  package func page(_ output: Output) -> [StepScreen.Paragraph] { paragraphs(output.lines, showsStep: false) }

  private var headings: [String] {
    var full: [String] = []
    if case .lesson(let run) = mode {
      full.append("\(run.lesson.number). \(run.lesson.prose(in: options.language).title)")
    }
    var place: [String] = []
    if let step, let position, let history { place.append(stepHeading(step, position, history)) }
    let ends = packetSummary.map { [$0] } ?? []
    let wordings = [full + place + ends, place + ends, full + place, place].map { $0.joined(separator: "  ") }
    return (wordings.filter { !$0.isEmpty } + (place.isEmpty ? full + ["chainwalk"] : [])).map(shown)
  }

  /// With addresses that were edited out as the capture's text has them.
  func shown(_ text: String) -> String {
    redactions.reduce(into: text) { $0.replace($1.zeroed, with: $1.shown) }
  }

  // MARK: Panes

  private func add(_ question: Question, _ screen: inout StepScreen) {
    guard question.spec.kind != RepairQuestion.name else { return }
    let view = question.kind.view
    screen.dump = dump(view.bytes, view.marks)
    // A header drawn with its fields would answer what is asked about them.
    if question.spec.field == nil {
      let dissection = dissection(view.bytes, packet: question.spec.packet, emission: question.spec.emission)
      addHeaders(dissection, HeaderMarks(marks: view.marks), &screen)
    }
    if let (table, name) = view.chain, !view.isChainInChoices, let chain = history?.scenario.ruleset[table]?[name] {
      screen.chain = self.chain(chain, in: table)
    }
    if case .prediction? = open?.purpose, let position, let step { screen.connection = connection(step, position) }
  }

  private func add(_ step: Step, _ position: Position, _ screen: inout StepScreen) {
    let changed = changedBytes(step, position)
    var dump = dump(step.bytes, step.marks)
    dump.changed = changed
    screen.dump = dump
    let dissection = dissection(step.bytes, packet: step.packet, emission: step.emission)
    addHeaders(
      dissection,
      HeaderMarks(marks: step.marks, current: step.field, isDecoding: step.isDecoding, changed: changed), &screen)
    screen.chain = chain(step, position)
    screen.connection = connection(step, position)
  }

  private func dump(_ bytes: [UInt8], _ marks: Step.Marks) -> StepScreen.Dump {
    var dump = StepScreen.Dump(bytes: bytes)
    dump.current = marks.current
    dump.decoded = marks.decoded
    dump.read = marks.read
    dump.edited = marks.edited
    dump.unknown = marks.unknown
    return dump
  }

  private func dissection(_ bytes: [UInt8], packet: Int, emission: [Int]) -> Dissection {
    guard emission.isEmpty, let captured = history?.scenario.packets[packet] else { return Dissection(network: bytes) }
    return dissect(
      bytes, linkType: captured.linkType, knowledge: captured.knowledge, originalLength: captured.originalLength)
  }

  /// Bytes that differ from what the step before showed.
  private func changedBytes(_ step: Step, _ position: Position) -> [Range<Int>] {
    guard position.step > 0, let before = history?[Position(packet: position.packet, step: position.step - 1)],
      before.emission == step.emission, before.bytes.count == step.bytes.count, before.bytes != step.bytes
    else { return [] }
    return step.bytes.indices.filter { step.bytes[$0] != before.bytes[$0] }.map { $0..<$0 + 1 }
  }

  // MARK: Rules

  private func chain(_ chain: Chain, in table: TableName) -> StepScreen.Chain {
    let rules = chain.rules
    let redactions = redactions
    let policy = chain.policy?.rawValue
    return StepScreen.Chain(
      title: phrases.chainHeading(table: table, chain: chain.name, policy: policy), count: rules.count,
      policy: policy.map { "policy \($0)" },
      text: { index in
        guard rules.indices.contains(index) else { return "" }
        return redactions.reduce(into: rules[index].savedText) { $0.replace($1.zeroed, with: $1.shown) }
      })
  }

  /// The chain that the step stands in, or the one that it came from.
  private func chain(_ step: Step, _ position: Position) -> StepScreen.Chain? {
    guard let history else { return nil }
    let steps = history.steps(position.packet)
    let before = steps[..<position.step].last { $0.emission == step.emission && $0.place != nil }
    guard let place = step.place ?? before?.place, let rules = history.scenario.ruleset[place.table]?[place.chain]
    else {
      return nil
    }
    var chain = chain(rules, in: place.table)
    chain.current = step.place?.rule
    chain.met = met(
      place, before: step.place == nil ? Position(packet: position.packet, step: position.step) : position)
    // Marked as new: what the step before was about, when this one is about the next.
    if let last = before?.place, last.chain == place.chain, last.table == place.table, last.hook == place.hook,
      last.rule != step.place?.rule, steps[position.step - 1].place == last
    {
      chain.latest = last.rule
    }
    return chain
  }

  // MARK: Connection tracking

  /// The entry as it stands at this step: what tracking said of this packet last.
  private func connection(_ step: Step, _ position: Position) -> StepScreen.Connection? {
    guard let history else { return nil }
    let steps = history.steps(position.packet)
    for index in (0...position.step).reversed() where steps[index].emission == step.emission {
      guard case .tracking(let outcome) = steps[index].content else { continue }
      let words = (outcome.after ?? outcome.before)?.split(separator: " ").map(String.init)
      var connection = StepScreen.Connection(
        title: phrases.label(.connection(outcome.state)), words: words ?? [phrases.label(.noEntry)])
      connection.words = connection.words.map(shown)
      if index == position.step, let words { connection.changed = Self.changed(words, since: outcome.before) }
      return connection
    }
    return nil
  }

  /// Which words an entry did not have before: those in another place's stead, or its first where all of it is new.
  private static func changed(_ words: [String], since before: String?) -> Set<Int> {
    guard let before else { return [0] }
    let old = before.split(separator: " ").map(String.init)
    guard old.count == words.count else {
      let known = Set(old)
      return Set(words.indices.filter { !known.contains(words[$0]) })
    }
    return Set(words.indices.filter { words[$0] != old[$0] })
  }
}

extension Step {
  /// The packet is still being taken apart.
  fileprivate var isDecoding: Bool {
    switch content {
    case .arrival, .note, .field: true
    default: false
    }
  }

  /// The field that the step decodes.
  fileprivate var field: Field? {
    if case .field(_, let field, _, _) = content { return field }
    return nil
  }
}

extension Output.Role {
  /// How the terminal shows it.
  package var style: Style {
    switch self {
    case .plain, .prose, .sentence, .dump, .chain, .code: .plain
    case .heading, .place: .heading
    case .question: .question
    case .choice: .choice
    case .right: .right
    case .wrong: .wrong
    case .hint: .hint
    case .note: .note
    case .error: .error
    }
  }
}
