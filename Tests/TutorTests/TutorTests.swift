import Capture
import Foundation
import Netfilter
import Simulation
import Testing
import Wire

@testable import Tutor

/// Folders of the package, found from this file.
enum Package {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The lessons as they stand in the package.
  static let library = Library(
    folders: names(in: "Lessons").filter {
      FileManager.default.fileExists(atPath: root.path + "/Lessons/\($0)/lesson.yaml")
    }
    .map { folder in Library.Folder(name: folder) { files(in: "Lessons/" + folder) } },
    identifiers: files(in: "Lessons")["ids.txt"].map { String(decoding: $0, as: UTF8.self) })

  static func files(in folder: String) -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in names(in: folder) {
      files[name] = (try? Foundation.Data(contentsOf: root.appendingPathComponent("\(folder)/\(name)"))).map(Array.init)
    }
    return files
  }

  static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: root.path + "/" + folder)) ?? []).filter {
      !$0.hasPrefix(".")
    }
    .sorted()
  }

  /// The incident's lesson.
  static func incident() throws -> Lesson { try #require(library["the-stray-reset"]).lesson() }

  static func incidentScenario() throws -> Scenario { try #require(try incident().scenarios["main"]) }
}

extension Output {
  /// What a person reads.
  var text: String { lines.map(\.text).joined(separator: "\n") }
}
