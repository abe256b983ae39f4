/// What the learner had behind them when a session began, as its transcript's header tells it: what is shown depends
/// on it, so a run without it would show something else.
///
///     progress: the-five-states at new-or-not after a-name,new-or-not
///     progress: bytes-and-hex finished
///     missed: the-five-states/new-or-not 2 0.40255 7.1949 1764158400
extension LearnerMemory {
  /// `progress` and `missed` lines, in the order of the lessons' ids; empty for a learner who begins.
  var headerLines: [String] {
    let lessons = Set(reached.keys).union(finished).union(last.keys).sorted()
    let progress = lessons.map { lesson in
      var words = ["progress:", lesson]
      if finished.contains(lesson) { words.append("finished") }
      if let step = last[lesson] { words += ["at", step] }
      if let steps = reached[lesson], !steps.isEmpty { words += ["after", steps.sorted().joined(separator: ",")] }
      return words.joined(separator: " ")
    }
    let missed = deck.cards.sorted { $0.key < $1.key }.map { id, card in
      "missed: \(id.lesson ?? "-")/\(id.step) \(card.answers) \(card.memory.stability) \(card.memory.difficulty) "
        + "\(card.memory.lastReview)"
    }
    return progress + missed
  }

  /// Takes what stands behind `progress: `; false where it cannot be read.
  mutating func takeProgress(_ text: Substring) -> Bool {
    var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)[...]
    guard let lesson = words.popFirst(), !lesson.isEmpty else { return false }
    if words.first == "finished" {
      finished.insert(lesson)
      words.removeFirst()
    }
    if words.first == "at" {
      guard words.count >= 2 else { return false }
      last[lesson] = words[words.startIndex + 1]
      words.removeFirst(2)
    }
    if words.first == "after" {
      guard words.count == 2, let steps = words.last else { return false }
      reached[lesson] = Set(steps.split(separator: ",").map(String.init))
      words.removeFirst(2)
    }
    return words.isEmpty
  }

  /// Takes what stands behind `missed: `; false where it cannot be read.
  mutating func takeMissed(_ text: Substring) -> Bool {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 5, let slash = words[0].firstIndex(of: "/"), let answers = Int(words[1]), answers > 0,
      let stability = Double(words[2]), let difficulty = Double(words[3]), let time = Int64(words[4]),
      let schedule = FSRS(stability: stability, difficulty: difficulty, lastReview: time)
    else { return false }
    let lesson = String(words[0][..<slash])
    let id = Deck.CardID(
      lesson: lesson == "-" ? nil : lesson, step: String(words[0][words[0].index(after: slash)...]))
    deck.insert(Deck.Card(memory: schedule, answers: answers), as: id)
    return true
  }
}
