/// Free text within a saved rule.
package enum SavedString {
  /// The text after a space, in double quotes unless it is made of letters, digits, `_` and `-` alone
  /// (`xtables_save_string`).
  package static func quoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == 0x5f
          || $0 == 0x2d
      }
    if isPlain { return " \(text)" }
    var escaped = ""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" || scalar == "'" { escaped.unicodeScalars.append("\\") }
      escaped.unicodeScalars.append(scalar)
    }
    return " \"\(escaped)\""
  }

  /// At most `length` bytes of the text; a character cut in two is dropped whole.
  package static func cut(_ text: String, to length: Int) -> String {
    guard text.utf8.count > length else { return text }
    var result = text
    while result.utf8.count > length { result.unicodeScalars.removeLast() }
    return result
  }
}
