import Foundation
import Testing

/// Transcripts as files: what a person's shell sees of recording, checking, grading and casting them.
@Suite("transcript files")
struct TranscriptFileTests {
  private static let transcripts = Files.lessons.deletingLastPathComponent().appendingPathComponent("transcripts")
  private static let environment = ["CHAINWALK_LESSONS": Files.lessons.path]

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: transcripts.appendingPathComponent(name), encoding: .utf8)
  }

  @Test("a record that was being written when the program was killed is readable, and its missing end is named")
  func killed() throws {
    try Files.withFolder { folder in
      let lessons = ["bytes-and-hex", "the-ipv4-header", "chains-and-policies", "what-reject-does"]
      var longest = 0
      for round in 0..<100 {
        let name = "killed-\(round).txt"
        let running = try RunningProgram(
          ["lesson", lessons[round % lessons.count], "--record", name, "--language", round % 2 == 0 ? "en" : "ja"],
          folder: folder, environment: Self.environment.merging(["XDG_STATE_HOME": folder.path]) { $1 })
        running.write(String(repeating: "next\nskip\n", count: 40))
        // Killed once so much of the record is there, from nothing to the middle of the lesson.
        let wanted = round % 10 == 0 ? 0 : Int.random(in: 1...6_000)
        let path = folder.appendingPathComponent(name).path
        for _ in 0..<20_000 where Files.size(of: path) < wanted { usleep(1000) }
        running.kill()
        guard let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8), !text.isEmpty
        else { continue }
        let check = try Program.run(["replay", "--check", name], folder: folder, environment: Self.environment)
        #expect(check.status == 1, "\(check.output)")
        longest = max(longest, text.count { $0 == "\n" })
        // Cut off in the header, before any input, within a line, or between two: each has its own words.
        #expect(
          ["cut short", "runs nothing"].contains { check.output.contains($0) } && check.output.hasPrefix("\(name):"),
          "\(check.output)")
        guard text.hasSuffix("\n"), text.contains("\n[") else { continue }
        let grade = try Program.run(["grade", name], folder: folder, environment: Self.environment)
        #expect(grade.status == 0, "\(grade.output)")
      }
      #expect(longest > 0, "no record was ever begun")
    }
  }

  /// A way to spoil a transcript, and what must be said of it.
  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let words: String
    let change: @Sendable (String) -> String

    init(_ name: String, _ words: String, _ change: @escaping @Sendable (String) -> String) {
      testDescription = name
      self.words = words
      self.change = change
    }
  }

  static let damages = [
    Damage("cut short", "cut short: the closing line is missing") {
      $0.components(separatedBy: "\n---\nevents")[0] + "\n"
    },
    Damage("empty", "is empty") { _ in "" },
    Damage("the hash of other files", "are not those it was made with") {
      $0.replacing(#/sha256:..../#, with: "sha256:0000")
    },
    Damage("a newer version", "is a transcript of version 7") {
      $0.replacing("chainwalk-transcript 1", with: "chainwalk-transcript 7")
    },
    Damage("CR LF", "CR LF") { $0.replacing("\n", with: "\r\n") },
    Damage("no final newline", "the last line does not end") { String($0.dropLast()) },
    Damage("a changed output", "differs when run again") { $0.replacing("Right: INVALID.", with: "Right: INVALID!") },
  ]

  @Test("what is wrong with a file is said in a line of its own", arguments: damages)
  func broken(damage: Damage) throws {
    try Files.withFolder { folder in
      try damage.change(Self.text("the-stray-reset.en.txt")).write(
        to: folder.appendingPathComponent("t.txt"), atomically: true, encoding: .utf8)
      let result = try Program.run(["replay", "--check", "t.txt"], folder: folder, environment: Self.environment)
      #expect(result.status == 1)
      #expect(result.output.contains(damage.words), "\(result.output)")
      #expect(result.output.hasSuffix("0 passed, 1 failed\n"))
    }
  }

  @Test("the README's picture is that of its transcript (make demo)")
  func picture() throws {
    let folder = Files.lessons.deletingLastPathComponent().appendingPathComponent("transcripts")
    let drawn = try Program.run(["replay", "step-the-incident.en.txt", "--format", "svg"], folder: folder)
    let kept = try String(contentsOf: folder.appendingPathComponent("step-the-incident.svg"), encoding: .utf8)
    #expect(drawn.output == kept)
  }

  @Test("a session is recorded as it happens, and the record passes its own check")
  func recorded() throws {
    try Files.withFolder { folder in
      let session = try Program.run(
        ["lesson", "the-stray-reset", "--record", "mine.txt", "--language", "en"],
        input: "next\nuntil verdict\nanswer 4\nskip\nwhy\nquit\n", folder: folder,
        environment: Self.environment.merging(["XDG_STATE_HOME": folder.path]) { $1 })
      #expect(session.status == 0)
      let check = try Program.run(["replay", "--check", "mine.txt"], folder: folder, environment: Self.environment)
      #expect(check.output == "1 passed, 0 failed\n")
      // Taken over after three inputs, the rest is the learner's.
      let over = try Program.run(
        ["replay", "mine.txt", "--take-over", "--at", "3", "--record", "on.txt"], input: "hint\nquit\n",
        folder: folder, environment: Self.environment)
      #expect(over.status == 0, "\(over.error)")
      let second = try Program.run(["replay", "--check", "on.txt"], folder: folder, environment: Self.environment)
      #expect(second.output == "1 passed, 0 failed\n")
      let text = try String(contentsOf: folder.appendingPathComponent("on.txt"), encoding: .utf8)
      #expect(text.contains("] > hint\n") && text.hasSuffix("events: 5, answered: 0, right: 0, skipped: 0\n"))
    }
  }

  @Test("a whole class is graded in one call, and the record edited by hand is the one refused")
  func graded() throws {
    try Files.withFolder { folder in
      let text = try Self.text("the-stray-reset.en.txt")
      for index in 0..<20 {
        try text.write(to: folder.appendingPathComponent("learner-\(index).txt"), atomically: true, encoding: .utf8)
      }
      try text.replacing("Not so: ", with: "Right: ").write(
        to: folder.appendingPathComponent("learner-7.txt"), atomically: true, encoding: .utf8)
      let result = try Program.run(["grade", "."], folder: folder, environment: Self.environment)
      #expect(result.status == 1)
      #expect(result.output.hasSuffix("19 graded, 1 refused\n"))
      #expect(result.output.contains("edited by hand"))
      let json = try Program.run(["grade", ".", "--format", "json"], folder: folder, environment: Self.environment)
      let rows = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
      #expect(rows.count == 20 && rows.count { $0["accepted"] as? Bool == true } == 19)
      let junit = try Program.run(["grade", ".", "--format", "junit"], folder: folder, environment: Self.environment)
      #expect(junit.output.contains("tests=\"20\" failures=\"1\""))
    }
  }

  private static let canPlay = FileManager.default.isExecutableFile(atPath: "/usr/bin/asciinema")

  @Test("asciinema plays the cast to its end", .enabled(if: canPlay && TerminalWindow.isAvailable))
  func cast() throws {
    try Files.withFolder { folder in
      let source = Self.transcripts.appendingPathComponent("the-stray-reset.en.txt").path
      let made = try Program.run(
        ["replay", source, "--cast", "demo.cast"], folder: folder, environment: Self.environment)
      #expect(made.status == 0, "\(made.error)")
      // It reads keys from the terminal, so it wants one.
      let window = try TerminalWindow("asciinema cat \(folder.path)/demo.cast; echo status $?; sleep 60")
      let screen = try window.waitFor("status 0")
      #expect(screen.contains { $0.hasPrefix("chainwalk>") }, "\(screen.joined(separator: "\n"))")
    }
  }
}
