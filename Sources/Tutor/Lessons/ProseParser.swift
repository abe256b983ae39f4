extension LessonProse {
  /// Reads a lesson's Markdown: a `# title`, a `## <step id>` for each step, `### hint N` under questions; paragraphs
  /// between empty lines, items that begin with `- `, code indented by four spaces.
  package init(markdown text: String, file: String) throws(LessonError) {
    self.init()
    var section: String?
    var hint: Int?
    var paragraph: [String] = []
    var code: [String] = []

    func flush(_ prose: inout LessonProse) {
      if !paragraph.isEmpty {
        let joined = Self.join(paragraph)
        if let section {
          if hint != nil {
            prose.hints[section, default: []].append(joined)
          } else {
            prose.sections[section, default: []].append(.text(joined))
          }
        }
        paragraph = []
      }
      if !code.isEmpty {
        if let section { prose.sections[section, default: []].append(.code(code)) }
        code = []
      }
    }

    for (index, rawLine) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = rawLine.last == "\r" ? rawLine.dropLast() : rawLine
      let number = index + 1
      if line.hasPrefix("### ") {
        flush(&self)
        guard let id = section else { throw LessonError(file: file, line: number, "a hint before the first step") }
        let expected = (hint ?? 0) + 1
        guard line == "### hint \(expected)" else {
          throw LessonError(file: file, line: number, "expected `### hint \(expected)` under `## \(id)`")
        }
        hint = expected
      } else if line.hasPrefix("## ") {
        flush(&self)
        let id = String(line.dropFirst(3))
        guard !order.contains(where: { $0.id == id }) else {
          throw LessonError(file: file, line: number, "the step `\(id)` stands here twice")
        }
        order.append((id, number))
        section = id
        hint = nil
      } else if line.hasPrefix("# ") {
        flush(&self)
        guard title.isEmpty else { throw LessonError(file: file, line: number, "a second title") }
        title = String(line.dropFirst(2))
      } else if line.allSatisfy({ $0 == " " }) {
        flush(&self)
      } else if line.hasPrefix("    "), paragraph.isEmpty {
        code.append(String(line.dropFirst(4)))
      } else {
        guard section != nil else {
          throw LessonError(file: file, line: number, "text before the first `## <step id>`")
        }
        if !code.isEmpty || line.hasPrefix("- ") { flush(&self) }
        paragraph.append(String(line.drop { $0 == " " }))
      }
    }
    flush(&self)
    guard !title.isEmpty else { throw LessonError(file: file, line: 1, "expected a `# title`") }
  }

  /// Joins a paragraph's lines: with a space, but without one between wide characters.
  private static func join(_ lines: [String]) -> String {
    lines.reduce(into: "") { text, line in
      guard let last = text.last, let first = line.first else {
        text += line
        return
      }
      text += (Layout.columns(last) == 2 && Layout.columns(first) == 2 ? "" : " ") + line
    }
  }
}
