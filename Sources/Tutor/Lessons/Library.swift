/// The lessons that are there. Reading files is the business of whoever makes it.
package struct Library: Sendable {
  /// A lesson's folder, read when somebody wants it.
  package struct Folder: Sendable {
    /// `02-the-stray-reset`.
    package let name: String
    /// Every file's content by name.
    let files: @Sendable () -> [String: [UInt8]]

    package init(name: String, files: @escaping @Sendable () -> [String: [UInt8]]) {
      self.name = name
      self.files = files
    }

    /// From the folder's name, so that listing reads nothing.
    package var number: Int { Int(name.prefix { $0.isNumber }) ?? 0 }
    package var id: String { String(name.drop { $0.isNumber || $0 == "-" }) }

    package func lesson() throws(LessonError) -> Lesson { try Lesson(folder: name, files: files()) }
  }

  /// In the order of their numbers.
  package let folders: [Folder]
  /// The text of `ids.txt`: every id that progress may name, `lesson` or `lesson/step` a line. `nil` where there is none.
  package let identifiers: String?

  package init(folders: [Folder] = [], identifiers: String? = nil) {
    self.folders = folders.sorted { ($0.number, $0.name) < ($1.number, $1.name) }
    self.identifiers = identifiers
  }

  /// The folder of a lesson, by its id, number or folder's name.
  package subscript(name: String) -> Folder? {
    if let number = Int(name) { return folders.first { $0.number == number } }
    return folders.first { $0.id == name || $0.name == name }
  }
}
