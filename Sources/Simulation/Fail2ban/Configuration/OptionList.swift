/// A name with options in brackets, as jails name filters and actions: `iptables-multiport[port="22,80", chain=INPUT]`.
struct OptionList: Sendable, Hashable {
  let name: String
  var options: [String: String] = [:]

  struct Problem: Error { let message: String }

  init(_ text: String) throws(Problem) {
    guard let open = text.firstIndex(of: "["), open != text.startIndex else {
      guard !text.isEmpty, !text.hasPrefix("[") else { throw Problem(message: "unexpected option syntax") }
      name = text.trimmed
      return
    }
    name = text[..<open].trimmed
    let inside = text[text.index(after: open)...].trimmed
    guard inside.hasSuffix("]") else { throw Problem(message: "unexpected option syntax") }
    var rest = Substring(inside.dropLast())
    while true {
      rest = rest.drop { $0.isWhitespace || $0 == "," || $0 == "]" || $0 == "[" }
      if rest.isEmpty { return }
      let key = rest.prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) }
      rest = rest.dropFirst(key.count)
      guard !key.isEmpty, rest.first == "=" else {
        let offset = inside.count - rest.count - key.count - 1
        throw Problem(message: "expected option, wrong syntax at \(offset): \((key + rest).prefix(25))")
      }
      rest.removeFirst()
      var value: Substring
      if let quote = rest.first, quote == "\"" || quote == "'", let end = rest.dropFirst().firstIndex(of: quote) {
        value = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
      } else {
        value = rest.prefix { $0 != "," && $0 != "]" }
        rest = rest.dropFirst(value.count)
      }
      options[String(key)] = value.trimmed
    }
  }

  /// Several of them, separated by white space outside brackets.
  static func split(_ text: String) -> [String] {
    var parts: [String] = []
    var part = ""
    var depth = 0
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil }
      } else if depth > 0, character == "\"" || character == "'" {
        quote = character
      } else if character == "[" {
        depth += 1
      } else if character == "]" {
        depth -= 1
      } else if character.isWhitespace, depth <= 0 {
        if !part.isEmpty { parts.append(part) }
        part = ""
        continue
      }
      part.append(character)
    }
    if !part.isEmpty { parts.append(part) }
    return parts
  }
}
