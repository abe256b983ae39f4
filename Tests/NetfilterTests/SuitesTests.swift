import Foundation
import Testing

@testable import Netfilter

@Suite("Others' rules and rulesets", .enabled(if: SuiteFolder.url != nil, "no suites beside the project"))
struct SuitesTests {
  @Test("every rule of iptables' own tests is accepted, refused and saved as iptables-legacy and the kernel do")
  func rules() throws {
    let folder = try #require(SuiteFolder.url).appendingPathComponent("iptables")
    var given: [String: [[String: String]]] = [:]
    for row in try SuiteFolder.table(folder.appendingPathComponent("rules.tsv")) {
      given["\(row["file"] ?? "") \(row["line"] ?? "")", default: []].append(row)
    }
    var checked = 0
    for row in try SuiteFolder.table(folder.appendingPathComponent("kernel_legacy.tsv")) {
      guard row["confirmed"] == "1", row["family"] == "4", let chain = row["chain"], let text = row["rule"] else {
        continue
      }
      let place = "\(row["file"] ?? "") \(row["line"] ?? "")"
      let rows = given[place] ?? []
      let source = try #require(rows.first { $0["chains"]?.contains(chain) == true } ?? rows.first)
      let ruleset = try? Ruleset(
        parsing: "*\(source["table"] ?? "filter")\n-A \(chain) \(text)\nCOMMIT\n", file: place)
      let saved = ruleset?.savedText().split(separator: "\n").map(String.init) ?? []
      if row["expect"] == "FAIL" {
        #expect(ruleset == nil, "\(place): \(text)")
      } else {
        let wanted = "-A \(chain) \(source["expect_save"] ?? "")".trimmingCharacters(in: .whitespaces)
        #expect(saved.contains(wanted), "\(place): \(text): \(saved.filter { $0.hasPrefix("-A") })")
      }
      checked += 1
    }
    print("suites/iptables: \(checked) rules checked")
  }

  @Test("every ruleset is loaded and saved, or refused at the same line, as iptables-legacy does")
  func rulesets() throws {
    let folder = try #require(SuiteFolder.url).appendingPathComponent("rulesets")
    let kernel = folder.appendingPathComponent("kernel_expected/legacy")
    var checked = 0
    for row in try SuiteFolder.table(folder.appendingPathComponent("load_status.tsv")) where row["family"] == "4" {
      guard let name = row["file"], let text = try? SuiteFolder.text(folder.appendingPathComponent(name)) else {
        continue
      }
      let base = URL(fileURLWithPath: name).lastPathComponent
      if let saved = try? SuiteFolder.text(kernel.appendingPathComponent("\(base).save")) {
        let ruleset = try? Ruleset(parsing: text, file: base)
        #expect(ruleset?.savedText() == saved, "\(base)")
      } else {
        let message = (try? SuiteFolder.text(kernel.appendingPathComponent("\(base).err"))) ?? row["legacy_error"] ?? ""
        let error = #expect(throws: RulesetError.self, "\(base)") { try Ruleset(parsing: text, file: base) }
        #expect(error?.line == Self.line(in: message), "\(base): \(error?.description ?? "")")
      }
      checked += 1
    }
    print("suites/rulesets: \(checked) files checked")
  }

  /// The line that iptables-restore names.
  private static func line(in message: String) -> Int? {
    for pattern in [/Error occurred at line: (\d+)/, /line (\d+) failed/, /expected at line (\d+)/] {
      if let match = message.firstMatch(of: pattern) { return Int(match.1) }
    }
    return nil
  }
}
