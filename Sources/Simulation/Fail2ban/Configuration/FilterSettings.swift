/// What a filter file says, `filter.d/NAME.conf`, with the options it is called with.
struct FilterSettings {
  /// Options that a filter is made of; a jail may give them too.
  static let names = ["usedns", "prefregex", "ignoreregex", "failregex", "maxlines", "datepattern", "journalmatch"]

  /// What the file's `[Definition]` says, tags and references replaced.
  private(set) var values: [String: String] = [:]

  /// - Parameters:
  ///   - options: those in brackets behind the filter's name.
  ///   - given: the jail's own options, which go first.
  init(
    _ configuration: Configuration, options: [String: String], given: [String: String] = [:]
  ) throws(ConfigurationFile.Problem) {
    var initial = options
    for name in configuration.options(of: "Init") where initial[name] == nil {
      initial[name] = try configuration.value(name, of: "Init")
    }
    if initial["logtype"] == nil { initial["logtype"] = "file" }
    let named = given.merging(initial) { _, own in own }
    var texts: [String: String] = [:]
    for name in Self.names where given[name] == nil {
      texts[name] = try configuration.value(name, of: "Definition", given: named)
    }
    for (name, text) in texts {
      values[name] = try Self.replaceTags(text) { tag in
        texts[tag] ?? initial[tag] ?? (try? configuration.value(tag, of: "Definition", given: named))
          ?? Self.value(tag, in: configuration)
      }
    }
    for name in ["mode"] where initial[name] != nil { values[name] = initial[name] }
  }

  /// What `<section/option>` stands for.
  private static func value(_ tag: String, in configuration: Configuration) -> String? {
    let parts = tag.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, configuration.has(parts[0]) else { return nil }
    return try? configuration.value(parts[1], of: parts[0])
  }

  /// Puts in what `<name>` stands for, also within another tag (`<lt_<logtype>/x>`); unknown tags stay.
  private static func replaceTags(
    _ text: String, _ value: (String) -> String?
  ) throws(ConfigurationFile.Problem) -> String {
    var text = text
    var start = text.startIndex
    var count = 0
    while let open = text[start...].firstIndex(of: "<") {
      // The innermost tag from here on.
      let after = text.index(after: open)
      guard let stop = text[after...].firstIndex(where: { $0 == "<" || $0 == ">" || $0 == " " }) else { break }
      guard text[stop] == ">", stop > after, let replacement = value(String(text[after..<stop])) else {
        start = text[stop] == "<" ? stop : after
        continue
      }
      count += 1
      guard count < 500 else {
        throw ConfigurationFile.Problem(
          message: "properties contain self referencing definitions and cannot be resolved, fail tag: "
            + text[after..<stop])
      }
      let offset = text.distance(from: text.startIndex, to: open)
      text.replaceSubrange(open...stop, with: replacement)
      // A tag that the replacement completed begins before it.
      let before = text.prefix(offset).lastIndex(of: "<").map { text.distance(from: text.startIndex, to: $0) }
      start = text.index(text.startIndex, offsetBy: before ?? offset)
    }
    return text
  }

  /// The lines of a value, empty ones left out.
  static func lines(_ text: String?) -> [String] {
    (text ?? "").split(separator: "\n").map(String.init)
  }
}
