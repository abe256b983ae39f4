/// `reset [LESSON]`: forgets progress, once confirmed.
enum ResetCommand: Command {
  static let name = "reset"
  static let example = "reset the-stray-reset"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let name = arguments.first else {
      session.pendingReset = .some(.none)
      output.add(session.phrases.say(.resetAsk(session.phrases.say(.resetAll))), .note)
      return
    }
    guard let folder = session.library[name] else {
      output.add(
        session.phrases.say(.unknownLesson(name, nearest: name.nearest(in: session.library.folders.map(\.id)))), .error)
      return
    }
    session.pendingReset = .some(folder.id)
    output.add(session.phrases.say(.resetAsk(folder.id)), .note)
  }
}
