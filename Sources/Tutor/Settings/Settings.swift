import Terminal

/// What a person has set once for all sessions: `settings.yaml`. Options on the command line go before it.
package struct Settings: Sendable, Hashable {
  package enum Keys: String, Sendable, CaseIterable { case emacs, vi }
  package enum Drawing: String, Sendable, CaseIterable { case auto, ascii }

  package var language: Language?
  package var color: Display.ColorChoice?
  /// Linear text always, for a screen reader.
  package var isAccessible = false
  /// The keys of the prompt's line.
  package var keys = Keys.emacs
  package var background = Theme.Background.auto
  /// What lines and marks are drawn with.
  package var drawing = Drawing.auto

  package init() {}

  private static let known = ["language", "color", "accessible", "keys", "background", "drawing"]

  /// Reads a settings.yaml; an empty one, and keys that it does not give, keep the defaults. Errors name the place.
  package init(yaml text: String, file: String) throws(LessonError) {
    self.init()
    let lines = text.split(separator: "\n")
    guard lines.contains(where: { !$0.allSatisfy(\.isWhitespace) && $0.first { $0 != " " } != "#" }) else { return }
    let root = try LessonNode(yaml: text, file: file)
    try root.allow(Self.known)
    if let node = try root.optional("language") { language = try Self.choice(node) }
    if let node = try root.optional("color") { color = try Self.choice(node) }
    if let node = try root.optional("accessible") {
      switch try node.string().lowercased() {
      case "true", "yes", "on": isAccessible = true
      case "false", "no", "off": isAccessible = false
      default: throw node.wrong("expected true or false")
      }
    }
    if let node = try root.optional("keys") { keys = try Self.choice(node) }
    if let node = try root.optional("background") { background = try Self.choice(node) }
    if let node = try root.optional("drawing") { drawing = try Self.choice(node) }
  }

  private static func choice<Value: RawRepresentable & CaseIterable>(_ node: LessonNode) throws(LessonError) -> Value
  where Value.RawValue == String {
    guard let value = Value(rawValue: try node.string()) else {
      throw node.wrong("expected " + Value.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }
}
