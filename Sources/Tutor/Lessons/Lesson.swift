import Netfilter
import Simulation

/// A lesson: a scenario, the steps through it, and its prose in each language.
package struct Lesson: Sendable {
  /// Stable: progress and transcripts name it.
  package let id: String
  /// Its place in the course, from its folder's name.
  package let number: Int
  /// Lessons that it builds on.
  package let requires: [String]
  /// About how long it takes.
  package let minutes: Int
  /// By name; the first is called `main`.
  package let scenarios: [String: Scenario]
  package let steps: [LessonStep]
  package let prose: [Language: LessonProse]
  /// Commands that reach the goals of each repair and each packet to send, by step, for `skip` and `lint`. A line that
  /// begins with `!` must not reach them, one that begins with `|` does so in another way; `&&` stands between the
  /// commands of such a line.
  package let references: [String: [String]]
  package let content: ContentHash

  static let mainScenario = "main"

  /// The prose in a language, or in the first there is.
  package func prose(in language: Language) -> LessonProse {
    prose[language] ?? Language.allCases.lazy.compactMap { prose[$0] }.first ?? LessonProse()
  }

  /// The scenario that a step plays in.
  package func scenario(of step: LessonStep) -> Scenario? { scenarios[step.scenario] }
}

/// One step of a lesson.
package struct LessonStep: Sendable {
  package enum Action: Sendable {
    /// Prose alone.
    case say
    /// The place is shown at once.
    case show(LessonTarget)
    /// The learner steps up to the place.
    case walk(LessonTarget)
    /// The learner tries commands out, standing at the place.
    case practise([String], LessonTarget)
    case ask(QuestionSpec)
  }

  /// Stable within the lesson.
  package let id: String
  package let action: Action
  package let scenario: String
  /// Ideas that the step teaches, and those that one must have met before.
  package let teaches: [String]
  package let needs: [String]
  /// 1-based line in `lesson.yaml`.
  package let line: Int
}

/// A place in a history, as a lesson names it.
package struct LessonTarget: Sendable, Hashable {
  package enum Place: Sendable, Hashable {
    case arrival
    case field(String, String)
    case note(String)
    case hook(Hook)
    case tracking
    case helper
    case routing
    case rule(TableName, String, Int)
    case policy(TableName, String)
    case log
    case changed
    case reassembled
    case emission
    case verdict
    case confirms
    /// The packet's last step.
    case end
  }

  /// From 0.
  package var packet: Int
  /// Indices into `Walk.emitted`.
  package var emission: [Int]
  package var place: Place

  /// Where it is in a history; `nil` where the packet never comes there.
  package func position(in history: History) -> Position? {
    let steps = history.steps(packet)
    if place == .end { return steps.isEmpty ? nil : Position(packet: packet, step: steps.count - 1) }
    return steps.firstIndex { $0.emission == emission && matches($0) }.map { Position(packet: packet, step: $0) }
  }

  /// It is in what was captured, before anything happens to the packet.
  var isInHeaders: Bool {
    switch place {
    case .arrival, .field, .note, .confirms: true
    default: false
    }
  }

  private func matches(_ step: Step) -> Bool {
    switch (place, step.content) {
    case (.arrival, .arrival), (.tracking, .tracking), (.helper, .helper), (.routing, .routing), (.log, .log),
      (.changed, .changed), (.reassembled, .reassembled),
      (.verdict, .verdict), (.emission, .emission), (.confirms, .confirms):
      return true
    case (.field(let protocolName, let name), .field(let layer, let field, let parts, _)):
      return layer.protocolName == protocolName && (field.name == name || parts.contains { $0.name == name })
    case (.note(let kind), .note(let note)): return note.kind.rawValue == kind
    case (.note(let kind), .field(_, _, _, let notes)): return notes.contains { $0.kind.rawValue == kind }
    case (.hook(let hook), .hook(let other)): return hook == other
    case (.rule(let table, let chain, let number), _):
      return step.place.map { $0.table == table && $0.chain == chain && $0.rule == number } ?? false
    case (.policy(let table, let chain), .chainEnd(let visit)):
      return visit.step.table == table && visit.step.chain == chain
    default: return false
    }
  }
}

/// A lesson's words in one language.
package struct LessonProse: Sendable {
  package var title = ""
  /// By step id: paragraphs.
  package var sections: [String: [Paragraph]] = [:]
  /// By step id: hints in order.
  package var hints: [String: [String]] = [:]
  /// Ids in the order of the file, with their 1-based lines, for `lint`.
  package var order: [(id: String, line: Int)] = []

  /// Where a step's section begins; `nil` where it has none.
  package func line(of id: String) -> Int? { order.first { $0.id == id }?.line }

  package enum Paragraph: Sendable, Hashable {
    case text(String)
    /// Lines kept as they are.
    case code([String])

    /// One of a list.
    var isItem: Bool { if case .text(let text) = self { text.hasPrefix("- ") } else { false } }
  }

  package init() {}
}

/// What is wrong with a lesson, and where.
package struct LessonError: Error, Sendable, Hashable, CustomStringConvertible {
  package var file: String
  package var line: Int?
  package var column: Int?
  package var message: String

  package init(file: String, line: Int? = nil, column: Int? = nil, _ message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  package var description: String {
    ([file] + [line, column].compactMap { $0.map(String.init) }).joined(separator: ":") + ": " + message
  }
}
