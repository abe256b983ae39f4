/// Numbers with a fraction as the C library's `strtod` reads them.
package enum FloatingNumber {
  /// The longest number at the start of `text` and what follows it; `nil` where there is none. One too large is infinite.
  package static func prefix(_ text: Substring) -> (value: Double, rest: Substring)? {
    let start = text[(text.utf8.firstIndex { !($0 == 0x20 || (0x09...0x0d).contains($0)) } ?? text.endIndex)...]
    var rest = start
    if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
    let sign: Double = start.first == "-" ? -1 : 1
    let word = rest.prefix { $0.isASCII && $0.isLetter }.lowercased()
    for (name, value) in [("infinity", Double.infinity), ("inf", .infinity), ("nan", .nan)] where word.hasPrefix(name) {
      return (sign * value, rest.dropFirst(name.utf8.count))
    }
    let isHexadecimal = rest.lowercased().hasPrefix("0x") && mantissa(rest.dropFirst(2), isHexadecimal: true) != nil
    if isHexadecimal { rest = rest.dropFirst(2) }
    guard let end = mantissa(rest, isHexadecimal: isHexadecimal) else { return nil }
    let last = exponent(text[end...], isHexadecimal ? "p" : "e")
    let digits = text[rest.startIndex..<last]
    guard let value = Double((isHexadecimal ? "0x" : "") + normal(digits)) else { return nil }
    return (sign * value, text[last...])
  }

  /// The end of digits with at most one point among them.
  private static func mantissa(_ text: Substring, isHexadecimal: Bool) -> Substring.Index? {
    let isDigit = { (character: Character) in
      character.isASCII && (isHexadecimal ? character.isHexDigit : character.isNumber)
    }
    let whole = text.prefix(while: isDigit)
    var end = whole.endIndex
    var fraction: Substring = ""
    if text[end...].first == "." {
      fraction = text[end...].dropFirst().prefix(while: isDigit)
      end = fraction.isEmpty && whole.isEmpty ? end : text.index(after: end)
      end = fraction.isEmpty ? end : fraction.endIndex
    }
    return whole.isEmpty && fraction.isEmpty ? nil : end
  }

  /// The end of an exponent; the start of the text where there is none.
  private static func exponent(_ text: Substring, _ letter: String) -> Substring.Index {
    guard text.first?.lowercased() == letter else { return text.startIndex }
    var rest = text.dropFirst()
    if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    return digits.isEmpty ? text.startIndex : digits.endIndex
  }

  /// As Swift reads it: a digit on both sides of a point.
  private static func normal(_ text: Substring) -> String {
    guard let point = text.firstIndex(of: ".") else { return String(text) }
    let before = text[..<point]
    let after = text[text.index(after: point)...]
    let hasDigit = after.first?.isHexDigit == true && after.first?.lowercased() != "e"
    return (before.isEmpty ? "0" : before) + "." + (hasDigit ? after : "0" + after)
  }
}
