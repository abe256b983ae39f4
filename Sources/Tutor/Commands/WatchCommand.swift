/// `watch`: predictions off, or on again.
enum WatchCommand: Command {
  static let name = "watch"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    session.watches.toggle()
    if session.watches {
      switch session.open?.purpose {
      case .prediction?, .reason?: session.open = nil
      default: break
      }
    }
    output.add(session.phrases.say(session.watches ? .watchOn : .watchOff), .note)
  }
}
