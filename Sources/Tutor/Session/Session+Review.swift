import Simulation

/// A review being taken: questions that were missed, on packets made for them.
struct ReviewRun {
  let cards: [Deck.CardID]
  /// The card at hand; -1 before the first.
  var index = -1
  var before = Tally()
}

extension Session {
  /// Most cards in one sitting.
  private static let sitting = 20

  /// Begins a review of what is due now.
  package mutating func review() -> Output {
    var output = Output()
    review(&output)
    return output.redacted(history?.redactions ?? [])
  }

  mutating func review(_ output: inout Output) {
    open = nil
    // What the lessons no longer hold cannot be asked.
    let cards = memory.deck.due(at: now).filter { source(of: $0) != nil }.prefix(Self.sitting)
    guard !cards.isEmpty else {
      output.add(phrases.say(.nothingDue), .note)
      sayNextDue(&output)
      return
    }
    mode = .review(ReviewRun(cards: Array(cards), before: tally))
    output.add(phrases.say(.reviewStarts(count: cards.count)), .note)
    nextReviewQuestion(&output)
  }

  mutating func nextReviewQuestion(_ output: inout Output) {
    guard case .review(var run) = mode else { return }
    guard run.index + 1 < run.cards.count else {
      guard run.index < run.cards.count else {
        output.add(phrases.say(.nothingDue), .note)
        return
      }
      run.index = run.cards.count
      mode = .review(run)
      output.gap()
      output.add(
        phrases.say(
          .quizEnds(
            right: tally.right - run.before.right, wrong: tally.wrong - run.before.wrong,
            skipped: tally.skipped - run.before.skipped)), .heading)
      sayNextDue(&output)
      return
    }
    run.index += 1
    mode = .review(run)
    let card = run.cards[run.index]
    guard let (lesson, step) = source(of: card), case .ask(let spec) = step.action,
      let scenario = lesson.scenario(of: step)
    else { return nextReviewQuestion(&output) }
    let seed = SplitMix64.hash(card.step) ^ UInt64(truncatingIfNeeded: memory.deck.cards[card]?.answers ?? 0)
    let variation = Variation(of: spec, in: scenario, seed: seed)
    experiment = Experiment(variation.scenario, files: files)
    position = Position(packet: variation.spec.packet, step: 0)
    output.gap()
    output.add(phrases.say(.questionNumber(run.index + 1, of: run.cards.count)), .heading)
    output.add(phrases.say(.reviewOf(lesson.prose(in: options.language).title)), .note)
    if !ask(variation.spec, id: step.id, seed: seed, .review(card), &output) { nextReviewQuestion(&output) }
  }

  mutating func reviewed(
    _ card: Deck.CardID, _ result: ProgressEvent.Result, hints: Int, _ output: inout Output
  ) {
    emit(ProgressEvent(.reviewed, lesson: card.lesson, step: card.step, result: result, hints: hints), &output)
    output.add(phrases.say(.continuePrompt), .note)
  }

  private func sayNextDue(_ output: inout Output) {
    guard let due = memory.deck.nextDue(where: { source(of: $0) != nil }) else { return }
    output.add(phrases.say(due <= now ? .reviewMore : .nextDue(seconds: due - now)), .note)
  }

  /// The step of a lesson that a card asks about; for what was missed outside lessons, one with the same idea.
  private func source(of card: Deck.CardID) -> (Lesson, LessonStep)? {
    for folder in library.folders where card.lesson == nil || card.lesson == folder.id {
      guard let lesson = try? folder.lesson() else { continue }
      let step = lesson.steps.first { step in
        guard case .ask(let spec) = step.action else { return false }
        return card.lesson == nil ? spec.idea == card.step : step.id == card.step
      }
      if let step { return (lesson, step) }
    }
    return nil
  }
}
