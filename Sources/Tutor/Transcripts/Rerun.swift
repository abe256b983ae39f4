import Simulation

/// Runs a transcript's inputs again.
package struct Rerun {
  /// Where lessons come from, and how a learner's own files are read; paths stand as in the transcript.
  package struct Sources: Sendable {
    package var library: Library
    package var scenario: @Sendable (_ capture: String, _ rules: String, _ host: String?) throws -> Scenario

    /// The files that `load` and redirections find; what is written goes nowhere.
    package var files: @Sendable () -> any ShellFiles

    package init(
      library: Library, files: @escaping @Sendable () -> any ShellFiles = { MemoryFiles() },
      scenario: @escaping @Sendable (_ capture: String, _ rules: String, _ host: String?) throws -> Scenario
    ) {
      self.library = library
      self.files = files
      self.scenario = scenario
    }
  }

  /// Why a transcript cannot be run again, in words.
  package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
  }

  /// What came of it: the same inputs with today's outputs.
  package let transcript: Transcript
  /// As it stands after the last input, to be taken over.
  package let session: Session
  package let tally: Tally
  package let hasFinishedLesson: Bool

  /// Runs the inputs of `recorded`, at most `limit` of them.
  ///
  /// - Parameter checksContent: whether a content hash that is another's is a failure.
  package init(_ recorded: Transcript, _ sources: Sources, limit: Int = .max, checksContent: Bool = true)
    throws(Failure)
  {
    var (session, opening, header) = try Self.begin(recorded, sources, checksContent: checksContent)
    var result = Transcript(header: header)
    result.opening = opening.lines.map(\.text)
    var effects = opening.effects
    for entry in recorded.entries.prefix(limit) {
      session.now = recorded.clock(entry.time)
      let output = session.handle(entry.input)
      effects += output.effects
      result.entries.append(Transcript.Entry(time: entry.time, input: entry.input, output: output.lines.map(\.text)))
      if output.quits { break }
    }
    result.closing = result.closing(session.summary)
    transcript = result
    tally = session.summary
    hasFinishedLesson = effects.contains {
      if case .progress(let event) = $0 { event.kind == .finished } else { false }
    }
    self.session = session
  }

  /// A session that begins as the recorded one did, what it shows first, and the header with today's content.
  static func begin(
    _ recorded: Transcript, _ sources: Sources, checksContent: Bool = true
  ) throws(Failure) -> (session: Session, opening: Output, header: Transcript.Header) {
    let options = recorded.header.options
    var session = Session(
      library: sources.library, options: options, memory: recorded.header.memory, files: sources.files())
    session.now = recorded.clock(0)
    var header = recorded.header
    let opening: Output
    switch recorded.header.subject {
    case .lesson(let id, let content):
      guard let folder = sources.library[id] else { throw Failure("there is no lesson `\(id)`") }
      let lesson: Lesson
      do { lesson = try folder.lesson() } catch { throw Failure(error.description) }
      if checksContent { try check(content, lesson.content, "the lesson `\(id)`") }
      header.subject = .lesson(id, lesson.content)
      opening = session.begin(lesson)
    case .step(let capture, let rules, let host, let packet, let content):
      let scenario = try read(sources, capture, rules, host)
      if checksContent { try check(content, scenario.content, "the rules and the capture") }
      header.subject = .step(capture: capture, rules: rules, host: host, packet: packet, scenario.content)
      opening = session.step(scenario, from: packet - 1)
    case .quiz(let capture, let rules, let host, let count, let seed, let content):
      let scenario = try read(sources, capture, rules, host)
      if checksContent { try check(content, scenario.content, "the rules and the capture") }
      header.subject = .quiz(capture: capture, rules: rules, host: host, count: count, seed: seed, scenario.content)
      opening = session.quiz(scenario, count: count, seed: seed)
    case .prompt: opening = session.welcome()
    case .review: opening = session.review()
    }
    return (session, opening, header)
  }

  private static func check(_ recorded: ContentHash, _ present: ContentHash, _ what: String) throws(Failure) {
    guard recorded != present else { return }
    throw Failure("\(what) are not those it was made with: \(recorded) there, \(present) here")
  }

  private static func read(
    _ sources: Sources, _ capture: String, _ rules: String, _ host: String?
  ) throws(Failure) -> Scenario {
    do { return try sources.scenario(capture, rules, host) } catch { throw Failure("\(error)") }
  }
}
