import Netfilter
import Simulation

/// Proves lessons: every answer recomputed, every distractor wrong, every hint there, in every language.
package struct Lint {
  private let library: Library
  private var lessons: [(folder: Library.Folder, lesson: Lesson)] = []
  private(set) package var findings: [LintFinding] = []
  /// What was proved.
  package private(set) var stepCount = 0
  package private(set) var questionCount = 0

  /// Checks the lessons named (all where none is), against the whole library.
  package init(_ library: Library, only names: Set<String> = []) {
    self.library = library
    for folder in library.folders {
      do {
        lessons.append((folder, try folder.lesson()))
      } catch {
        findings.append(LintFinding(rule: .unreadable, file: error.file, line: error.line, message: error.message))
      }
    }
    checkIdentifiers()
    checkRequirements()
    for (folder, lesson) in lessons where names.isEmpty || names.contains(lesson.id) { check(lesson, in: folder) }
  }

  private mutating func report(_ rule: LintFinding.Rule, _ file: String, _ line: Int?, _ message: String) {
    findings.append(LintFinding(rule: rule, file: file, line: line, message: message))
  }

  // MARK: The course

  private mutating func checkIdentifiers() {
    var seen: [String: String] = [:]
    for (folder, lesson) in lessons {
      let file = folder.name + "/lesson.yaml"
      if !Self.isIdentifier(lesson.id) {
        report(.identifier, file, 1, "`\(lesson.id)` is no id: lower-case letters, digits and hyphens")
      }
      if lesson.id != folder.id {
        report(.identifier, file, 1, "the id is `\(lesson.id)`, the folder says `\(folder.id)`")
      }
      if let other = seen[lesson.id] { report(.repeated, file, 1, "the id `\(lesson.id)` is also that of \(other)") }
      seen[lesson.id] = folder.name
    }
  }

  private static func isIdentifier(_ text: String) -> Bool {
    !text.isEmpty && !text.hasPrefix("-")
      && text.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
  }

  private mutating func checkRequirements() {
    let byID = Dictionary(lessons.map { ($0.lesson.id, $0.lesson) }, uniquingKeysWith: { first, _ in first })
    for (folder, lesson) in lessons {
      let file = folder.name + "/lesson.yaml"
      for id in lesson.requires where byID[id] == nil {
        report(.requirement, file, nil, "requires `\(id)`, which is no lesson")
      }
      if Self.reaches(lesson.id, from: lesson.requires, byID) {
        report(.requirement, file, nil, "requires itself, by way of \(lesson.requires.joined(separator: ", "))")
      }
    }
  }

  private static func reaches(_ id: String, from start: [String], _ lessons: [String: Lesson]) -> Bool {
    var left = start
    var seen: Set<String> = []
    while let next = left.popLast() {
      if next == id { return true }
      if seen.insert(next).inserted { left += lessons[next]?.requires ?? [] }
    }
    return false
  }

  /// Everything taught in the lessons that one builds on.
  private func taught(before lesson: Lesson) -> Set<String> {
    var ideas: Set<String> = []
    var left = lesson.requires
    var seen: Set<String> = []
    while let id = left.popLast() {
      guard seen.insert(id).inserted, let other = lessons.first(where: { $0.lesson.id == id })?.lesson else { continue }
      for step in other.steps { ideas.formUnion(step.teaches) }
      left += other.requires
    }
    return ideas
  }

  // MARK: One lesson

  private mutating func check(_ lesson: Lesson, in folder: Library.Folder) {
    checkProse(lesson, folder)
    var ideas = taught(before: lesson)
    var histories: [String: History] = [:]
    var seen: Set<String> = []
    for step in lesson.steps {
      stepCount += 1
      let file = folder.name + "/lesson.yaml"
      if !Self.isIdentifier(step.id) {
        report(.identifier, file, step.line, "`\(step.id)` is no id: lower-case letters, digits and hyphens")
      }
      if !seen.insert(step.id).inserted {
        report(.repeated, file, step.line, "the step `\(step.id)` stands here twice")
      }
      for idea in step.needs where !ideas.contains(idea) {
        report(.idea, file, step.line, "`\(step.id)` needs `\(idea)`, which nothing before it teaches")
      }
      ideas.formUnion(step.teaches)
      guard let scenario = lesson.scenario(of: step) else { continue }
      let history = histories[step.scenario] ?? History(scenario)
      histories[step.scenario] = history
      switch step.action {
      case .say: break
      case .show(let target), .walk(let target):
        if target.position(in: history) == nil {
          report(.place, file, step.line, "`\(step.id)`: the packet never comes to that place")
        }
      case .ask(let spec):
        questionCount += 1
        if step.needs.isEmpty {
          report(.idea, file, step.line, "the question `\(step.id)` names no idea that it needs")
        }
        check(spec, of: step, lesson, scenario, history, file)
      }
    }
    checkRoom(lesson, folder)
  }

  private mutating func checkProse(_ lesson: Lesson, _ folder: Library.Folder) {
    let ids = lesson.steps.map(\.id)
    for language in Language.allCases {
      let file = "\(folder.name)/\(language.rawValue).md"
      guard let prose = lesson.prose[language] else {
        report(.prose, file, nil, "is missing: every language carries every lesson")
        continue
      }
      for step in lesson.steps where (prose.sections[step.id] ?? []).isEmpty {
        report(.prose, file, nil, "the step `\(step.id)` has no prose")
      }
      for (id, line) in prose.order where !ids.contains(id) {
        report(.prose, file, line, "`\(id)` is no step of the lesson")
      }
      let order = prose.order.map(\.id).filter(ids.contains)
      if order != ids.filter(order.contains) {
        report(.prose, file, nil, "the steps stand in another order than in lesson.yaml")
      }
      for step in lesson.steps { checkHints(step, prose, file) }
    }
  }

  private mutating func checkHints(_ step: LessonStep, _ prose: LessonProse, _ file: String) {
    let hints = prose.hints[step.id]
    guard case .ask = step.action else {
      if hints != nil { report(.hints, file, nil, "`\(step.id)` asks nothing, so its hints are never shown") }
      return
    }
    if let hints, hints.count != 3 {
      report(.hints, file, nil, "`\(step.id)` has \(hints.count) hints; there are three rungs")
    }
  }

  private mutating func check(
    _ spec: QuestionSpec, of step: LessonStep, _ lesson: Lesson, _ scenario: Scenario, _ history: History,
    _ file: String
  ) {
    let question: Question
    do {
      question = try Question(id: step.id, spec, history)
    } catch {
      report(.question, file, step.line, "`\(step.id)`: \(error)")
      return
    }
    guard spec.kind != RepairQuestion.name else {
      checkRepair(spec, step, lesson, scenario, file)
      return
    }
    for (rule, message) in Self.problems(of: question) { report(rule, file, step.line, "`\(step.id)`: \(message)") }
  }

  /// What is wrong with a question by itself.
  static func problems(of question: Question) -> [(rule: LintFinding.Rule, message: String)] {
    var problems: [(LintFinding.Rule, String)] = []
    let kind = question.kind
    if kind.clues.count != 3 { problems.append((.hints, "there are \(kind.clues.count) hints; there are three rungs")) }
    if kind.evidence(for: kind.correct).isEmpty { problems.append((.question, "nothing proves the answer")) }
    let right = question.choices.indices.filter { kind.isRight(question.choices[$0].answer) }
    if right.count != 1 { problems.append((.choices, "the answer is among the choices \(right.count) times")) }
    if question.choices.count < 2 { problems.append((.choices, "there is nothing to choose from")) }
    for (index, choice) in question.choices.enumerated() where choice.answer != kind.correct {
      let letter = Question.letter(index)
      guard case .wrong = question.judge(letter) else {
        problems.append((.distractor, "the choice \(letter) is not judged wrong"))
        continue
      }
      if kind.evidence(for: choice.answer).isEmpty {
        problems.append((.distractor, "nothing speaks against the choice \(letter)"))
      }
    }
    // No two choices may read alike.
    for language in Language.allCases {
      let words = question.choices.map { language.phrases.choice($0.answer, in: question, rules: []) }
      if Set(words).count != words.count {
        problems.append((.choices, "two choices read alike in \(language.rawValue)"))
      }
    }
    return problems
  }

  private mutating func checkRepair(
    _ spec: QuestionSpec, _ step: LessonStep, _ lesson: Lesson, _ scenario: Scenario, _ file: String
  ) {
    func missed(_ scenario: Scenario) -> [Goal] {
      let history = History(scenario)
      return spec.goals.filter { goal in history.record(goal.packet)?.walk.map { !goal.isReached(by: $0) } ?? true }
    }
    if missed(scenario).isEmpty {
      report(.repair, file, step.line, "`\(step.id)`: the goals hold before anything is repaired")
    }
    guard let commands = lesson.references[step.id] else {
      report(.repair, file, step.line, "`\(step.id)`: there is no reference repair (repair.\(step.id).sh)")
      return
    }
    var ruleset = scenario.ruleset
    for command in commands where !command.isEmpty {
      let words = command.hasPrefix("iptables ") ? String(command.dropFirst("iptables ".count)) : command
      do {
        ruleset = try ruleset.applying(command: words)
      } catch {
        report(.repair, file, step.line, "`\(step.id)`: the reference repair is refused: \(error.message)")
        return
      }
    }
    for goal in missed(scenario.with(ruleset)) {
      report(
        .repair, file, step.line,
        "`\(step.id)`: the reference repair misses a goal: \(Language.english.phrases.goal(goal))")
    }
  }

  /// Goes through the lesson in every language and looks at each screen.
  private mutating func checkRoom(_ lesson: Lesson, _ folder: Library.Folder) {
    for language in Language.allCases where lesson.prose[language] != nil {
      var options = Session.Options()
      options.language = language
      options.watches = true
      var session = Session(library: library, options: options)
      var output = session.begin(lesson)
      for _ in 0..<5_000 {
        let tooWide = output.lines.first { Layout.columns($0.text) > 80 }
        if output.lines.count > 23 || tooWide != nil {
          let step = session.lessonStepID ?? "?"
          let what =
            tooWide.map { "`\($0.text.prefix(40))...` is wider than 80 columns" }
            ?? "\(output.lines.count) lines; 23 fit above the prompt"
          report(.room, "\(folder.name)/\(language.rawValue).md", nil, "`\(step)`: \(what)")
        }
        if output.effects.contains(where: {
          if case .progress(let event) = $0 { event.kind == .finished } else { false }
        }) {
          break
        }
        output = session.handle(session.isAsking ? "skip" : "")
      }
    }
  }
}

extension Session {
  /// Whether a question waits for its answer.
  package var isAsking: Bool { open != nil }

  /// The id of the lesson's step at hand.
  package var lessonStepID: String? {
    if case .lesson(let run) = mode { return run.step?.id }
    return nil
  }
}
