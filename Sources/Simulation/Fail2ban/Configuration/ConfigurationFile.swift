/// A configuration file as Python's `configparser` reads it: sections, options, values that go on in indented lines.
struct ConfigurationFile: Sendable, Hashable {
  struct Section: Sendable, Hashable {
    let name: String
    /// In the order written; names in lower case.
    var options: [(name: String, value: String)] = []

    subscript(option: String) -> String? {
      get { options.first { $0.name == option }?.value }
      set {
        guard let newValue else { return options.removeAll { $0.name == option } }
        if let place = options.firstIndex(where: { $0.name == option }) {
          options[place].value = newValue
        } else {
          options.append((option, newValue))
        }
      }
    }

    static func == (left: Self, right: Self) -> Bool {
      left.name == right.name && left.options.elementsEqual(right.options) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(name)
      for option in options { hasher.combine(option.name) }
    }
  }

  /// Why a file cannot be read, in `configparser`'s words.
  struct Problem: Error, Hashable { let message: String }

  private(set) var sections: [Section] = []

  /// - Parameter path: for messages.
  init(_ text: String, path: String) throws(Problem) {
    var rubbish: [(line: Int, text: String)] = []
    var section: Int?
    var option: String?
    var values: [String] = []
    var optionIndent = 0
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    func end() {
      guard let place = section, let name = option else { return }
      while values.last?.isEmpty == true { values.removeLast() }
      sections[place][name] = values.joined(separator: "\n")
      option = nil
      values = []
    }
    for (index, raw) in lines.enumerated() {
      if index == lines.count - 1, raw.isEmpty { break }
      let line = Self.withoutComment(raw)
      let value = line.trimmed
      if value.isEmpty {
        // An empty line may belong to a value; a comment does not.
        if raw.trimmed.isEmpty, option != nil { values.append("") }
        continue
      }
      let indent = raw.prefix { $0 == " " || $0 == "\t" }.count
      if option != nil, indent > optionIndent {
        values.append(value)
        continue
      }
      optionIndent = indent
      if value.hasPrefix("["), let close = value.lastIndex(of: "]"), value.index(after: value.startIndex) < close {
        end()
        let name = String(value[value.index(after: value.startIndex)..<close])
        guard !sections.contains(where: { $0.name == name }) else {
          throw Problem(
            message: "While reading from '\(path)' [line \((index + 1).padded(2))]: section '\(name)' already exists")
        }
        sections.append(Section(name: name))
        section = sections.count - 1
        continue
      }
      guard let place = section else {
        throw Problem(
          message:
            "File contains no section headers.\nfile: '\(path)', line: \(index + 1)\n\(Self.quoted(String(raw) + "\n"))"
        )
      }
      end()
      guard let sign = value.firstIndex(where: { $0 == "=" || $0 == ":" }), sign != value.startIndex else {
        rubbish.append((index + 1, String(raw)))
        continue
      }
      let name = value[..<sign].trimmed.lowercased()
      guard sections[place][name] == nil else {
        throw Problem(
          message: "While reading from '\(path)' [line \((index + 1).padded(2))]: "
            + "option '\(name)' in section '\(sections[place].name)' already exists")
      }
      option = name
      values = [value[value.index(after: sign)...].trimmed]
      // Taken now, so that a second one of the name is noticed.
      sections[place][name] = values[0]
    }
    end()
    guard rubbish.isEmpty else {
      let list = rubbish.map { "\n\t[line \($0.line.padded(2))]: \(Self.quoted($0.text + "\n"))" }.joined()
      throw Problem(message: "Source contains parsing errors: '\(path)'\(list)")
    }
  }

  /// A line without what follows `;`, or the whole of it where it begins with `#` or `;`.
  private static func withoutComment(_ line: Substring) -> Substring {
    let start = line.drop { $0 == " " || $0 == "\t" }
    if start.hasPrefix("#") || start.hasPrefix(";") { return "" }
    var previous: Character = " "
    for index in line.indices {
      if line[index] == ";", previous.isWhitespace { return line[..<index] }
      previous = line[index]
    }
    return line
  }

  private static func quoted(_ text: String) -> String { PythonValue.string(text).representation }
}
