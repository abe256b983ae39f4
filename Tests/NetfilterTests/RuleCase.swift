import Testing

@testable import Netfilter

/// A rule, and what iptables-legacy makes of it in the chain of a table.
struct RuleCase: Sendable, CustomTestStringConvertible {
  /// What follows `-A CHAIN`.
  let rule: String
  /// What `iptables-legacy-save` prints after `-A CHAIN`, one for each rule made of it.
  let saved: [String]
  /// The line of the error in a file of `*table`, the rule and COMMIT: 2 for iptables' own, 3 for the kernel's.
  let refusedAt: Int?
  let table: TableName
  let chain: String

  init(_ rule: String, saved: [String]? = nil, in table: TableName = .filter, _ chain: String = "INPUT") {
    (self.rule, self.saved, refusedAt, self.table, self.chain) = (rule, saved ?? [rule], nil, table, chain)
  }

  init(_ rule: String, saved: String, in table: TableName = .filter, _ chain: String = "INPUT") {
    self.init(rule, saved: [saved], in: table, chain)
  }

  init(_ rule: String, refusedAt line: Int, in table: TableName = .filter, _ chain: String = "INPUT") {
    (self.rule, saved, refusedAt, self.table, self.chain) = (rule, [], line, table, chain)
  }

  var testDescription: String { rule }

  private var file: String { "*\(table.rawValue)\n-A \(chain) \(rule)\nCOMMIT\n" }

  /// - Parameter sets: the sets that the rule may name, as `ipset save` prints them.
  func check(sets text: String = "") throws {
    let sets = try SetCatalog(parsing: text, file: "sets")
    if let refusedAt {
      let error = #expect(throws: RulesetError.self) { try Ruleset(parsing: file, file: "rules", sets: sets) }
      #expect(error?.line == refusedAt)
      return
    }
    let ruleset = try Ruleset(parsing: file, file: "rules", sets: sets)
    let rules = try #require(ruleset[table]?[chain]).rules
    #expect(rules.map(\.savedText) == saved)
  }
}
