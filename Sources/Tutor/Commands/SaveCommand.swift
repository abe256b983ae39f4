import Simulation

/// `save FOLDER [overwrite]`: the scenario as it was edited, as files that `step` and `load` open again.
enum SaveCommand: Command {
  static let name = "save"
  static let example = "save my-server"

  static func run(_ arguments: [String], _ session: inout Session, _ output: inout Output) {
    guard let scenario = session.scenario else {
      output.add(session.phrases.say(.nothingToStep), .note)
      return
    }
    var words = arguments
    let overwrites = words.count > 1 && words.last?.lowercased() == "overwrite"
    if overwrites { words.removeLast() }
    guard words.count == 1, let folder = words.first.map(trimmed) else {
      let given = arguments.joined(separator: " ")
      output.add(session.phrases.say(.badArgument(command: name, given: given, expected: "save my-server")), .error)
      return
    }
    let files = scenario.files.map { (path: "\(folder)/\($0.name)", bytes: $0.bytes) }
    let present = files.map(\.path).filter(session.files.exists)
    guard present.isEmpty || overwrites else {
      output.add(session.phrases.say(.alreadyThere(present, folder: folder)), .error)
      return
    }
    do throws(ShellFileError) {
      try session.files.makeFolder(folder)
      for file in files { try session.files.write(bytes: file.bytes, to: file.path, isAppending: false) }
    } catch {
      output.add(session.phrases.say(.refused("save: \(folder): \(error.reason)")), .error)
      return
    }
    output.add(session.phrases.say(.saved(files.map(\.path), folder: folder)), .note)
    let actions = scenario.actions.filter(\.isProgram)
    if !actions.isEmpty { output.add(session.phrases.say(.notSaved(actions.map(\.text))), .note) }
  }

  /// Without slashes at its end.
  private static func trimmed(_ folder: String) -> String {
    var folder = folder
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    return folder
  }
}
