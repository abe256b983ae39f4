import Foundation
import Testing

@Suite("Progress on disk")
struct ProgressTests {
  /// The package's lessons, and a state folder of its own for each test.
  private static let lessons = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Lessons").path

  private static func process(_ arguments: [String], state: URL) -> (process: Process, input: Pipe, output: Pipe) {
    let process = Process()
    process.executableURL = Program.folder.appendingPathComponent("chainwalk")
    process.arguments = arguments
    process.environment = ["XDG_STATE_HOME": state.path, "CHAINWALK_LESSONS": lessons, "LC_ALL": "C.UTF-8"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    return (process, input, output)
  }

  private static func run(_ arguments: [String], input text: String = "", state: URL) throws -> (Int32, String) {
    let (process, input, output) = process(arguments, state: state)
    try process.run()
    try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try? input.fileHandleForWriting.close()
    let told = (try? output.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: told, as: UTF8.self))
  }

  private static func lines(_ state: URL) -> [String] {
    let log = state.appendingPathComponent("chainwalk/progress.ndjson")
    let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  private static func isEvent(_ line: String) -> Bool {
    let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    return object?["v"] as? Int == 1 && object?["event"] is String
  }

  @Test("a session killed at any moment leaves whole lines, but for the last")
  func killed() throws {
    try Files.withFolder { state in
      for round in 0..<20 {
        let (process, input, output) = Self.process(["lesson", "the-tcp-header", "--language", "en"], state: state)
        try process.run()
        try? input.fileHandleForWriting.write(contentsOf: Data(String(repeating: "skip\n", count: 60).utf8))
        try? input.fileHandleForWriting.close()
        // It dies somewhere on its way: once it has shown so much, each time a little more.
        var shown = 0
        while shown < 300 + round * 450, let data = try output.fileHandleForReading.read(upToCount: 50), !data.isEmpty {
          shown += data.count
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
      }
      let lines = Self.lines(state)
      #expect(!lines.isEmpty)
      for line in lines { #expect(Self.isEvent(line), "\(line)") }
      #expect(try Self.run(["progress"], state: state).0 == 0)
    }
  }

  @Test("a torn line spoils only itself, and the next session goes on after it")
  func torn() throws {
    try Files.withFolder { state in
      let log = state.appendingPathComponent("chainwalk/progress.ndjson")
      _ = try Self.run(["lesson", "nat"], input: "skip\n", state: state)
      let before = Self.lines(state).count
      let handle = try FileHandle(forWritingTo: log)
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("{\"v\":1,\"time\":17".utf8))
      try handle.close()
      _ = try Self.run(["lesson", "nat"], input: "skip\n", state: state)
      let lines = Self.lines(state)
      #expect(lines[before] == "{\"v\":1,\"time\":17")
      #expect(lines.count > before + 1)
      for line in lines where line != lines[before] { #expect(Self.isEvent(line), "\(line)") }
      #expect(try Self.run(["progress", "--language", "en"], state: state).1.contains("1 lines there cannot be read"))
    }
  }

  @Test("two sessions at once lose nothing of each other")
  func together() throws {
    try Files.withFolder { state in
      let both = try ["the-tcp-header", "the-ipv4-header"].map { lesson in
        let (process, input, output) = Self.process(["lesson", lesson], state: state)
        try process.run()
        let reader = output.fileHandleForReading
        Thread.detachNewThread { while let data = try? reader.read(upToCount: 65_536), !data.isEmpty {} }
        return (process, input)
      }
      for _ in 0..<40 {
        for (_, input) in both { try input.fileHandleForWriting.write(contentsOf: Data("skip\n".utf8)) }
      }
      for (process, input) in both {
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
      }
      let lines = Self.lines(state)
      for line in lines { #expect(Self.isEvent(line), "\(line)") }
      for lesson in ["the-tcp-header", "the-ipv4-header"] {
        #expect(lines.contains { $0.contains("\"finished\"") && $0.contains(lesson) })
      }
      let told = try Self.run(["lessons", "--language", "en"], state: state).1
      #expect(told.split(separator: "\n").count { $0.hasSuffix("done") } == 2, "\(told)")
    }
  }

  @Test("progress is exported whole, imported once, and shown")
  func carried() throws {
    try Files.withFolder { here in
      try Files.withFolder { there in
        _ = try Self.run(["lesson", "bytes-and-hex"], input: String(repeating: "skip\n", count: 40), state: here)
        let (status, exported) = try Self.run(["progress", "export"], state: here)
        #expect(status == 0)
        #expect(exported.split(separator: "\n").map(String.init) == Self.lines(here))
        let file = there.appendingPathComponent("carried.ndjson")
        let unknown = "{\"v\":9,\"event\":\"dreamt\"}"
        try (exported + unknown + "\n").write(to: file, atomically: true, encoding: .utf8)
        #expect(try Self.run(["progress", "import", file.path], state: there).0 == 0)
        #expect(try Self.run(["progress", "import", file.path], state: there).1.hasPrefix("0 lines added"))
        #expect(Self.lines(there) == Self.lines(here) + [unknown])
        #expect(try Self.run(["lessons", "--language", "en"], state: there).1.contains("done"))
        let shown = try Self.run(["progress", "--language", "ja"], state: there).1
        #expect(shown.contains("飛ばした問い 8"), "\(shown)")
        try "no log\n".write(to: file, atomically: true, encoding: .utf8)
        #expect(try Self.run(["progress", "import", file.path], state: there).0 == 2)
      }
    }
  }

  @Test("a review without anything due says when the next comes, and ends")
  func nothingDue() throws {
    try Files.withFolder { state in
      #expect(try Self.run(["review", "--language", "en"], state: state) == (0, "Nothing is due for review.\n"))
      _ = try Self.run(["lesson", "nat"], input: "skip\nskip\nskip\nskip\n", state: state)
      #expect(
        try Self.run(["review", "--language", "en"], state: state)
          == (0, "Nothing is due for review.\nThe next question comes back in 1 day.\n"))
    }
  }

  @Test("what was missed two days ago is asked again, and the answer is kept")
  func due() throws {
    try Files.withFolder { state in
      let folder = state.appendingPathComponent("chainwalk")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let time = Int(Date().timeIntervalSince1970) - 2 * 86_400
      let missed = """
        {"v":1,"time":\(time),"event":"answered","lesson":"the-stray-reset","step":"packet-state","result":"wrong"}

        """
      try missed.write(to: folder.appendingPathComponent("progress.ndjson"), atomically: true, encoding: .utf8)
      let (status, told) = try Self.run(["review", "--language", "en"], input: "skip\n\n", state: state)
      #expect(status == 0)
      #expect(told.contains("What does connection tracking call this packet?"), "\(told)")
      #expect(told.contains("The next question comes back in"))
      #expect(Self.lines(state).last?.contains("\"reviewed\"") == true)
    }
  }
}
