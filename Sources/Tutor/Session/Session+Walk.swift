import Netfilter
import Simulation

extension Session {
  /// What came of an attempt to go one step on.
  enum Advance {
    case moved
    /// A question was put before the step could be shown.
    case asked
    case ended
  }

  /// One step on, unless a question must be answered first. Shows nothing but the question.
  mutating func advance(_ output: inout Output) -> Advance {
    guard let history else { return .ended }
    guard let position else {
      guard history.packetCount > 0 else { return .ended }
      self.position = Position(packet: 0, step: 0)
      return .moved
    }
    guard let next = history.position(after: position), let step = history[next] else { return .ended }
    if let (key, spec) = prediction(before: step) {
      if ask(spec, id: spec.stableID, .prediction(key), &output) { return .asked }
      predicted.insert(key)
    }
    self.position = next
    return .moved
  }

  /// The question to put before a step that enters a built-in chain; `nil` for every other step, and where it has been
  /// put already.
  private func prediction(before step: Step) -> (ChainKey, QuestionSpec)? {
    guard !watches, let place = step.place, place.chain == place.hook.rawValue else { return nil }
    let key = ChainKey(packet: step.packet, emission: step.emission, hook: place.hook, table: place.table)
    guard !predicted.contains(key) else { return nil }
    guard let chain = history?.scenario.ruleset[place.table]?[place.chain], !chain.rules.isEmpty else { return nil }
    if case .lesson(let run) = mode, run.asksItself(key, chain: place.chain) { return nil }
    let spec = QuestionSpec(
      kind: FiresQuestion.name, packet: step.packet, emission: step.emission, table: place.table, chain: place.chain)
    return (key, spec)
  }

  /// One step back; `false` at the very beginning.
  mutating func retreat() -> Bool {
    guard let history, let position, let before = history.position(before: position) else { return false }
    self.position = before
    return true
  }

  /// Steps on until `isWanted` holds for the step reached, a question comes up, or the end; shows where that is.
  mutating func advance(until isWanted: (Step) -> Bool, _ output: inout Output) {
    var hasMoved = false
    while !Interruption.isAsked {
      switch advance(&output) {
      case .asked: return
      case .ended:
        if hasMoved { showStep(&output) } else { output.add(phrases.say(.atEnd), .note) }
        return
      case .moved:
        hasMoved = true
        guard let step else { return }
        if isWanted(step) {
          showStep(&output)
          return
        }
      }
    }
  }
}

extension QuestionSpec {
  /// An id that the same question always has.
  var stableID: String {
    let place = [protocolName, field, chain, rule.map(String.init)].compactMap { $0 }.joined(separator: ".")
    let packet = ([packet + 1] + emission.map { $0 + 1 }).map(String.init).joined(separator: ".")
    return "\(kind):\(packet):\(table.rawValue):\(place)"
  }
}
