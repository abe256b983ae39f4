import Foundation
import Testing

@Suite("bad input is one clear error and status 2")
struct BadInputTests {
  /// Expects one line on standard error that names the place, nothing on standard output, status 2.
  private func expectRefusal(
    _ arguments: [String], input: String = "", in folder: URL, place: String, says words: String
  )
    throws
  {
    let result = try Program.run(arguments, input: input, folder: folder)
    #expect(result.status == 2)
    #expect(result.output == "")
    let lines = result.error.split(separator: "\n")
    #expect(lines.count == 1, "\(result.error)")
    #expect(result.error.hasPrefix("chainwalk: \(place)"), "\(result.error)")
    #expect(result.error.lowercased().contains(words.lowercased()), "\(result.error)")
  }

  private static let rules = "-A INPUT -j ACCEPT\n"

  @Test("a capture that is not there")
  func missing() throws {
    try Files.withFolder { folder in
      try Self.rules.write(to: folder.appendingPathComponent("rules"), atomically: true, encoding: .utf8)
      try expectRefusal(
        ["trace", "nowhere.pcap", "--rules", "rules"], in: folder, place: "nowhere.pcap: ", says: "no such file")
    }
  }

  @Test("an empty capture")
  func empty() throws {
    try Files.withFolder { folder in
      try Self.rules.write(to: folder.appendingPathComponent("rules"), atomically: true, encoding: .utf8)
      try Data().write(to: folder.appendingPathComponent("empty"))
      try expectRefusal(["trace", "empty", "--rules", "rules"], in: folder, place: "empty: ", says: "empty")
    }
  }

  @Test("a binary file that is no capture")
  func binary() throws {
    try Files.withFolder { folder in
      try Self.rules.write(to: folder.appendingPathComponent("rules"), atomically: true, encoding: .utf8)
      try Data([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 62, 0]).write(
        to: folder.appendingPathComponent("program"))
      try expectRefusal(
        ["trace", "program", "--rules", "rules"], in: folder, place: "program: ", says: "not a capture")
    }
  }

  @Test("rules that are a binary file")
  func binaryRules() throws {
    try Files.withFolder { folder in
      try Data([0x7f, 0x45, 0x4c, 0x46, 0, 0]).write(to: folder.appendingPathComponent("rules"))
      try expectRefusal(["trace", "x", "--rules", "rules"], in: folder, place: "rules:1", says: "binary")
    }
  }

  @Test("a rule that does not parse names its line and column")
  func badRule() throws {
    try Files.withFolder { folder in
      try "*filter\n-A INPUT -p tcp --dport 22\n-A INPUT -p tcp --dport many -j ACCEPT\nCOMMIT\n".write(
        to: folder.appendingPathComponent("rules"), atomically: true, encoding: .utf8)
      try expectRefusal(["trace", "x", "--rules", "rules"], in: folder, place: "rules:3:25: ", says: "many")
    }
  }

  @Test("a truncated hex line names its line and column")
  func truncatedHex() throws {
    try Files.withFolder { folder in
      try Self.rules.write(to: folder.appendingPathComponent("rules"), atomically: true, encoding: .utf8)
      try """
      11:48:37.860337 IP (tos 0x0, ttl 60, id 0, offset 0, flags [DF], proto TCP (6), length 44)
          192.0.2.1.80 > 89.238.65.123.3594: Flags [S.], seq 1, ack 2, win 29200, length 0
      \t0x0000:  4500 002c 0000 4000 3c06 7342 c000 0201  E..,..@.<.sB....
      \t0x0010:  59ee 417b 0050 0e0a 04c3 5c35 0e0a 636
      """.write(to: folder.appendingPathComponent("cut.txt"), atomically: true, encoding: .utf8)
      try expectRefusal(
        ["trace", "cut.txt", "--rules", "rules"], in: folder, place: "cut.txt:4:46: ", says: "odd number")
    }
  }

  @Test("an option that does not exist")
  func badOption() throws {
    try Files.withFolder { folder in
      try expectRefusal(["trace", "x", "--rules", "rules", "--colour"], in: folder, place: "", says: "--colour")
    }
  }

  @Test(
    "a full disk is told, and is no success", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")),
    arguments: [
      ["trace", "trace.txt", "--rules", "rules.v4"], ["decode", "trace.txt"], ["rules", "rules.v4"], ["lessons"],
    ])
  func fullDisk(_ arguments: [String]) throws {
    let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
    let result = try Program.run(arguments, output: full)
    #expect(result.status == 2)
    #expect(result.error.hasSuffix("chainwalk: standard output: No space left on device\n"))
  }
}
