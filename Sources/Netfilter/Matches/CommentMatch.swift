/// `-m comment`: says something to the reader and always holds.
package struct CommentMatch: Match {
  package static let name = "comment"
  package static let options = [OptionDefinition("comment", mandatory: true)]
  /// In bytes; the rest is cut off without a word.
  private static let longest = 255

  /// What the rule's author wrote.
  package private(set) var text = ""

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    text = SavedString.cut(option.value, to: Self.longest)
  }

  package var saved: String { " --comment" + SavedString.quoted(text) }

  package func listed(numeric: Bool) -> String { " /* \(text) */" }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult { .holds }
}
