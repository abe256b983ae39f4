import Simulation

/// A quiz being taken.
struct QuizRun {
  let questions: [QuestionSpec]
  let seed: UInt64
  /// The question at hand; -1 before the first.
  var index = -1
  var before = Tally()
}

extension Session {
  /// Begins a quiz over a scenario: `count` questions, the same for the same seed.
  package mutating func quiz(_ scenario: Scenario, count: Int, seed: UInt64) -> Output {
    var output = Output()
    let experiment = Experiment(scenario, files: files)
    self.experiment = experiment
    let history = experiment.history
    let questions = QuizGenerator(history: history, seed: seed).questions(count: count)
    mode = .quiz(QuizRun(questions: questions, seed: seed, before: tally))
    for text in scenario.ruleset.assumptions + scenario.host.unheeded + scenario.host.inferences {
      output.add(phrases.say(.assumption(text)), .note)
    }
    output.add(phrases.say(.quizStarts(count: questions.count, seed: seed)), .note)
    nextQuizQuestion(&output)
    return finished(output)
  }

  mutating func nextQuizQuestion(_ output: inout Output) {
    guard case .quiz(var run) = mode else { return }
    guard run.index + 1 < run.questions.count else {
      if run.index < run.questions.count {
        run.index = run.questions.count
        mode = .quiz(run)
        output.gap()
        output.add(
          phrases.say(
            .quizEnds(
              right: tally.right - run.before.right, wrong: tally.wrong - run.before.wrong,
              skipped: tally.skipped - run.before.skipped)), .heading)
      } else {
        output.add(phrases.say(.atEnd), .note)
      }
      return
    }
    run.index += 1
    mode = .quiz(run)
    let spec = run.questions[run.index]
    output.gap()
    output.add(phrases.say(.questionNumber(run.index + 1, of: run.questions.count)), .heading)
    position = Position(packet: spec.packet, step: 0)
    _ = ask(spec, id: spec.stableID, seed: run.seed, .quiz, &output)
  }

  mutating func quizAnswered(_ result: ProgressEvent.Result, _ output: inout Output) {
    output.add(phrases.say(.continuePrompt), .note)
  }
}
