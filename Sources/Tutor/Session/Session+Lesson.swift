import Netfilter
import Simulation

/// A lesson being taken.
struct LessonRun {
  let lesson: Lesson
  /// The step at hand; -1 before the first.
  var index = -1
  /// Where a `walk` step ends.
  var target: Position?
  /// The scenario that the history plays, by name.
  var scenario = Lesson.mainScenario
  var before = Tally()
  var isFinished = false

  var step: LessonStep? { lesson.steps.indices.contains(index) ? lesson.steps[index] : nil }

  /// Whether the step at hand begins with the lesson's own packets and rules: not where there is nothing but prose, nor
  /// where commands go on from those of the step before.
  var takesBack: Bool {
    guard let step else { return false }
    switch step.action {
    case .say: return false
    case .practise:
      guard lesson.steps.indices.contains(index - 1), lesson.steps[index - 1].scenario == step.scenario,
        case .practise = lesson.steps[index - 1].action
      else { return true }
      return false
    default: return true
    }
  }

  /// Whether the lesson has a question of its own about a chain, so that no prediction is put.
  func asksItself(_ key: ChainKey, chain: String) -> Bool {
    lesson.steps.contains { step in
      guard step.scenario == scenario, case .ask(let spec) = step.action else { return false }
      return spec.kind == FiresQuestion.name && spec.packet == key.packet && spec.emission == key.emission
        && spec.chain == chain && spec.table == key.table
    }
  }
}

extension Session {
  /// Begins a lesson, or goes on where it was left.
  package mutating func begin(_ lesson: Lesson) -> Output {
    var output = Output()
    begin(lesson, &output)
    return finished(output)
  }

  mutating func begin(_ lesson: Lesson, _ output: inout Output) {
    var run = LessonRun(lesson: lesson)
    run.before = tally
    open = nil
    predicted = []
    position = nil
    if let last = memory.last[lesson.id], let index = lesson.steps.firstIndex(where: { $0.id == last }), index > 0 {
      run.index = index - 1
    }
    load(Lesson.mainScenario, &run)
    mode = .lesson(run)
    let missing = lesson.requires.filter { !memory.finished.contains($0) }
    output.add("\(lesson.number). \(lesson.prose(in: options.language).title)", .heading)
    output.add(phrases.say(.lessonStarts(id: lesson.id, steps: lesson.steps.count)), .note)
    if !missing.isEmpty { output.add(phrases.say(.lessonRequires(missing.map(name(ofLesson:)))), .note) }
    emit(ProgressEvent(.begun, lesson: lesson.id), &output)
    nextLessonStep(&output)
  }

  /// Notes an event here and has it written.
  mutating func emit(_ event: ProgressEvent, _ output: inout Output) {
    memory.apply(event, at: now)
    output.effects.append(.progress(event))
  }

  /// `3. The TCP header`; the id where there is no such lesson.
  private func name(ofLesson id: String) -> String {
    guard let folder = library.folders.first(where: { $0.id == id }), let lesson = try? folder.lesson() else {
      return id
    }
    return "\(folder.number). \(lesson.prose(in: options.language).title)"
  }

  /// Plays the scenario called `name`; `true` where the learner's changes to it were taken back.
  @discardableResult
  private mutating func load(_ name: String, _ run: inout LessonRun) -> Bool {
    guard let scenario = run.lesson.scenarios[name] else { return false }
    guard history == nil || run.scenario != name || position == nil else {
      return run.takesBack && takeBack(scenario)
    }
    run.scenario = name
    experiment = Experiment(scenario, files: files)
    position = nil
    predicted = []
    return false
  }

  /// A lesson's steps speak of its own packets and rules, so what the learner sent, edited or changed goes; `undo`
  /// brings it back.
  private mutating func takeBack(_ scenario: Scenario) -> Bool {
    guard let present = self.scenario,
      !present.hasSamePackets(as: scenario) || present.ruleset.savedText() != scenario.ruleset.savedText()
    else { return false }
    let packet = position.flatMap { place in
      present.identities.indices.contains(place.packet)
        ? scenario.identities.firstIndex(of: present.identities[place.packet]) : nil
    }
    let text = phrases.say(.lessonPackets)
    experiment?.apply(text, scenario)
    if packet != position?.packet { position = packet.map { Position(packet: $0, step: 0) } }
    settle(atEnd: false)
    return true
  }

  /// `next` within a lesson: on through a walk, or to the lesson's next step.
  mutating func advanceLesson(_ output: inout Output) {
    guard case .lesson(let run) = mode else { return }
    if let target = run.target, position.map({ $0 < target }) ?? true {
      switch advance(&output) {
      case .moved: showStep(&output)
      case .asked: break
      case .ended: nextLessonStep(&output)
      }
      return
    }
    nextLessonStep(&output)
  }

  /// Enters the lesson's next step.
  mutating func nextLessonStep(_ output: inout Output) {
    guard case .lesson(var run) = mode else { return }
    guard run.index + 1 < run.lesson.steps.count else { return finish(&run, &output) }
    run.index += 1
    mode = .lesson(run)
    enterLessonStep(&output)
  }

  /// The lesson's step before this one; `false` at the first.
  mutating func previousLessonStep(_ output: inout Output) -> Bool {
    guard case .lesson(var run) = mode, run.index > 0 else { return false }
    run.index -= 1
    open = nil
    mode = .lesson(run)
    enterLessonStep(&output)
    return true
  }

  private mutating func enterLessonStep(_ output: inout Output) {
    guard case .lesson(var run) = mode, let step = run.step else { return }
    let tookBack = load(step.scenario, &run)
    run.target = nil
    emit(ProgressEvent(.reached, lesson: run.lesson.id, step: step.id), &output)
    output.gap()
    if tookBack { output.add(phrases.say(.lessonPackets), .note) }
    showProse(run, step, &output)
    switch step.action {
    case .say: break
    case .show(let target):
      if let history, let place = target.position(in: history) {
        position = place
        mode = .lesson(run)
        showStep(&output)
      }
    case .walk(let target):
      if let history, let end = target.position(in: history) {
        run.target = end
        // A walk in another packet, or back, begins at that packet's first step.
        if position.map({ $0.packet != end.packet || $0 > end }) ?? true {
          position = start(of: target, in: history)
        }
        mode = .lesson(run)
        advanceLesson(&output)
      }
    case .practise(let commands, let target):
      // What goes on from the commands of the step before stays where they led.
      if let history, let place = target.position(in: history),
        run.takesBack || tookBack || position.map({ $0 < place }) ?? true
      {
        position = place
      }
      mode = .lesson(run)
      output.gap()
      output.add(phrases.say(.tryThis), .question)
      // A here-document has lines of its own.
      for line in commands.flatMap({ $0.split(separator: "\n", omittingEmptySubsequences: false) }) {
        output.add(cut: "    " + line, .dump)
      }
      output.add(phrases.say(.continuePrompt), .note)
    case .ask(let spec):
      mode = .lesson(run)
      _ = ask(
        spec, id: step.id, hints: run.lesson.prose(in: options.language).hints[step.id] ?? [], .lesson(step: step.id),
        &output)
    }
    mode = .lesson(run)
  }

  /// Where a walk in another packet sets out: before its first step, or before its walk where nothing is to be decoded.
  private func start(of target: LessonTarget, in history: History) -> Position? {
    let steps = history.steps(target.packet)
    var first = 0
    if !target.isInHeaders, let hook = steps.firstIndex(where: { if case .hook = $0.content { true } else { false } }) {
      first = hook
    }
    return history.position(before: Position(packet: target.packet, step: first))
  }

  private func showProse(_ run: LessonRun, _ step: LessonStep, _ output: inout Output) {
    let paragraphs = run.lesson.prose(in: options.language).sections[step.id] ?? []
    for (index, paragraph) in paragraphs.enumerated() {
      if index > 0, !paragraph.isItem || !(paragraphs[index - 1].isItem) { output.gap() }
      switch paragraph {
      case .text(let text): output.add(text, .prose, hanging: paragraph.isItem ? 2 : 0)
      case .code(let lines): for line in lines { output.add(cut: "    " + line, .code) }
      }
    }
  }

  mutating func lessonAnswered(_ step: String, _ result: ProgressEvent.Result, _ output: inout Output) {
    output.add(phrases.say(.continuePrompt), .note)
  }

  private mutating func finish(_ run: inout LessonRun, _ output: inout Output) {
    guard !run.isFinished else {
      output.add(phrases.say(.atEnd), .note)
      return
    }
    run.isFinished = true
    mode = .lesson(run)
    let before = run.before
    output.gap()
    output.add(
      phrases.say(
        .lessonEnds(
          right: tally.right - before.right, wrong: tally.wrong - before.wrong, skipped: tally.skipped - before.skipped,
          hints: tally.hints - before.hints)), .heading)
    emit(ProgressEvent(.finished, lesson: run.lesson.id), &output)
    let number = run.lesson.number
    if let next = library.folders.first(where: { $0.number > number }), let lesson = try? next.lesson() {
      output.add(
        phrases.say(.nextLesson(number: next.number, id: lesson.id, title: lesson.prose(in: options.language).title)),
        .note)
    }
  }

  /// Forgets a lesson's progress, or all of it.
  mutating func performReset(_ lesson: String?, _ output: inout Output) {
    emit(ProgressEvent(.reset, lesson: lesson), &output)
    output.add(phrases.say(.resetDone(lesson ?? phrases.say(.resetAll))), .note)
  }
}
