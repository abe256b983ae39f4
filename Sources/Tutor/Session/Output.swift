import Simulation

/// What a session shows for one input, and what it asks its surroundings to do: it does no input or output itself.
package struct Output: Sendable {
  /// What a line is, for whoever colours it.
  package enum Role: Sendable, Hashable {
    case plain, heading, prose, code, sentence, dump, chain, question, choice, right, wrong, hint, note, error
    /// Where the session stands, above a step.
    case place
  }

  package struct Line: Sendable, Hashable {
    package var text: String
    package var role: Role
    /// What begins with this line, before it was wrapped or cut; `nil` where nothing was.
    package var whole: String?
    /// Columns that `whole` is indented by.
    package var indent = 0
    /// It belongs to the `whole` of a line before it.
    package var continues = false

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
    /// Take the whole screen and step by keys.
    case view
    case progress(ProgressEvent)
  }

  package var lines: [Line] = []
  package var effects: [Effect] = []
  /// The bytes and rules among the lines are those of the step or the question at hand.
  package var showsStep = false

  /// Zeroed addresses and how the capture's text shows them: put in before a paragraph is laid out, so that it still
  /// fits.
  var redactions: [(zeroed: String, shown: String)] = []

  package init() {}

  /// Whether the session ends here.
  package var quits: Bool { effects.contains(.quit) }

  /// Adds a paragraph, wrapped to the session's width; an empty text adds an empty line.
  mutating func add(_ text: String, _ role: Role = .plain, indent: Int = 0, hanging: Int = 0) {
    let text = redactions.reduce(text) { $0.replacing($1.zeroed, with: $1.shown) }
    var wrapped = Layout.wrap(text, indent: indent, hanging: hanging).map { Line($0, role) }
    for index in wrapped.indices.dropFirst() { wrapped[index].continues = true }
    wrapped[0].whole = text
    wrapped[0].indent = indent
    lines += wrapped
  }

  /// Adds a line, cut to the session's width.
  mutating func add(cut text: String, _ role: Role) {
    var line = Line(Layout.cut(text), role)
    line.whole = text
    lines.append(line)
  }

  /// Adds all that another output holds.
  mutating func append(_ other: Output) {
    lines += other.lines
    effects += other.effects
    showsStep = showsStep || other.showsStep
  }

  /// The same with each paragraph on a line of its own, however long: for those who listen to it.
  var linear: Output {
    var output = self
    output.lines = lines.filter { !$0.continues }.map { line in
      var line = line
      line.text = line.whole ?? line.text
      return line
    }
    return output
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
      for (zeroed, shown) in redactions {
        output.lines[index].text.replace(zeroed, with: shown)
        output.lines[index].whole?.replace(zeroed, with: shown)
      }
    }
    return output
  }
}
