/// One word of a line, as the shell of `iptables-restore` splits it.
package struct RestoreWord: Sendable, Hashable {
  package var text: String
  /// Of its first byte (the quote of a quoted word), from 1.
  package var column: Int

  package init(_ text: String, column: Int) {
    self.text = text
    self.column = column
  }
}

/// Splits a line into words: white space separates, double quotes keep it, a backslash inside quotes takes the next
/// character as it is; a closing quote ends its word (`iptables/xshared.c`).
package enum RestoreWords {
  /// A word may have at most this many bytes.
  private static let longest = 1023

  package static func split(_ line: Substring, from firstColumn: Int = 1) throws(ParseFailure) -> [RestoreWord] {
    var words: [RestoreWord] = []
    var word: [UInt8] = []
    var start = 0
    var isQuoted = false
    var isEscaped = false
    var column = firstColumn - 1

    func end() {
      words.append(RestoreWord(String(decoding: word, as: UTF8.self), column: start))
      word = []
    }
    func add(_ byte: UInt8) throws(ParseFailure) {
      if word.isEmpty, !isQuoted { start = column }
      word.append(byte)
      guard word.count <= longest else {
        throw ParseFailure(column: start, "Parameter too long!")
      }
    }

    for byte in line.utf8 {
      column += 1
      switch byte {
      case _ where isEscaped:
        try add(byte)
        isEscaped = false
      case UInt8(ascii: "\\") where isQuoted: isEscaped = true
      case UInt8(ascii: "\"") where isQuoted:
        isQuoted = false
        end()
      case _ where isQuoted: try add(byte)
      case UInt8(ascii: "\""):
        if word.isEmpty { start = column }
        isQuoted = true
      case 0x20, 0x09, 0x0a: if !word.isEmpty { end() }
      default: try add(byte)
      }
    }
    if !word.isEmpty { end() }
    return words
  }
}

/// What is wrong with a line; the file and the line number are added by who reads the file.
package struct ParseFailure: Error {
  /// In bytes, from 1.
  package var column: Int?
  package var message: String
  /// What iptables said before it stopped.
  package var warnings: [String] = []

  package init(column: Int? = nil, _ message: String) {
    self.column = column
    self.message = message
  }
}

/// What is wrong with a ruleset, and where.
package struct RulesetError: Error, Sendable, Hashable, CustomStringConvertible {
  package var file: String
  /// From 1.
  package var line: Int
  /// In bytes, from 1; `nil` where the whole line is meant.
  package var column: Int?
  package var message: String

  package init(file: String, line: Int, column: Int? = nil, message: String) {
    self.file = file
    self.line = line
    self.column = column
    self.message = message
  }

  package var description: String {
    "\(file):\(line):" + (column.map { "\($0):" } ?? "") + " \(message)"
  }
}
