import Yams

/// Why a text is no YAML, in one line, and where.
package struct YAMLProblem: Sendable, Hashable {
  /// From 1; `nil` where it is not known.
  package var line: Int?
  package var column: Int?
  package var message: String

  package init(_ error: any Error, in text: String) {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      (line, column) = (mark.line, mark.column)
      message = "not YAML: \(problem)"
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      let key = keys.first ?? ""
      (line, column) = (context.mark.line, context.mark.column)
      message = "`\(key)` is given twice"
      // The parser knows where the mapping begins; the second line with the key is of more use.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().dropFirst(
        max(0, context.mark.line - 1))
      let places = lines.filter { $0.element.drop { $0 == " " || $0 == "-" }.hasPrefix(key + ":") }
      if places.count > 1 {
        let place = places[places.startIndex + 1]
        (line, column) = (place.offset + 1, place.element.prefix { $0 == " " || $0 == "-" }.count + 1)
      }
    case YamlError.reader(let problem, let offset, _, _):
      line = offset.map { text.utf8.prefix($0).count { $0 == UInt8(ascii: "\n") } + 1 }
      message = "not YAML: \(problem)"
    default: message = "not YAML: " + "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
    }
  }
}
