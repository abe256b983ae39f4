import ArgumentParser
import Glibc
import Tutor

/// Where lessons lie on this machine.
enum LessonFolders {
  /// What a shell's Tab offers where a lesson is to be named: the ids, which the shell asks this program for.
  static let completion = CompletionKind.custom { _, _, _ in (try? library())?.folders.map(\.id) ?? [] }

  /// `$CHAINWALK_LESSONS`; else beside the installed program (`../share/chainwalk/lessons`); else `Lessons` in the working
  /// folder, or beside one of the folders above a program that was built and not installed.
  static func library() throws(CommandFailure) -> Library {
    if let given = getenv("CHAINWALK_LESSONS").map({ String(cString: $0) }), !given.isEmpty {
      guard let library = library(in: given) else {
        throw CommandFailure("\(given): CHAINWALK_LESSONS names no folder that can be read")
      }
      return library
    }
    let above =
      programFolder.map { path in (1...6).map { path + String(repeating: "/..", count: $0) + "/Lessons" } } ?? []
    for folder in [programFolder.map { $0 + "/../share/chainwalk/lessons" }, "Lessons"].compactMap({ $0 }) + above {
      if let library = library(in: folder), !library.folders.isEmpty { return library }
    }
    return Library()
  }

  /// The lessons in a folder: every folder in it that holds a `lesson.yaml`; `nil` where it cannot be read.
  static func library(in path: String) -> Library? {
    guard let names = FolderNames.names(in: path) else { return nil }
    let lessons = names.filter { isReadable(path + "/" + $0 + "/lesson.yaml") }
    let identifiers = (try? Inputs.bytes(of: path + "/ids.txt")).map { String(decoding: $0, as: UTF8.self) }
    return Library(folders: lessons.map { folder(at: path + "/" + $0, named: $0) }, identifiers: identifiers)
  }

  /// A single lesson's folder.
  static func folder(at path: String, named name: String) -> Library.Folder {
    Library.Folder(name: name) {
      var files: [String: [UInt8]] = [:]
      for file in FolderNames.names(in: path) ?? [] where !file.hasPrefix(".") {
        if let bytes = try? Inputs.bytes(of: path + "/" + file) { files[file] = bytes }
      }
      return files
    }
  }

  private static var programFolder: String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard count > 0 else { return nil }
    let path = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
  }

  private static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }
}

extension Inputs {
  /// Turns an error that names its place into the command's failure.
  static func located<Value, Failure: Error & CustomStringConvertible>(
    _ body: () throws(Failure) -> Value
  ) throws(CommandFailure) -> Value {
    do { return try body() } catch { throw CommandFailure(error) }
  }

  /// The same for an error that does not know its file.
  static func located<Value, Failure: Error & CustomStringConvertible>(
    at file: String, _ body: () throws(Failure) -> Value
  ) throws(CommandFailure) -> Value {
    do { return try body() } catch { throw CommandFailure("\(file): \(error)") }
  }
}

/// What lies in a folder.
enum FolderNames {
  /// The names in it, sorted; `nil` where it cannot be read.
  static func names(in path: String) -> [String]? {
    guard let directory = opendir(path) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      // Safe: `d_name` is a C string within the entry, which lives until the next `readdir`.
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
