/// Where configuration files are read from.
protocol ConfigurationSource {
  /// The text of a file; `nil` where there is none.
  func text(of path: String) -> String?
  /// Paths in a folder that end so, in order.
  func paths(in folder: String, ending: String) -> [String]
}

/// Configuration files read one over the other, with their includes, as fail2ban does it: `NAME.conf`, `NAME.d/*.conf`,
/// `NAME.local`, `NAME.d/*.local` (`jail.conf(5)`).
struct Configuration {
  typealias Section = ConfigurationFile.Section

  /// Why a value cannot be had.
  enum Missing: Error { case section, option }

  private(set) var sections: [Section] = []
  private var defaults = Section(name: "DEFAULT")
  /// What a section said before a later file overrode it, for `%(known/option)s`.
  private var known: [String: Section] = [:]
  /// Whether any file was found.
  private(set) var isFound = false

  static let folder = "/etc/fail2ban"

  /// - Parameters:
  ///   - name: `jail`, `filter.d/sshd`, below the folder.
  ///   - extra: options that every section has.
  init(
    _ name: String, from source: any ConfigurationSource, extra: [String: String] = [:]
  ) throws(ConfigurationFile.Problem) {
    let base = "\(Self.folder)/\(name)"
    let paths =
      ["\(base).conf"] + source.paths(in: "\(base).d", ending: ".conf") + ["\(base).local"]
      + source.paths(in: "\(base).d", ending: ".local")
    try self.init(paths: paths.filter { source.text(of: $0) != nil }, from: source, extra: extra)
  }

  init(
    paths: [String], from source: any ConfigurationSource, extra: [String: String] = [:]
  ) throws(ConfigurationFile.Problem) {
    for (option, value) in extra { defaults[option] = value }
    for path in try Self.withIncludes(paths, source, seen: []) {
      guard let text = source.text(of: path) else { continue }
      isFound = true
      merge(try ConfigurationFile(text, path: path))
    }
  }

  /// A file with those its `[INCLUDES]` names before and after it, and with its `.local`.
  private static func withIncludes(
    _ paths: [String], _ source: any ConfigurationSource, seen: [String]
  ) throws(ConfigurationFile.Problem) -> [String] {
    var result: [String] = []
    var all: [String] = []
    for path in paths {
      all.append(path)
      let stem = path.lastIndex(of: ".").map { path[..<$0] } ?? path[...]
      let local = "\(stem).local"
      if !paths.contains(local), source.text(of: local) != nil { all.append(local) }
    }
    for path in all {
      guard let text = source.text(of: path), seen.count < 20 else { continue }
      let file = try ConfigurationFile(text, path: path)
      let includes = file.sections.first { $0.name == "INCLUDES" }
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      func named(_ option: String) -> [String] {
        let names = (includes?[option] ?? "").split(separator: "\n").map(String.init)
        let paths = names.map { name in name.hasPrefix("/") ? name : folder + name }
        return paths.filter { !seen.contains($0) }
      }
      result += try withIncludes(named("before"), source, seen: seen + [path])
      result.append(path)
      result += try withIncludes(named("after"), source, seen: seen + [path])
    }
    return result
  }

  private mutating func merge(_ file: ConfigurationFile) {
    for section in file.sections {
      if section.name == "DEFAULT" {
        for option in section.options { defaults[option.name] = option.value }
        continue
      }
      guard let place = sections.firstIndex(where: { $0.name == section.name }) else {
        sections.append(section)
        continue
      }
      for option in section.options {
        if let old = sections[place][option.name] {
          known[section.name, default: Section(name: section.name)][option.name] = old
        }
        sections[place][option.name] = option.value
      }
    }
  }

  /// Adds options that a section may name, such as `known/failregex`.
  mutating func add(_ options: [String: String], to name: String) {
    guard let place = sections.firstIndex(where: { $0.name == name }) else { return }
    for (option, value) in options where sections[place][option] == nil { sections[place][option] = value }
  }

  func has(_ section: String) -> Bool { sections.contains { $0.name == section } }

  /// A section's own options, without the defaults.
  func options(of section: String) -> [String] {
    sections.first { $0.name == section }?.options.map(\.name) ?? []
  }

  /// A value with what it names put in.
  ///
  /// - Parameter given: values that go before those of the files.
  /// - Returns: `nil` where neither the section nor the defaults have the option.
  func value(_ option: String, of section: String, given: [String: String] = [:]) throws(ConfigurationFile.Problem)
    -> String?
  {
    guard let raw = raw(option, section, given) else { return nil }
    return try interpolate(raw, option, section, given, raw, depth: 1)
  }

  private func raw(_ option: String, _ section: String, _ given: [String: String]) -> String? {
    given[option] ?? sections.first { $0.name == section }?[option] ?? defaults[option]
  }

  private func interpolate(
    _ text: String, _ option: String, _ section: String, _ given: [String: String], _ raw: String, depth: Int
  ) throws(ConfigurationFile.Problem) -> String {
    guard depth <= 10 else {
      throw ConfigurationFile.Problem(
        message:
          "Recursion limit exceeded in value substitution: option '\(option)' in section '\(section)' contains an "
          + "interpolation key which cannot be substituted in 10 steps. Raw value: '\(raw)'")
    }
    var result = ""
    var rest = Substring(text)
    while let character = rest.first {
      guard character == "%" else {
        result.append(character)
        rest.removeFirst()
        continue
      }
      if rest.hasPrefix("%%") {
        result.append("%")
        rest.removeFirst(2)
        continue
      }
      guard rest.hasPrefix("%("), let end = rest.firstIndex(of: ")"), rest[end...].hasPrefix(")s") else {
        throw ConfigurationFile.Problem(
          message: rest.hasPrefix("%(")
            ? "bad interpolation variable reference '\(rest)'"
            : "'%' must be followed by '%' or '(', found: \(PythonValue.string(String(rest)).representation)")
      }
      let key = rest[rest.index(rest.startIndex, offsetBy: 2)..<end].lowercased()
      guard let value = named(key, section, given) else {
        throw ConfigurationFile.Problem(
          message: "Bad value substitution: option '\(option)' in section '\(section)' contains an interpolation key "
            + "'\(key)' which is not a valid option name. Raw value: \(PythonValue.string(raw).representation)")
      }
      result += value.contains("%") ? try interpolate(value, option, section, given, raw, depth: depth + 1) : value
      rest = rest[rest.index(end, offsetBy: 2)...]
    }
    return result
  }

  /// What `%(key)s` stands for.
  private func named(_ key: String, _ section: String, _ given: [String: String]) -> String? {
    if let value = raw(key, section, given) { return value }
    if key == "__name__" { return section }
    guard let slash = key.firstIndex(of: "/") else { return nil }
    let (place, option) = (key[..<slash], String(key[key.index(after: slash)...]))
    switch place {
    case "known": return known[section]?[option] ?? defaults[option]
    case "default": return defaults[option]
    default:
      guard let found = sections.first(where: { $0.name.lowercased() == place }) else { return nil }
      return found[option] ?? defaults[option]
    }
  }
}
