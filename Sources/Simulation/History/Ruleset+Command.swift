import Netfilter

/// Why `iptables` refuses a command.
package struct RuleCommandError: Error, Sendable, Hashable {
  package let message: String
}

extension Ruleset {
  /// The ruleset after one `iptables` command, given without the program's name: `-I INPUT 3 -m state --state INVALID -j
  /// DROP`. `iptables-restore(8)` takes the same commands within a table, so the reader for its files does the work.
  package func applying(command: String) throws(RuleCommandError) -> Ruleset {
    var words = command.split(separator: " ").map(String.init)
    var name = TableName.filter
    if let at = words.firstIndex(where: { $0 == "-t" || $0 == "--table" }), at + 1 < words.count {
      guard let table = TableName(rawValue: words[at + 1]) else {
        throw RuleCommandError(message: "there is no table `\(words[at + 1])`")
      }
      name = table
      words.removeSubrange(at...at + 1)
    }
    guard !words.isEmpty else { throw RuleCommandError(message: "no command given") }
    let table = self[name] ?? Table(empty: name)
    let text = Ruleset(tables: [table]).savedText(counters: false)
    guard let end = text.lastRange(of: "COMMIT") else { throw RuleCommandError(message: "the table cannot be written") }
    let edited = text[..<end] + words.joined(separator: " ") + "\n" + text[end...]
    do {
      let read = try Ruleset(parsing: String(edited), file: "iptables", sets: sets)
      guard let changed = read[name] else { throw RuleCommandError(message: "the table is gone") }
      var result = self
      if let index = result.tables.firstIndex(where: { $0.name == name }) {
        result.tables[index] = changed
      } else {
        result.tables.append(changed)
      }
      return result
    } catch let error as RulesetError {
      throw RuleCommandError(message: error.message)
    } catch let error as RuleCommandError {
      throw error
    } catch {
      throw RuleCommandError(message: "\(error)")
    }
  }
}

extension String {
  /// Where the last line that begins with `word` starts.
  fileprivate func lastRange(of word: String) -> String.Index? {
    var start = startIndex
    var found: String.Index?
    while start < endIndex {
      if self[start...].hasPrefix(word) { found = start }
      guard let newline = self[start...].firstIndex(of: "\n") else { break }
      start = index(after: newline)
    }
    return found
  }
}
