/// `lessons`: what there is to learn and how far one has come.
enum LessonsCommand: Command {
  static let name = "lessons"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    session.listLessons(&output)
  }
}
