/// What a jail looks for in its logs: finds failures in lines (`failregex`), but for those to be ignored.
struct LogFilter {
  /// A failure that a line tells of.
  struct Failure: Sendable {
    /// Which `failregex`, from 0.
    let index: Int
    /// Who: an address, or what `<F-ID>` holds; `nil` where a later line of the connection may tell.
    let identity: String?
    /// Seconds since 1970; `nil` where the line has no date and none is known.
    let time: Double?
    /// What the groups of the pattern hold.
    let groups: [(name: String, value: String?)]
    /// The line as it stands; several where one connection's lines have told of it together.
    let lines: [String]

    /// `<F-NOFAIL>` matched: told of, but no failure.
    var isHarmless: Bool { groups.contains { $0.name == "nofail" && $0.value?.isEmpty == false } }
  }

  /// What became of a line.
  struct Outcome {
    var failures: [Failure] = []
    /// Which `ignoreregex` matched, for each time one did.
    var ignored: [Int] = []
    /// What `prefregex` matched.
    var prefix: [(name: String, value: String?)]?
    /// A failure in a line without a date: the date that it was given, and the line with it.
    var undated: (time: String, line: String)?
    /// A host name was found where only a name server could tell the address.
    var unresolved: [String] = []
  }

  /// A pattern as it was given, with what it became.
  struct Entry {
    let source: String
    let pattern: FailPattern
  }

  private(set) var failPatterns: [Entry] = []
  private(set) var ignorePatterns: [Entry] = []
  private(set) var prefix: FailPattern?
  var dates = DateDetector()
  /// `usedns`: yes, warn, no, raw.
  var usesNames = "warn"
  /// Looks at all patterns, though one has matched.
  var checksAll = false
  /// Tells of failures of which nobody knows yet whose they are.
  var tellsPending = false
  /// What earlier lines have told of connections.
  private var connections = ConnectionMemory()
  /// The last date found, and its text.
  private var lastDate: Double?
  private var lastText = ""

  mutating func addFailPattern(_ text: String) throws(FailPattern.Problem) {
    let pattern = try FailPattern(text, usesNames: usesNames != "no", identity: prefix == nil)
    failPatterns.append(Entry(source: text, pattern: pattern))
  }

  mutating func addIgnorePattern(_ text: String) throws(FailPattern.Problem) {
    ignorePatterns.append(
      Entry(source: text, pattern: try FailPattern(text, usesNames: usesNames != "no", identity: false)))
  }

  mutating func setPrefix(_ text: String) throws(FailPattern.Problem) {
    prefix = text.isEmpty ? nil : try FailPattern(text, usesNames: usesNames != "no", identity: false)
  }

  /// Puts a prefix back.
  mutating func restorePrefix(_ prefix: FailPattern?) { self.prefix = prefix }

  /// Takes a pattern out by its place in the list.
  mutating func removeFailPattern(_ index: Int) -> Bool {
    guard failPatterns.indices.contains(index) else { return false }
    failPatterns.remove(at: index)
    return true
  }

  mutating func removeIgnorePattern(_ index: Int) -> Bool {
    guard ignorePatterns.indices.contains(index) else { return false }
    ignorePatterns.remove(at: index)
    return true
  }

  mutating func removePatterns() {
    failPatterns = []
    ignorePatterns = []
    prefix = nil
  }

  /// Looks at one line.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - adjust: what the date found counts as, given it; `nil` for a line to pass over.
  mutating func examine(
    _ line: String, now: Double, adjust: (Double?) -> Double?? = { .some($0) }
  ) throws(PythonPattern.TooLong) -> Outcome {
    let text = PatternText(line)
    var rest = line
    var date: Double?
    var isKnown = false
    if let found = try dates.find(in: text, now: now) {
      let range = found.match.range(1) ?? found.match.start..<found.match.end
      if range.isEmpty {
        date = lastDate.flatMap { $0 > now - 60 ? $0 : nil } ?? now
        isKnown = true
      } else {
        rest = text[0..<range.lowerBound] + text[range.upperBound..<text.count]
        date = found.template.time(found.match, in: text, now: Int64(now.rounded(.down)))
        isKnown = date != nil
        if let date {
          lastDate = date
          lastText = text[range]
        }
      }
    }
    var timeText = ""
    if !isKnown, let lastDate, lastDate > now - 60 { (date, timeText) = (lastDate, lastText) }
    guard let adjusted = adjust(date) else { return Outcome() }
    if date != nil, let adjusted, adjusted != date { lastDate = adjusted }
    var outcome = try find(rest, adjusted, line, now)
    if !isKnown, !outcome.failures.isEmpty { outcome.undated = (timeText, timeText + line) }
    return outcome
  }

  private mutating func find(
    _ rest: String, _ time: Double?, _ line: String, _ now: Double
  ) throws(PythonPattern.TooLong) -> Outcome {
    var outcome = Outcome()
    var text = PatternText(rest + "\n")
    var before: [(name: String, value: String?)] = []
    // Few patterns to ignore by are looked at first.
    if !ignorePatterns.isEmpty, ignorePatterns.count < failPatterns.count - 2 {
      if try isIgnored(text, &outcome) { return outcome }
    }
    if let prefix {
      guard let groups = try prefix.match(text) else { return outcome }
      outcome.prefix = groups
      before = groups.filter { $0.name != "content" }
      if let content = groups.first(where: { $0.name == "content" })?.value, !content.isEmpty {
        text = PatternText(content + "\n")
      }
    }
    for (index, entry) in failPatterns.enumerated() {
      guard let own = try entry.pattern.match(text) else { continue }
      if !ignorePatterns.isEmpty, try isIgnored(text, &outcome) {
        if !checksAll { break }
        continue
      }
      var groups = before.filter { group in !own.contains { $0.name == group.name } } + own
      let connection = groups.first { $0.name == "mlfid" }?.value
      var lines = [line]
      if let connection {
        (groups, lines) = connections.merge(groups, of: connection, line: line, now: now)
        let isHarmless = groups.contains { $0.name == "nofail" && $0.value?.isEmpty == false }
        if isHarmless, !checksAll { return outcome }
      }
      let values = Dictionary(groups.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      func value(_ name: String) -> String? { values[name] ?? nil }
      var identities: [String?] = []
      if let identity = value("fid") {
        identities = [identity]
      } else if let address = value("ip4") ?? value("ip6") {
        identities = [value("cidr").map { "\(address)/\($0)" } ?? address]
      } else if let name = value("dns") {
        // What stands in a name's place may be an address all the same.
        if usesNames == "raw" || BanAddress(name).isSingle {
          identities = [name]
        } else {
          outcome.unresolved.append(name)
        }
      } else if let connection {
        connections.wait(for: connection)
        if !checksAll, !tellsPending { return outcome }
        identities = [nil]
      }
      for identity in identities {
        outcome.failures.append(
          Failure(index: index, identity: identity, time: time, groups: groups, lines: lines))
      }
      if !checksAll { break }
    }
    return outcome
  }

  private func isIgnored(_ text: PatternText, _ outcome: inout Outcome) throws(PythonPattern.TooLong) -> Bool {
    var isFound = false
    for (index, entry) in ignorePatterns.enumerated() {
      guard try entry.pattern.match(text) != nil else { continue }
      outcome.ignored.append(index)
      isFound = true
      if !checksAll { break }
    }
    return isFound
  }
}
