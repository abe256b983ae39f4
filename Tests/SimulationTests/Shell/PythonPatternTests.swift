import Foundation
import Testing

@testable import Simulation

/// Held against Python's `re`, recorded in `Resources/shell/patterns.jsonl`.
@Suite struct PythonPatternTests {
  private struct Recording: Decodable {
    let pattern: String
    let text: String
    /// Starts and ends of the groups; absent where nothing matched.
    let bounds: [Int]?
    let error: String?

    static func load() -> [Recording] {
      guard let url = Bundle.module.url(forResource: "Resources/shell/patterns", withExtension: "jsonl"),
        let text = try? String(contentsOf: url, encoding: .utf8)
      else { return [] }
      return text.split(separator: "\n").dropFirst().compactMap {
        try? JSONDecoder().decode(Self.self, from: Data($0.utf8))
      }
    }
  }

  @Test("a pattern matches where Python's matches, and is refused in the same words")
  func golden() {
    let recordings = Recording.load()
    #expect(recordings.count > 700)
    for recording in recordings {
      do {
        let pattern = try PythonPattern(recording.pattern)
        let match = try pattern.search(PatternText(recording.text))
        #expect(
          match?.bounds == recording.bounds && recording.error == nil, "\(recording.pattern) on \(recording.text)")
      } catch let problem as PythonPattern.Problem {
        #expect(
          problem.description == recording.error ?? "matches" || problem.message == recording.error,
          "\(recording.pattern)")
      } catch { Issue.record("\(recording.pattern): \(error)") }
    }
  }

  @Test(
    "a pattern that backtracks without bound is given up",
    arguments: ["(a+)+$", "(a|a)*$", "(?:(?:a+)+b?)+$", "(.*)*(.*)*(.*)*$x"])
  func bounded(_ source: String) throws {
    let pattern = try PythonPattern(source)
    #expect(throws: PythonPattern.TooLong.self) {
      try pattern.search(PatternText(String(repeating: "a", count: 64) + "!"))
    }
  }

  @Test(
    "what is not modelled is refused by name",
    arguments: [
      ("(?L)a", "not modelled: the flag `L'"), ("a{2000}", "not modelled: a repetition of more than 1000 times"),
    ])
  func refused(_ source: String, _ message: String) {
    #expect(throws: PythonPattern.Problem.self) { try PythonPattern(source) }
    do { _ = try PythonPattern(source) } catch { #expect(error.message == message) }
  }

  @Test("a pattern of any size is read or refused, never a trap") func deep() {
    for source in [
      String(repeating: "(", count: 5000), String(repeating: "(?:", count: 5000) + String(repeating: ")", count: 5000),
      String(repeating: "(a{1000}", count: 3) + ")))", String(repeating: "a|", count: 20_000),
      "((((a{500}){500}){500}){500})", "(?P<\u{1F600}>a)", "[\u{1F600}-\u{1F640}]",
    ] {
      do { _ = try PythonPattern(source).search(PatternText("aaa")) } catch {}
    }
  }
}
