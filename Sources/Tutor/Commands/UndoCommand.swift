import Simulation

/// `undo`: takes the last change back.
enum UndoCommand: Command {
  static let name = "undo"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let edit = session.change({ $0.undo() }) else {
      output.add(session.phrases.say(.nothingToUndo), .note)
      return
    }
    output.add(session.phrases.say(.undone(edit.text)), .note)
  }
}

/// `redo`: makes the change again that was taken back last.
enum RedoCommand: Command {
  static let name = "redo"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let edit = session.change({ $0.redo() }) else {
      output.add(session.phrases.say(.nothingToRedo), .note)
      return
    }
    output.add(session.phrases.say(.redone(edit.text)), .note)
  }
}

/// `edits`: the changes so far, and those taken back.
enum EditsCommand: Command {
  static let name = "edits"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let experiment = session.experiment, !(experiment.edits + experiment.undone).isEmpty else {
      output.add(session.phrases.say(.noEdits), .note)
      return
    }
    let undone = experiment.undone.reversed()
    for (index, edit) in (experiment.edits + undone).enumerated() {
      let number = String(repeating: " ", count: max(0, 3 - String(index + 1).count)) + "\(index + 1)"
      let mark = index < experiment.edits.count ? "" : "  (\(session.phrases.say(.notDone)))"
      output.add(cut: "\(number)  \(edit.text)\(mark)", .plain)
    }
  }
}

extension Session {
  /// Changes what is under the learner's hands; the place stays with its packet.
  mutating func change<Value>(_ body: (inout Experiment) -> Value?) -> Value? {
    guard var experiment else { return nil }
    let before = experiment.scenario.identities
    let isAtEnd = isAtEndOfPacket
    let value = body(&experiment)
    self.experiment = experiment
    if let place = position, before.indices.contains(place.packet),
      let packet = experiment.scenario.identities.firstIndex(of: before[place.packet])
    {
      position?.packet = packet
    }
    settle(atEnd: isAtEnd)
    return value
  }
}
