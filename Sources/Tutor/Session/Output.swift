import Simulation

/// What a session shows for one input, and what it asks its surroundings to do: it does no input or output itself.
package struct Output: Sendable {
  /// What a line is, for whoever colours it.
  package enum Role: Sendable, Hashable {
    case plain, heading, prose, sentence, dump, chain, question, choice, right, wrong, hint, note, error
  }

  package struct Line: Sendable, Hashable {
    package var text: String
    package var role: Role

    package init(_ text: String, _ role: Role = .plain) {
      self.text = text
      self.role = role
    }
  }

  /// What the surroundings are to do.
  package enum Effect: Sendable, Hashable {
    case quit
    /// Write the session from its beginning to this file, and go on as it happens.
    case record(String)
    case stopRecording
    case progress(ProgressEvent)
  }

  package var lines: [Line] = []
  package var effects: [Effect] = []

  package init() {}

  /// Whether the session ends here.
  package var quits: Bool { effects.contains(.quit) }

  /// Adds a paragraph, wrapped to the session's width; an empty text adds an empty line.
  mutating func add(_ text: String, _ role: Role = .plain, indent: Int = 0) {
    lines += Layout.wrap(text, indent: indent).map { Line($0, role) }
  }

  /// Adds lines that are laid out already.
  mutating func add(lines: [String], _ role: Role) { self.lines += lines.map { Line($0, role) } }

  /// An empty line, unless there is one already.
  mutating func gap() {
    if let last = lines.last, !last.text.isEmpty { lines.append(Line("")) }
  }

  /// The same with each zeroed address as the capture's text shows it.
  func redacted(_ redactions: [(zeroed: String, shown: String)]) -> Output {
    guard !redactions.isEmpty else { return self }
    var output = self
    for index in output.lines.indices {
      for (zeroed, shown) in redactions { output.lines[index].text.replace(zeroed, with: shown) }
    }
    return output
  }
}
