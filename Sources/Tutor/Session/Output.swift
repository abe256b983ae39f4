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
    /// Columns that `whole` is indented by, and by how many more after its first line.
    package var indent = 0
    package var hanging = 0
    /// What stands in its place where there are fewer columns than the session lays out for: nothing, where another
    /// line's has it.
    package var narrow: [String]?
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
    wrapped[0].hanging = hanging
    lines += wrapped
  }

  /// Adds a line, cut to the session's width.
  mutating func add(cut text: String, _ role: Role) {
    var line = Line(Layout.cut(text), role)
    line.whole = text
    line.hanging = 3
    lines.append(line)
  }

  /// Adds a line of columns, cut to the session's width; `narrow` takes its place where there is less room.
  mutating func add(row text: String, narrow: [String], _ role: Role) {
    add(cut: text, role)
    lines[lines.count - 1].narrow = narrow
  }

  /// Adds lines that are laid out already, and `narrow` for all of them where there is less room.
  mutating func add(lines: [String], narrow: [String], _ role: Role) {
    for (index, text) in lines.enumerated() {
      var line = Line(text, role)
      line.narrow = index == 0 ? narrow : []
      self.lines.append(line)
    }
  }

  /// The lines for a terminal of `width` columns: where that is less than the session's width, paragraphs are wrapped
  /// anew and columns stand below each other. What programs print is left as it is.
  package func lines(fitting width: Int) -> [Line] {
    guard width < Layout.width else { return lines }
    return lines.filter { !$0.continues }.flatMap { line -> [Line] in
      guard let texts = line.narrow ?? line.whole.map({ [$0] }) else { return [line] }
      return texts.flatMap { text in
        Layout.wrapLine(text, indent: line.indent, hanging: line.hanging, width: width).map { Line($0, line.role) }
      }
    }
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
        output.lines[index].narrow = output.lines[index].narrow?.map { $0.replacing(zeroed, with: shown) }
      }
    }
    return output
  }
}
