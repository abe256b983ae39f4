extension String {
  /// The text as XML and HTML content: `&`, `<` and `>` as entities.
  ///
  /// - Parameter other: What stands for another character, e.g. a quote in an attribute; `nil` leaves it as it is.
  func markupEscaped(_ other: (Character) -> String? = { _ in nil }) -> String {
    map { character in
      switch character {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      default: other(character) ?? String(character)
      }
    }.joined()
  }
}
