/// Counters as `iptables-restore` reads them, with the C library's `scanf(3)` and `strtok(3)`.
package enum CounterText {
  /// The number at the start, after white space and a sign; one above the largest is the largest, a negative one
  /// counts down from 2^64. `nil` where there is no digit.
  package static func number(_ text: Substring) -> UInt64? { scan(text)?.value }

  /// `[packets:bytes]`, of which the last bracket may be missing; `nil` for anything else.
  static func pair(_ text: Substring) -> Counters? {
    guard text.first == "[", let (packets, rest) = scan(text.dropFirst()), rest.first == ":",
      let (bytes, _) = scan(rest.dropFirst())
    else { return nil }
    return Counters(packets: packets, bytes: bytes)
  }

  /// What stands before a rule in brackets, taken off its line.
  struct Prefix {
    var packets: Substring
    var bytes: Substring
    /// The line after the first closing bracket.
    var rule: Substring
  }

  /// Takes `[packets:bytes]` off a line; `nil` for a line that does not begin with a bracket.
  ///
  /// `strtok` cuts the line where it finds the colon and the bracket that it looks for, and it looks beyond the first
  /// closing bracket: what it finds within the rule shortens the rule (`tokenize_rule_counters`).
  static func prefix(of line: Substring) throws(ParseFailure) -> Prefix? {
    guard line.first == "[" else { return nil }
    guard let end = line.firstIndex(of: "]") else { throw ParseFailure(column: 1, "need ]") }
    let packets = line.dropFirst().drop { $0 == ":" }
    guard !packets.isEmpty else { throw ParseFailure(column: 1, "need :") }
    guard let colon = packets.firstIndex(of: ":") else { throw ParseFailure(column: 1, "need ]") }
    let bytes = packets[packets.index(after: colon)...].drop { $0 == "]" }
    guard !bytes.isEmpty else { throw ParseFailure(column: 1, "need ]") }
    let close = bytes.firstIndex(of: "]") ?? bytes.endIndex
    let cut = [colon, close].filter { $0 > end }.min() ?? line.endIndex
    return Prefix(packets: packets[..<colon], bytes: bytes[..<close], rule: line[line.index(after: end)..<cut])
  }

  /// The number at the start and what follows it.
  package static func scan(_ text: Substring) -> (value: UInt64, rest: Substring)? {
    var rest = text.drop { $0 == " " || ("\t"..."\r").contains($0) }
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest.removeFirst() }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty else { return nil }
    guard let value = UInt64(digits) else { return (.max, rest[digits.endIndex...]) }
    return (isNegative ? 0 &- value : value, rest[digits.endIndex...])
  }
}
