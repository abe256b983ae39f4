import Foundation
import Testing

/// The built program, run as a person's shell would run it.
struct Program {
  struct Result {
    var status: Int32
    var output: String
    var error: String
  }

  /// The program stands beside the test bundle.
  private static let url: URL = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appendingPathComponent("chainwalk").path) {
      folder.deleteLastPathComponent()
    }
    return folder.appendingPathComponent("chainwalk")
  }()

  /// Where the program stands.
  static var folder: URL { url.deletingLastPathComponent() }

  static func run(_ arguments: [String], input: String = "", folder: URL? = nil) throws -> Result {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? Files.incident
    let (standardInput, output, error) = (Pipe(), Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = output
    process.standardError = error
    try process.run()
    let errorReader = Reader(error.fileHandleForReading)
    let outputReader = Reader(output.fileHandleForReading)
    try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try? standardInput.fileHandleForWriting.close()
    process.waitUntilExit()
    return Result(status: process.terminationStatus, output: outputReader.text, error: errorReader.text)
  }

  /// Reads a pipe to its end beside the program, so that neither waits for the other.
  private final class Reader: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    private var data = Data()

    init(_ handle: FileHandle) {
      Thread.detachNewThread { [self] in
        data = (try? handle.readToEnd()) ?? Data()
        done.signal()
      }
    }

    var text: String {
      done.wait()
      done.signal()
      return String(decoding: data, as: UTF8.self)
    }
  }
}

/// The files that the tests run the program on.
enum Files {
  static let incident = Bundle.module.url(forResource: "incident", withExtension: nil, subdirectory: "Resources")

  /// The lessons of this checkout.
  static let lessons = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Lessons")

  /// A folder of its own for a test's files, gone with it.
  static func withFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("chainwalk-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}
