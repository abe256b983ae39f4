import Netfilter
import Simulation

/// A tutor's session: what was typed goes in, what is shown comes out. It does no input or output and holds no clock, so
/// the same inputs always give the same outputs.
package struct Session {
  /// How a session is to be.
  package struct Options: Sendable, Hashable {
    package var language = Language.english
    /// Nothing is asked before it is shown.
    package var watches = false
    /// Linear text: a step's dump and list of rules in words a screen reader can follow.
    package var isPlain = false
    package init() {}
  }

  /// What the session is about.
  enum Mode {
    case welcome
    /// Stepping a capture.
    case capture
    case lesson(LessonRun)
    case quiz(QuizRun)
    case review(ReviewRun)
  }

  /// A question that waits for its answer.
  struct OpenQuestion {
    var question: Question
    /// The lesson's hints; the engine's where the lesson has none.
    var hints: [String]
    var hintsTaken = 0
    /// Wrong answers so far.
    var attempts = 0
    var purpose: Purpose

    enum Purpose {
      /// Asked before a chain is walked.
      case prediction(ChainKey)
      /// Asked after a prediction: the reason behind it.
      case reason
      case lesson(step: String)
      case quiz
      case review(Deck.CardID)
    }
  }

  package let options: Options
  package let library: Library
  let phrases: any Phrases
  var mode = Mode.welcome
  /// What is under the learner's hands.
  var experiment: Experiment?
  /// The learner's files, for `save`, `load` and redirections.
  let files: any ShellFiles
  /// The line being carried out, as typed.
  var line = ""
  /// `nil` before the first step.
  var position: Position?
  var open: OpenQuestion?
  /// Chains that were asked about already.
  var predicted: Set<ChainKey> = []
  var watches: Bool
  var tally = Tally()
  package internal(set) var memory: LearnerMemory
  var commandsRun = 0
  /// The present time in seconds since 1970, as whoever runs the session tells it; reviews go by it.
  package var now: Int64 = 0
  /// What `find` looked for last.
  var wanted: String?
  /// `reset` waits for its `yes`.
  var pendingReset: String??

  package init(
    library: Library, options: Options = Options(), memory: LearnerMemory = LearnerMemory(),
    files: any ShellFiles = MemoryFiles()
  ) {
    self.files = files
    self.library = library
    self.options = options
    self.memory = memory
    phrases = options.language.phrases
    watches = options.watches
  }

  var history: History? { experiment?.history }

  /// The scenario under the learner's hands; `nil` before there is one.
  package var scenario: Scenario? { history?.scenario }

  /// What was answered so far, for a transcript's closing line.
  package var summary: Tally { tally }

  /// The lesson being taken.
  package var lessonID: String? {
    if case .lesson(let run) = mode { return run.lesson.id }
    return nil
  }

  /// The first screen of the prompt without a lesson: five lines for somebody new, the lessons for somebody who has begun.
  package mutating func welcome() -> Output {
    var output = Output()
    guard !memory.reached.isEmpty || !memory.finished.isEmpty, !library.folders.isEmpty else {
      output.add(phrases.say(.greeting), .prose)
      output.gap()
      output.add(phrases.say(library.folders.isEmpty ? .noLessons : .firstThing), .heading)
      output.add(phrases.say(.greetingHint), .note)
      return finished(output)
    }
    output.add(phrases.say(.welcome), .prose)
    output.gap()
    listLessons(&output)
    output.gap()
    if let resume { output.add(phrases.say(resume), .note) }
    let due = memory.deck.due(at: now).count
    if due > 0 { output.add(phrases.say(.reviewWaits(count: due)), .note) }
    output.add(phrases.say(.welcomeHint), .note)
    return finished(output)
  }

  /// Begins to step a capture, from packet `packet` (from 0).
  package mutating func step(_ scenario: Scenario, from packet: Int = 0) -> Output {
    var output = Output()
    mode = .capture
    experiment = Experiment(scenario, files: files)
    for text in scenario.ruleset.assumptions + scenario.host.unheeded + scenario.host.inferences {
      output.add(phrases.say(.assumption(text)), .note)
    }
    output.add(phrases.say(.welcomeCapture(packets: scenario.packets.count)), .note)
    if packet > 0 {
      position = Position(packet: packet, step: 0)
      showStep(&output)
    }
    return finished(output)
  }

  /// Takes one line of input.
  package mutating func handle(_ input: String) -> Output { finished(taking(input)) }

  /// An output as it is shown: addresses that were edited out as the capture's text has them, and linear where that was
  /// asked for.
  func finished(_ output: Output) -> Output {
    let output = output.redacted(redactions)
    return options.isPlain ? output.linear : output
  }

  /// Addresses with bytes edited out, as the zeroed bytes would read, and as the capture's text shows them.
  var redactions: [(zeroed: String, shown: String)] { experiment?.redactions ?? [] }

  private mutating func taking(_ input: String) -> Output {
    var output = Output()
    output.redactions = redactions
    line = input
    if input.contains(where: \.isNewline), pendingReset == nil {
      takePaste(input, &output)
      return output
    }
    let words = input.split(whereSeparator: \.isWhitespace).map(String.init)
    if let reset = pendingReset {
      pendingReset = .none
      if words.map({ $0.lowercased() }) != ["reset", "yes"] {
        output.add(phrases.say(.cancelled), .note)
      } else {
        performReset(reset, &output)
        return output
      }
    }
    guard let first = words.first else {
      Commands.next.run([], &self, &output)
      return output
    }
    // With a question open, what is no command is its answer, and so is the letter of a choice.
    if let open, isAnswer(words, to: open.question) || open.question.kind.claims(input) {
      answer(input, &output)
      return output
    }
    guard let command = Commands[first.lowercased()] else {
      if Shell.knows(input) {
        runProgram(&output)
      } else if open != nil {
        answer(input, &output)
      } else {
        output.add(phrases.say(.unknownCommand(first, nearest: Commands.nearest(to: words))), .error)
      }
      return output
    }
    command.run(Array(words.dropFirst()), &self, &output)
    return output
  }

  /// A single letter of a choice is an answer even where a command has it as a short form.
  private func isAnswer(_ words: [String], to question: Question) -> Bool {
    guard words.count == 1, let word = words.first?.lowercased() else { return false }
    if question.choices.count > 1, question.choices.indices.contains(where: { Question.letter($0) == word }) {
      return true
    }
    if Shell.knows(line), question.kind.read(word) == nil { return false }
    return Commands[word] == nil && (words.count == 1 || !Shell.knows(line))
  }

  /// The step at hand.
  var step: Step? { position.flatMap { history?[$0] } }

  /// The state of the record of the packet at hand.
  var record: PacketRecord? { position.flatMap { history?.record($0.packet) } }
}

/// A chain that one packet comes to.
struct ChainKey: Hashable {
  var packet: Int
  var emission: [Int]
  var hook: Hook
  var table: TableName
}

/// Counts of a session's answers.
package struct Tally: Sendable, Hashable {
  package var answered = 0
  /// At the first try.
  package var right = 0
  package var wrong = 0
  package var skipped = 0
  package var hints = 0
  package var misconceptions: [Misconception: Int] = [:]
  package init() {}
}
