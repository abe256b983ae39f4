import Simulation

/// A session on paper: at once a learner's record, a demonstration and a test.
package struct Transcript: Sendable, Hashable {
  /// The format's version that is written; older ones are read for ever.
  package static let version = 1

  package var header: Header
  /// What was shown before the first input.
  package var opening: [String] = []
  package var entries: [Entry] = []
  /// `nil` where the session was cut off.
  package var closing: Closing?

  package init(header: Header) { self.header = header }

  /// What a session was about, and everything that it takes to run it again.
  package enum Subject: Sendable, Hashable {
    case lesson(String, ContentHash)
    case step(capture: String, rules: String, host: String?, packet: Int, ContentHash)
    case quiz(capture: String, rules: String, host: String?, count: Int, seed: UInt64, ContentHash)
    /// The prompt: its lessons are looked up as they come.
    case prompt
    /// The prompt, with what was due for review at once.
    case review
  }

  package struct Header: Sendable, Hashable {
    package var subject: Subject
    package var language: Language
    package var watches: Bool
    package var isPlain: Bool
    /// When the session began, in seconds since 1970: what is due for review depends on it.
    package var began: Int64?
    /// What the learner had behind them then.
    package var memory = LearnerMemory()

    package init(subject: Subject, options: Session.Options) {
      self.subject = subject
      language = options.language
      watches = options.watches
      isPlain = options.isPlain
    }

    package var options: Session.Options {
      var options = Session.Options()
      options.language = language
      options.watches = watches
      options.isPlain = isPlain
      return options
    }
  }

  /// The session's clock at a moment of it, in seconds since 1970; 0 where nobody said when it began.
  package func clock(_ milliseconds: Int) -> Int64 { header.began.map { $0 &+ Int64(milliseconds / 1000) } ?? 0 }

  /// One input and what came of it.
  package struct Entry: Sendable, Hashable {
    /// Milliseconds since the session began; no part of checking.
    package var time: Int
    package var input: String
    package var output: [String]

    package init(time: Int, input: String, output: [String]) {
      self.time = time
      self.input = input
      self.output = output
    }
  }

  /// The last line's figures.
  package struct Closing: Sendable, Hashable {
    package var events: Int
    package var answered: Int
    package var right: Int
    package var skipped: Int

    package init(events: Int, answered: Int, right: Int, skipped: Int) {
      self.events = events
      self.answered = answered
      self.right = right
      self.skipped = skipped
    }
  }

  /// The closing line of a session that ends now.
  package func closing(_ tally: Tally) -> Closing {
    Closing(events: entries.count, answered: tally.answered, right: tally.right, skipped: tally.skipped)
  }
}
