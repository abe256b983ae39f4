/// `lesson [ID | NUMBER]`: begins a lesson, or goes on with one; without a name, the first unfinished.
enum LessonCommand: Command {
  static let name = "lesson"
  static let example = "lesson the-stray-reset"
  static let aliases = ["l"]

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    let name = arguments.first ?? session.library.folders.first { !session.memory.finished.contains($0.id) }?.id
    guard let name = name ?? session.library.folders.first?.id else {
      output.add(session.phrases.say(.noLessons), .note)
      return
    }
    guard let folder = session.library[name] else {
      output.add(
        session.phrases.say(.unknownLesson(name, nearest: name.nearest(in: session.library.folders.map(\.id)))), .error)
      return
    }
    do {
      session.begin(try folder.lesson(), &output)
    } catch {
      output.add(error.description, .error)
    }
  }
}
