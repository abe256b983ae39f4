/// `record FILE`, `record off`: whoever runs the session does the writing.
enum RecordCommand: Command {
  static let name = "record"
  static let example = "record mine.txt"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard !arguments.isEmpty else {
      output.add(session.phrases.say(.notRecording), .note)
      return
    }
    if arguments == ["off"] {
      output.effects.append(.stopRecording)
      output.add(session.phrases.say(.recordingStopped), .note)
      return
    }
    let file = arguments.joined(separator: " ")
    output.effects.append(.record(file))
    output.add(session.phrases.say(.recording(file)), .note)
  }
}
