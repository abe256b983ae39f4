import Netfilter
import Simulation

extension Session {
  /// Shows the step at hand: where we are, the bytes, the chain, the sentence.
  func showStep(_ output: inout Output, intro: Bool = true) {
    guard let history, let position, let step else { return }
    output.gap()
    output.showsStep = true
    output.add(cut: stepHeading(step, position, history), .place)
    if case .arrival = step.content, let packetSummary { output.add(cut: packetSummary, .note) }
    if options.isPlain {
      addFacts(step, position, &output)
    } else {
      showDump(step.bytes, step.marks, &output)
      if let place = step.place { showChain(place, position, &output) }
    }
    for sentence in phrases.sentences(step) { output.add(sentence, .sentence) }
  }

  /// What a question is about, seen from outside: a packet's number, time, direction and interface. Its addresses only
  /// where they are not what is asked.
  func showSubject(_ spec: QuestionSpec, _ output: inout Output) {
    guard let history, let record = history.record(spec.packet) else { return }
    if spec.emission.isEmpty {
      let asksAddress = spec.field?.hasSuffix("address") ?? false
      let number = phrases.say(.packetNumber(spec.packet + 1, of: history.packetCount))
      output.add(cut: summary(of: record, number: number, showsAddresses: !asksAddress), .note)
    } else {
      output.add(phrases.say(.answerTo(spec.packet + 1)), .note)
    }
    guard spec.kind == StateQuestion.name, spec.emission.isEmpty else { return }
    let before = history.conversation(before: spec.packet)
    guard !before.isEmpty else {
      output.add(phrases.say(.nothingBefore), .note)
      return
    }
    output.add(phrases.say(.cameBefore), .note)
    for line in before { output.add(cut: "  " + line, .note) }
  }

  /// `packet 1 of 2, step 31 of 56`.
  func stepHeading(_ step: Step, _ position: Position, _ history: History) -> String {
    phrases.stepHeading(
      StepHeading(
        packet: position.packet + 1, packetCount: history.packetCount, step: position.step + 1,
        stepCount: history.steps(position.packet).count, answer: step.emission.first.map { $0 + 1 }, place: step.place))
  }

  /// Time, direction, interface and addresses of the packet at hand.
  var packetSummary: String? { record.map { summary(of: $0, showsAddresses: true) } }

  private func summary(of record: PacketRecord, number: String? = nil, showsAddresses: Bool) -> String {
    var parts = [number].compactMap { $0 }
    if let time = record.captured.time { parts.append(time.timeOfDay) }
    parts.append(record.direction.rawValue)
    if !record.interface.isEmpty { parts.append(record.interface) }
    let source = record.captured.shownSource ?? record.addresses?.source
    let destination = record.captured.shownDestination ?? record.addresses?.destination
    if let source, let destination, showsAddresses { parts.append("\(source) > \(destination)") }
    return parts.joined(separator: "  ")
  }

  func showDump(_ bytes: [UInt8], _ marks: Step.Marks, rows: Int = 5, _ output: inout Output) {
    if options.isPlain { return addByteFacts(bytes, marks, rows: rows, &output) }
    var view = DumpView(bytes: bytes, marks: marks)
    view.rows = rows
    let lines = view.lines
    output.add(lines: lines.shown, narrow: view.narrowLines, .dump)
    if lines.hidden > 0 { output.add(phrases.say(.truncatedDump(lines.hidden)), .note) }
  }

  /// The chain that a place stands in, with what this packet has met in it so far.
  func showChain(_ place: Step.Place, _ position: Position, _ output: inout Output) {
    guard let chain = history?.scenario.ruleset[place.table]?[place.chain] else { return }
    let policy = chain.policy?.rawValue
    output.add(phrases.chainHeading(table: place.table, chain: place.chain, policy: policy), .chain)
    var list = ChainList(chain)
    list.current = place.rule
    list.met = met(place, before: position)
    add(list, &output)
  }

  /// The rules as lines, or as facts.
  private func add(_ list: ChainList, _ output: inout Output) {
    if options.isPlain {
      for index in list.window { output.add(phrases.plain(list.fact(index)), .chain) }
    } else {
      for line in list.lines { output.add(row: line, narrow: [line], .chain) }
    }
  }

  /// Which rules of the chain the packet has met before `position`, and whether they fired.
  func met(_ place: Step.Place, before position: Position) -> [Int: Bool] {
    guard let history else { return [:] }
    var met: [Int: Bool] = [:]
    let steps = history.steps(position.packet)
    let here = steps.indices.contains(position.step) ? steps[position.step].emission : []
    for step in steps.prefix(position.step) where step.emission == here {
      guard let other = step.place, other.table == place.table, other.chain == place.chain, other.hook == place.hook,
        let visit = step.visit, visit.step.kind == .rule
      else { continue }
      met[other.rule] = visit.matched
    }
    return met
  }

  /// A chain's rules without any place.
  func showRules(_ table: TableName, _ chain: String, rows: Int, _ output: inout Output) {
    guard let chain = history?.scenario.ruleset[table]?[chain] else { return }
    let policy = chain.policy?.rawValue
    output.add(phrases.chainHeading(table: table, chain: chain.name, policy: policy), .chain)
    var list = ChainList(chain)
    list.rows = rows
    add(list, &output)
  }

  /// The lesson that was left unfinished: the first begun one, in the order of the course.
  var resume: Message? {
    for folder in library.folders where memory.last[folder.id] != nil && !memory.finished.contains(folder.id) {
      guard let lesson = try? folder.lesson() else { continue }
      let index = lesson.steps.firstIndex { $0.id == memory.last[folder.id] } ?? 0
      return .resume(
        number: folder.number, title: lesson.prose(in: options.language).title, step: index + 1, of: lesson.steps.count)
    }
    return nil
  }

  /// The lessons and how far each has come.
  func listLessons(_ output: inout Output) {
    guard !library.folders.isEmpty else {
      output.add(phrases.say(.noLessons), .note)
      return
    }
    output.add(phrases.say(.lessonsHeading), .heading)
    for folder in library.folders {
      guard let lesson = try? folder.lesson() else {
        output.add("  \(folder.name)", .error)
        continue
      }
      let done = memory.reached[lesson.id]?.count ?? 0
      let standing: LessonLine.Standing =
        memory.finished.contains(lesson.id)
        ? .finished : done > 0 ? .begun(done: min(done, lesson.steps.count), of: lesson.steps.count) : .new
      let title = lesson.prose(in: options.language).title
      let line = LessonLine(
        number: folder.number, id: lesson.id, title: title, minutes: lesson.minutes, standing: standing)
      let number = String(repeating: " ", count: max(0, 3 - String(folder.number).count)) + String(folder.number)
      let state = phrases.lessonLine(line)
      guard !options.isPlain else {
        output.add("\(folder.number). \(title), \(lesson.id), \(state)", .plain)
        continue
      }
      output.add(
        row: "\(number)  \(Layout.pad(title, to: 42)) \(Layout.pad(lesson.id, to: 20)) \(state)",
        narrow: ["\(number)  \(title)", "     \(lesson.id)  \(state)"], .plain)
    }
  }
}
