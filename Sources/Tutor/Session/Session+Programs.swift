import Netfilter
import Simulation

extension Session {
  /// Runs the line at the host's shell and shows what it prints.
  mutating func runProgram(_ output: inout Output) {
    guard var experiment else {
      output.add(phrases.say(.nothingToStep), .note)
      return
    }
    if let open, experiment.effect(of: line, at: position) == .moves, open.question.spec.kind != RepairQuestion.name {
      output.add(phrases.say(.questionPending), .note)
      return
    }
    let isAtEnd = isAtEndOfPacket
    let run = experiment.run(line, at: position)
    self.experiment = experiment
    position = run.position
    let errors = run.result.errorParts
    for text in errors.before.printedLines { output.add(lines: [text], .error) }
    for text in run.result.output.printedLines { output.add(lines: [text], .plain) }
    for text in errors.after.printedLines { output.add(lines: [text], .error) }
    if run.result.status != 0 { output.add(phrases.say(.exitStatus(run.result.status)), .note) }
    for change in run.changes { output.add(phrases.say(message(change)), .note) }
    if run.changes.contains(where: { if case .rules = $0 { true } else { false } }) {
      settle(atEnd: isAtEnd)
    }
  }

  private func message(_ change: Experiment.Run.Change) -> ExperimentMessage {
    switch change {
    case .rules(let packets): .walkedAgain(packets: packets)
    case .sent(let numbers): .cameIn(numbers)
    case .playedToEnd(let packet): .playedToEnd(packet)
    }
  }

  /// Whether the packet at hand was stepped to its end.
  var isAtEndOfPacket: Bool {
    guard let history, let position else { return false }
    return position == history.end(of: position.packet)
  }

  /// After a change: the place stays where it was, as far as there is one; what was foretold is open again.
  ///
  /// - Parameter atEnd: the packet at hand was stepped to its end, and still is.
  mutating func settle(atEnd: Bool) {
    predicted = []
    guard let history else { return }
    if let place = position {
      if history.packetCount == 0 {
        position = nil
      } else {
        let packet = min(place.packet, history.packetCount - 1)
        let last = max(0, history.steps(packet).count - 1)
        position = Position(packet: packet, step: packet != place.packet ? 0 : atEnd ? last : min(place.step, last))
      }
    }
    guard var open = self.open else { return }
    switch open.purpose {
    case .prediction, .reason:
      self.open = nil
      return
    default: break
    }
    if let fresh = try? Question(id: open.question.id, open.question.spec, history, seed: open.question.seed) {
      open.question = fresh
      self.open = open
    }
  }
}

extension String {
  /// What a program printed, line by line; a last line without its end counts too.
  fileprivate var printedLines: [String] {
    var lines = split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
