import Foundation
import Glibc
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

  /// Runs the program to its end; `environment` is added to that of the tests. What goes to a given `output` is not told.
  static func run(
    _ arguments: [String], input: String = "", folder: URL? = nil, environment: [String: String] = [:],
    output given: FileHandle? = nil
  ) throws -> Result {
    let process = process(arguments, folder: folder, environment: environment)
    let (standardInput, output, error) = (Pipe(), Pipe(), Pipe())
    process.standardInput = standardInput
    if let given { process.standardOutput = given } else { process.standardOutput = output }
    process.standardError = error
    try process.run()
    if given != nil { try? output.fileHandleForWriting.close() }
    let errorReader = Reader(error.fileHandleForReading)
    let outputReader = Reader(output.fileHandleForReading)
    try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try? standardInput.fileHandleForWriting.close()
    process.waitUntilExit()
    return Result(status: process.terminationStatus, output: outputReader.text, error: errorReader.text)
  }

  /// The program, not yet started.
  fileprivate static func process(_ arguments: [String], folder: URL?, environment: [String: String]) -> Process {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.currentDirectoryURL = folder ?? Files.incident
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    return process
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

/// The program while it runs, fed by a pipe, its output thrown away.
struct RunningProgram {
  private let process: Process
  private let input = Pipe()

  init(_ arguments: [String], folder: URL, environment: [String: String]) throws {
    process = Program.process(arguments, folder: folder, environment: environment)
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  /// At most what a pipe holds.
  func write(_ text: String) { try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

  /// Ends it at once, as `kill -9` does.
  func kill() {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}

/// The files that the tests run the program on.
enum Files {
  static let incident = Bundle.module.url(forResource: "incident", withExtension: nil, subdirectory: "Resources")

  /// The lessons of this checkout.
  static let lessons = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Lessons")

  /// In bytes; 0 for a file that is not there.
  static func size(of path: String) -> Int {
    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
  }

  /// A folder of its own for a test's files, gone with it.
  static func withFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("chainwalk-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}
