extension Session {
  /// What a learner has come to: the lessons, the answers, what is due again, and where it is kept.
  package func standing(of log: ProgressLog, in path: String) -> Output {
    var output = Output()
    listLessons(&output)
    output.gap()
    var counts: [ProgressEvent.Result: Int] = [:]
    for entry in log.entries where entry.event.kind == .answered || entry.event.kind == .reviewed {
      if let result = entry.event.result { counts[result, default: 0] += 1 }
    }
    output.add(
      phrases.say(
        .standing(
          right: counts[.right] ?? 0, wrong: counts[.wrong] ?? 0, skipped: counts[.skipped] ?? 0,
          waiting: memory.deck.cards.count, due: memory.deck.due(at: now).count)), .prose)
    if let resume { output.add(phrases.say(resume), .note) }
    output.add(phrases.say(.keptIn(path, passedOver: log.passedOver)), .note)
    return output
  }
}
