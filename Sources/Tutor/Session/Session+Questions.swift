import Netfilter
import Simulation

extension Session {
  /// Puts a question; `false` where it cannot be asked of this scenario.
  mutating func ask(
    _ spec: QuestionSpec, id: String, seed: UInt64 = 0, hints: [String] = [], _ purpose: OpenQuestion.Purpose,
    _ output: inout Output
  ) -> Bool {
    guard let history, let question = try? Question(id: id, spec, history, seed: seed) else { return false }
    let own = question.kind.clues.map(phrases.clue)
    open = OpenQuestion(question: question, hints: hints.isEmpty ? own : hints, purpose: purpose)
    // The reason behind an answer is asked while packet and rules still stand above.
    if case .reason = purpose {
      output.gap()
      showChoices(question, &output)
    } else {
      show(question, &output)
    }
    return true
  }

  /// The bytes, the chain where it is of use, the question and its choices.
  func show(_ question: Question, _ output: inout Output) {
    output.gap()
    output.showsStep = true
    if showsDump(question) { showSubject(question.spec, &output) }
    let view = question.kind.view
    if showsDump(question) { showDump(view.bytes, view.marks, &output) }
    if let (table, chain) = view.chain, !view.isChainInChoices {
      showRules(table, chain, rows: 7, &output)
    }
    showChoices(question, &output)
  }

  private func showChoices(_ question: Question, _ output: inout Output) {
    for line in phrases.ask(question.kind.prompt) { output.add(line, .question) }
    let rules = rules(of: question)
    for (index, choice) in question.choices.enumerated() where question.choices.count > 1 {
      let text = phrases.choice(choice.answer, in: question, rules: rules)
      output.add(cut: "  \(Question.letter(index))) \(text)", .choice)
    }
    output.add("(\(phrases.howToAnswer(question.answering)))", .note)
  }

  private func showsDump(_ question: Question) -> Bool {
    ![RepairQuestion.name, CraftQuestion.name].contains(question.spec.kind)
  }

  /// The rules of the chain that a question asks about.
  private func rules(of question: Question) -> [String] {
    guard let name = question.spec.chain, let chain = history?.scenario.ruleset[question.spec.table]?[name] else {
      return []
    }
    return chain.rules.map(\.savedText)
  }

  /// Takes an answer to the open question.
  mutating func answer(_ text: String, _ output: inout Output) {
    guard var open else {
      output.add(phrases.say(.noQuestion), .error)
      return
    }
    // A repair is judged by the rules as they stand now.
    if open.question.spec.kind == RepairQuestion.name, let history,
      let fresh = try? Question(id: open.question.id, open.question.spec, history)
    {
      open.question = fresh
    }
    let question = open.question
    let rules = rules(of: question)
    switch question.judge(text) {
    case .unreadable:
      output.add(phrases.unreadable, .note)
      output.add("(\(phrases.howToAnswer(question.answering)))", .note)
    case .right(let answer):
      output.add(phrases.right(phrases.choice(answer, in: question, rules: rules)), .right)
      for evidence in question.kind.evidence(for: answer) { output.add(phrases.evidence(evidence), .sentence) }
      close(open, open.attempts == 0 ? .right : .wrong, &output)
    case .wrong(let answer, let idea):
      open.attempts += 1
      self.open = open
      // A repair has no answer to repeat; what is still missing says it.
      if answer != .repaired {
        output.add(phrases.wrong(phrases.choice(answer, in: question, rules: rules)), .wrong)
      }
      for evidence in question.kind.evidence(for: answer) { output.add(phrases.evidence(evidence), .sentence) }
      if let idea {
        output.add(phrases.explanation(idea), .hint)
        tally.misconceptions[idea, default: 0] += 1
      }
      if open.attempts == 1 { note(open, .wrong, idea, &output) }
    }
  }

  /// Shows the answer and goes on; it never counts as right.
  mutating func skip(_ output: inout Output) {
    guard let open else {
      output.add(phrases.say(.noQuestion), .error)
      return
    }
    let question = open.question
    let answer = question.kind.correct
    // Where any of many things is right, the lesson's own shows one.
    if showsDump(question) == false, case .lesson(let step) = open.purpose, case .lesson(let run) = mode {
      for command in run.lesson.references[step] ?? [] where command.first.map({ $0 != "!" && $0 != "|" }) ?? false {
        output.add(phrases.say(.oneWay(command)), .note)
      }
      close(open, .skipped, &output)
      return
    }
    output.add(phrases.skipped(phrases.choice(answer, in: question, rules: rules(of: question))), .note)
    for evidence in question.kind.evidence(for: answer) { output.add(phrases.evidence(evidence), .sentence) }
    close(open, .skipped, &output)
  }

  /// The next rung of the hints.
  mutating func hint(_ output: inout Output) {
    guard var open else {
      output.add(phrases.say(.noQuestion), .error)
      return
    }
    guard open.hintsTaken < open.hints.count else {
      output.add(phrases.say(.noHint), .note)
      return
    }
    output.add(
      phrases.hintHeading(open.hintsTaken + 1, of: open.hints.count) + ": " + open.hints[open.hintsTaken], .hint)
    open.hintsTaken += 1
    tally.hints += 1
    self.open = open
  }

  /// Ends the open question and notes how it went.
  private mutating func close(_ question: OpenQuestion, _ result: ProgressEvent.Result, _ output: inout Output) {
    tally.answered += result == .skipped ? 0 : 1
    switch result {
    case .right: tally.right += 1
    case .wrong: tally.wrong += 1
    case .skipped: tally.skipped += 1
    }
    if result != .wrong { note(question, result, nil, &output) }
    open = nil
    switch question.purpose {
    case .lesson(let step): lessonAnswered(step, result, &output)
    case .quiz: quizAnswered(result, &output)
    case .review(let card): reviewed(card, result, hints: question.hintsTaken, &output)
    case .reason: output.add(phrases.say(.continuePrompt), .note)
    case .prediction(let key):
      predicted.insert(key)
      // The second tier: what kept the rule before from firing.
      if result != .skipped, let reason = question.question.kind.followUp,
        ask(reason, id: reason.stableID, .reason, &output)
      {
        return
      }
      output.add(phrases.say(.continuePrompt), .note)
    }
  }

  /// Has the first judgement of a question written to the progress log.
  private mutating func note(
    _ open: OpenQuestion, _ result: ProgressEvent.Result, _ idea: Misconception?, _ output: inout Output
  ) {
    let place: (lesson: String?, step: String)
    switch open.purpose {
    case .lesson(let step): place = (lessonID, step)
    // Outside a lesson's own questions it is the idea that comes back.
    case .quiz, .prediction, .reason: place = (nil, open.question.spec.idea)
    case .review: return
    }
    emit(
      ProgressEvent(
        .answered, lesson: place.lesson, step: place.step, result: result, misconception: idea, hints: open.hintsTaken),
      &output)
  }
}
