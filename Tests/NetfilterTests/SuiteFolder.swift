import Foundation

/// The rules and rulesets of others, where they lie beside the project. They are no part of it.
enum SuiteFolder {
  /// `CHAINWALK_SUITES`, or `shared/suites` beside one of the folders above this file.
  static let url: URL? = {
    if let path = ProcessInfo.processInfo.environment["CHAINWALK_SUITES"] { return URL(fileURLWithPath: path) }
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("shared/suites")
      if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
      folder.deleteLastPathComponent()
    }
    print("skipped: no suites beside the project; set CHAINWALK_SUITES to their folder")
    return nil
  }()

  /// A file's text; bytes that are not UTF-8 are read as the program reads them.
  static func text(_ url: URL) throws -> String { String(decoding: try Data(contentsOf: url), as: UTF8.self) }

  /// The rows of a table below its heading, each as a dictionary.
  static func table(_ url: URL) throws -> [[String: String]] {
    let lines = try text(url).split(separator: "\n")
    let names = (lines.first ?? "").split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    return lines.dropFirst().map { line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return Dictionary(zip(names, cells)) { first, _ in first }
    }
  }
}
