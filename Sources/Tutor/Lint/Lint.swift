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

  /// Checks the lessons named (all where none is), against the whole library; `proved` is called after each.
  package init(_ library: Library, only names: Set<String> = [], proved: () -> Void = {}) {
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
    if names.isEmpty { checkStability() }
    for (folder, lesson) in lessons where names.isEmpty || names.contains(lesson.id) {
      check(lesson, in: folder)
      proved()
    }
  }

  mutating func report(_ rule: LintFinding.Rule, _ file: String, _ line: Int?, _ message: String) {
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

  /// Ids are for ever: what was once written down is still there, and everything there is written down.
  private mutating func checkStability() {
    guard let text = library.identifiers else { return }
    var present: [String: (file: String, line: Int)] = [:]
    for (folder, lesson) in lessons {
      let file = folder.name + "/lesson.yaml"
      present[lesson.id] = (file, 1)
      for step in lesson.steps { present[lesson.id + "/" + step.id] = (file, step.line) }
    }
    var known: Set<String> = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      known.insert(String(line))
      if present[String(line)] == nil {
        report(.stability, "ids.txt", index + 1, "`\(line)` is in no lesson any more; progress that names it is lost")
      }
    }
    for (id, place) in present.sorted(by: { $0.key < $1.key }) where !known.contains(id) {
      report(.stability, place.file, place.line, "`\(id)` is not in ids.txt; add it once it is to stay")
    }
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
      case .practise(let commands, let target):
        if target.position(in: history) == nil {
          report(.place, file, step.line, "`\(step.id)`: the capture has no packet \(target.packet + 1)")
        }
        checkPractice(commands, step, lesson, file)
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

  /// Each command is typed where the step stands, and must be understood and answer something.
  private mutating func checkPractice(_ commands: [String], _ step: LessonStep, _ lesson: Lesson, _ file: String) {
    var options = Session.Options()
    options.watches = true
    var memory = LearnerMemory()
    memory.apply(ProgressEvent(.reached, lesson: lesson.id, step: step.id))
    var session = Session(library: library, options: options, memory: memory)
    _ = session.begin(lesson)
    // What goes on from the commands of the steps before is tried after them.
    let before = lesson.steps.prefix { $0.id != step.id }.reversed().prefix { earlier in
      if case .practise = earlier.action { earlier.scenario == step.scenario } else { false }
    }
    for case .practise(let earlier, _) in before.reversed().map(\.action) {
      for command in earlier { _ = session.handle(command) }
    }
    for command in commands {
      let output = session.handle(command)
      // What a program writes beside its output, as conntrack its count, is no failure; its exit status tells.
      let failures = Set((1...255).map { session.phrases.say(.exitStatus(Int32($0))) })
      let hasFailed =
        Shell.knows(command)
        ? output.lines.contains { failures.contains($0.text) } : output.lines.contains { $0.role == .error }
      // What goes into a file, and waiting, are silent where they work.
      let isSilent = Shell.knows(command) && (command.contains(">") || command.hasPrefix("sleep "))
      if output.lines.isEmpty && !isSilent || hasFailed {
        let why = output.lines.first { $0.role == .error }?.text ?? "it shows nothing"
        report(.practice, file, step.line, "`\(step.id)`: `\(command)` does not work here: \(why)")
      }
    }
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
        report(.prose, file, prose.line(of: step.id), "the step `\(step.id)` has no prose")
      }
      for (id, line) in prose.order where !ids.contains(id) {
        report(.prose, file, line, "`\(id)` is no step of the lesson")
      }
      for (id, paragraphs) in prose.sections {
        for case .code(let lines) in paragraphs {
          for line in lines where Layout.columns(line) > Layout.width - 4 {
            report(.room, file, prose.line(of: id), "`\(id)`: this line would be cut short: \(line)")
          }
        }
      }
      let order = prose.order.filter { ids.contains($0.id) }
      let wanted = ids.filter { id in order.contains { $0.id == id } }
      if let (place, id) = zip(order, wanted).first(where: { $0.id != $1 }) {
        report(.prose, file, place.line, "`\(place.id)` stands where lesson.yaml has `\(id)`")
      }
      for step in lesson.steps { checkHints(step, prose, file) }
    }
  }

  private mutating func checkHints(_ step: LessonStep, _ prose: LessonProse, _ file: String) {
    let hints = prose.hints[step.id]
    guard case .ask = step.action else {
      if hints != nil {
        report(.hints, file, prose.line(of: step.id), "`\(step.id)` asks nothing, so its hints are never shown")
      }
      return
    }
    if let hints, Set(hints).count != hints.count {
      report(.hints, file, prose.line(of: step.id), "`\(step.id)` gives the same hint twice")
    }
    if let hints, hints.count != 3 {
      report(.hints, file, prose.line(of: step.id), "`\(step.id)` has \(hints.count) hints; there are three rungs")
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
    switch spec.kind {
    case RepairQuestion.name: checkRepair(spec, step, lesson, scenario, file)
    case CraftQuestion.name: checkCraft(question, step, lesson, file)
    default: break
    }
    for (rule, message) in Self.clueProblems(of: question) { report(rule, file, step.line, "`\(step.id)`: \(message)") }
    guard ![RepairQuestion.name, CraftQuestion.name].contains(spec.kind) else { return }
    for (rule, message) in Self.problems(of: question) { report(rule, file, step.line, "`\(step.id)`: \(message)") }
  }

  /// What is wrong with the engine's own hints.
  static func clueProblems(of question: Question) -> [(rule: LintFinding.Rule, message: String)] {
    let clues = question.kind.clues
    var problems: [(LintFinding.Rule, String)] = []
    if clues.count != 3 { problems.append((.hints, "there are \(clues.count) hints; there are three rungs")) }
    for language in Language.allCases {
      let words = clues.map(language.phrases.clue)
      if Set(words).count != words.count || words.contains("") {
        problems.append((.hints, "two of the hints say the same in \(language.rawValue)"))
      }
    }
    return problems
  }

  /// What is wrong with a question by itself.
  static func problems(of question: Question) -> [(rule: LintFinding.Rule, message: String)] {
    var problems: [(LintFinding.Rule, String)] = []
    let kind = question.kind
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
      if choice.misconception == nil {
        problems.append((.distractor, "the choice \(letter) stands for no wrong idea"))
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
          let line = lesson.prose[language]?.line(of: step)
          report(.room, "\(folder.name)/\(language.rawValue).md", line, "`\(step)`: \(what)")
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
