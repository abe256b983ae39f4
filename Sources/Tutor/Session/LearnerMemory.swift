/// What earlier sessions have left: how far each lesson has come.
package struct LearnerMemory: Sendable, Hashable {
  /// By lesson id: the ids of the steps that were reached.
  package var reached: [String: Set<String>] = [:]
  package var finished: Set<String> = []
  /// By lesson id: the step reached last.
  package var last: [String: String] = [:]
  /// What was missed, and when it comes back.
  package internal(set) var deck = Deck()

  package init() {}

  /// Takes an event in that happened at `time`, in seconds since 1970.
  package mutating func apply(_ event: ProgressEvent, at time: Int64 = 0) {
    deck.apply(event, at: time)
    switch event.kind {
    case .reached:
      guard let lesson = event.lesson, let step = event.step else { return }
      reached[lesson, default: []].insert(step)
      last[lesson] = step
    case .finished:
      guard let lesson = event.lesson else { return }
      finished.insert(lesson)
      last[lesson] = nil
    case .reset:
      guard let lesson = event.lesson else {
        self = LearnerMemory()
        return
      }
      reached[lesson] = nil
      last[lesson] = nil
      finished.remove(lesson)
    case .begun, .answered, .reviewed: break
    }
  }
}
