/// What a learner has missed, and when each of it is to come back. It follows from the progress log alone.
package struct Deck: Sendable, Hashable {
  /// What comes back.
  package struct CardID: Sendable, Hashable, Comparable {
    /// `nil` where it was missed outside lessons.
    package var lesson: String?
    /// The lesson's step; outside lessons what the question was about: `field_value:tcp.flags`.
    package var step: String

    package init(lesson: String?, step: String) {
      self.lesson = lesson
      self.step = step
    }

    package static func < (a: Self, b: Self) -> Bool { (a.lesson ?? "", a.step) < (b.lesson ?? "", b.step) }
  }

  package struct Card: Sendable, Hashable {
    package var memory: FSRS
    /// Times it was answered since it was missed first; so each time it can come with other packets.
    package var answers: Int
  }

  package private(set) var cards: [CardID: Card] = [:]

  package init() {}

  /// Puts a card in as it stood, in place of one with that id.
  mutating func insert(_ card: Card, as id: CardID) { cards[id] = card }

  /// Takes an event in. Something enters the deck when it is missed: answered wrong at first, or skipped.
  package mutating func apply(_ event: ProgressEvent, at time: Int64) {
    if event.kind == .reset {
      cards = event.lesson.map { lesson in cards.filter { $0.key.lesson != lesson } } ?? [:]
      return
    }
    guard event.kind == .answered || event.kind == .reviewed, let step = event.step, let result = event.result else {
      return
    }
    let id = CardID(lesson: event.lesson, step: step)
    let grade: FSRS.Grade = result != .right ? .again : (event.hints ?? 0) > 0 ? .hard : .good
    if var card = cards[id] {
      card.memory.review(grade, at: time)
      card.answers += 1
      cards[id] = card
    } else if grade == .again {
      cards[id] = Card(memory: FSRS(grade, at: time), answers: 1)
    }
  }

  /// What is due at a time, the longest overdue first.
  package func due(at time: Int64) -> [CardID] {
    cards.filter { $0.value.memory.due <= time }
      .sorted { ($0.value.memory.due, $0.key) < ($1.value.memory.due, $1.key) }.map(\.key)
  }

  /// When the next of all that `isWanted` is due, in seconds since 1970; `nil` where there is none.
  package func nextDue(where isWanted: (CardID) -> Bool) -> Int64? {
    cards.filter { isWanted($0.key) }.map(\.value.memory.due).min()
  }
}
