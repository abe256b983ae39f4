import Foundation
import Testing

/// `chainwalk.1` beside what the program says of itself.
@Suite("the manual page")
struct ManualTests {
  private static let page: String =
    (try? String(
      contentsOf: Files.lessons.deletingLastPathComponent().appendingPathComponent("chainwalk.1"), encoding: .utf8))
    ?? ""

  private static let subcommands = [
    "lesson", "lessons", "quiz", "review", "progress show", "progress export", "progress import", "lint", "step",
    "trace", "decode", "rules", "verify", "replay", "grade",
  ]

  /// The long options that a command's help lists.
  private static func options(_ command: String) throws -> Set<String> {
    let help = try Program.run(command.split(separator: " ").map(String.init) + ["--help"]).output
    return Set(help.matches(of: /--([a-z-]+)/).map { String($0.1) })
  }

  /// What the page says of a subcommand, the option groups that it names written out.
  private static func entry(_ command: String) -> String {
    let name = command.split(separator: " ")[0]
    let lines = page.split(separator: "\n").map(String.init)
    let entries = lines.split { $0.hasPrefix(".It Nm ") || $0 == ".Sh AT THE PROMPT" }
    let heads = lines.filter { $0.hasPrefix(".It Nm ") }
    guard let index = heads.firstIndex(where: { $0.hasPrefix(".It Nm Cm \(name) ") }) else { return "" }
    var text = heads[index] + "\n" + entries[index + 1].prefix { !$0.hasPrefix(".It Ar") }.joined(separator: "\n")
    let groups = [
      ("session options", "Fl -watch Fl -record speech options"), ("speech options", "Fl -language display options"),
      ("display options", "Fl -plain Fl -color"), ("host options", "Fl -host Fl -sets"),
    ]
    for (group, meaning) in groups where text.contains(group) { text += meaning }
    for (group, meaning) in groups where text.contains(group) { text += meaning }
    return text
  }

  @Test("has every option of every subcommand", arguments: subcommands)
  func options(command: String) throws {
    // Everything has these two; others that the text mentions are not options of the command.
    let all = try Self.options(command).subtracting(["help", "version"])
    for option in all { #expect(Self.entry(command).contains("Fl -\(option)"), "\(command) --\(option)") }
    #expect(Self.page.contains(".Fl -help") && Self.page.contains(".Fl -version"))
  }

  @Test("names every subcommand that the program has, and every key of the settings")
  func complete() throws {
    let help = try Program.run(["--help"]).output
    let listed = help.split(separator: "\n").compactMap {
      $0.firstMatch(of: /^  ([a-z]+)  +[A-Z]/).map { String($0.1) }
    }
    #expect(listed.count > 10)
    for command in listed { #expect(Self.page.contains(".It Nm Cm \(command) "), "\(command)") }
    for key in ["language", "color", "accessible", "keys", "background", "drawing"] {
      #expect(Self.page.contains("\n\(key): "), "\(key)")
    }
  }
}
