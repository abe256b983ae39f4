/// One run of `fail2ban-regex`: a filter over the lines of a log, and the report.
struct RegexTrial {
  struct Options {
    var verbosity = 0
    var datePattern: String?
    /// Only what was found, in this form.
    var out: String?
    var usesNames = "warn"
    var checksAll = true
    var printsAllMatched = false
    var printsAllMissed = false
    var printsAllIgnored = false
    var printsNoMissed = false
    var printsNoIgnored = false
  }

  /// A pattern with what it found.
  private struct Tally {
    let source: String
    var count = 0
    var found: [(identity: String, time: Double?, isRepeated: Bool)] = []
  }

  /// Why the run ends early.
  private struct Stop: Error { let result: ShellResult }

  /// As many lines are listed without being asked for.
  private static let listed = 20

  private let options: Options
  private let shell: Shell
  private var filter = LogFilter()
  private var fails: [Tally] = []
  private var ignores: [Tally] = []
  private var prefixCount = 0
  private var prefixGroups: [String] = []
  private var output = ""
  private var lines: [(kind: String, text: String)] = []
  private var datePatternIsSet = false

  init(_ options: Options, _ shell: Shell) {
    self.options = options
    self.shell = shell
    filter.usesNames = options.usesNames
    filter.checksAll = options.checksAll && options.out == nil
    filter.tellsPending = options.out == nil
  }

  mutating func run(log: String, regex: String, ignoring: String?) -> ShellResult {
    if options.out == nil { output = "\nRunning tests\n=============\n\n" }
    do throws(Stop) {
      if let pattern = options.datePattern { try setDatePattern(pattern) }
      try read(regex)
      if let ignoring {
        say("Use ignoreregex line : \(Self.shortened(ignoring))")
        ignores = [Tally(source: ignoring)]
        try addPatterns()
      }
      try examine(try logLines(log))
    } catch {
      var result = error.result
      result.output = output + result.output
      return result
    }
    if options.out == nil { report() }
    return ShellResult(output: output)
  }

  private mutating func say(_ text: String) { if options.out == nil { output += text + "\n" } }

  private static func shortened(_ text: String) -> String { text.count > 53 ? text.prefix(50) + "..." : text }

  // MARK: - Reading

  private mutating func setDatePattern(_ pattern: String) throws(Stop) {
    guard !datePatternIsSet else { return }
    datePatternIsSet = true
    do { filter.dates = try DateDetector(pattern: pattern) } catch {
      throw Stop(
        result: error.message.hasPrefix("not modelled: ")
          ? ShellResult(errorOutput: error.message + "\n", status: 2) : .failure("ERROR: \(error.message)", status: 255)
      )
    }
    say("Use      datepattern : \(pattern) : \(filter.dates.patternName ?? "Default Detectors")")
  }

  /// A filter's name or file, or a pattern itself.
  private mutating func read(_ regex: String) throws(Stop) {
    if let list = filterName(regex), let configuration = try file(list) {
      if !list.options.isEmpty {
        let text = list.options.sorted { $0.key < $1.key }
          .map { "\(PythonValue.string($0.key).representation): \(PythonValue.string($0.value).representation)" }
        say("Use   filter options : {\(text.joined(separator: ", "))}")
      }
      let settings: FilterSettings
      do { settings = try FilterSettings(configuration, options: list.options) } catch {
        throw Stop(result: ShellResult(output: "Wrong config file: \(error.message)\n", status: 255))
      }
      if let lines = settings.values["maxlines"] {
        guard Int(lines) ?? 2 <= 1 else { throw Stop(result: .notModelled("maxlines above 1")) }
        say("Use         maxlines : \(lines)")
      }
      if let names = settings.values["usedns"] { filter.usesNames = names }
      if let pattern = settings.values["datepattern"], !pattern.isEmpty { try setDatePattern(pattern) }
      if let prefix = settings.values["prefregex"], !prefix.isEmpty {
        do throws(FailPattern.Problem) { try filter.setPrefix(prefix) } catch { throw stop(error) }
      }
      fails = FilterSettings.lines(settings.values["failregex"]).map { Tally(source: $0) }
      ignores = FilterSettings.lines(settings.values["ignoreregex"]).map { Tally(source: $0) }
    } else {
      say("Use   failregex line : \(Self.shortened(regex))")
      fails = [Tally(source: regex)]
    }
    try addPatterns()
  }

  private mutating func addPatterns() throws(Stop) {
    let prefix = filter.prefix
    filter.removePatterns()
    filter.restorePrefix(prefix)
    do throws(FailPattern.Problem) {
      for tally in fails { try filter.addFailPattern(tally.source) }
      for tally in ignores { try filter.addIgnorePattern(tally.source) }
    } catch { throw stop(error) }
  }

  private func stop(_ problem: FailPattern.Problem) -> Stop {
    if problem.message.contains("not modelled: ") {
      return Stop(result: ShellResult(errorOutput: problem.message + "\n", status: 2))
    }
    return Stop(result: ShellResult(output: "ERROR: \(problem.message)\n", status: 255))
  }

  /// A text that may name a filter: letters, digits, `/`, `_`, `-`, `.`, perhaps options in brackets.
  private func filterName(_ text: String) -> OptionList? {
    guard let list = try? OptionList(text), !list.name.isEmpty,
      list.name.allSatisfy({ $0.isLetter || $0.isNumber || "/_-.".contains($0) }),
      text.contains("[") == text.hasSuffix("]")
    else { return nil }
    return list
  }

  private mutating func file(_ list: OptionList) throws(Stop) -> Configuration? {
    let source = HostLogs(shell, seesFiles: true)
    let folder = "\(Configuration.folder)/filter.d"
    let hasEnding = list.name.suffix(6).contains(".")
    let names = hasEnding ? [list.name] : [list.name, "\(list.name).conf", "\(list.name).local"]
    let paths = names.map { $0.contains("/") ? $0 : "\(folder)/\($0)" }
    guard let path = paths.first(where: { source.text(of: $0) != nil }) else { return nil }
    do {
      if path.hasPrefix(folder + "/") {
        let last = path.split(separator: "/").last ?? ""
        let name = last.lastIndex(of: ".").map { last[..<$0] } ?? last
        say("Use   failregex filter file : \(name), basedir: \(Configuration.folder)")
        return try Configuration("filter.d/\(name)", from: source)
      }
      say("Use   failregex file : \(path)")
      return try Configuration(paths: [path], from: source)
    } catch {
      throw Stop(
        result: ShellResult(
          output: "Wrong config file: \(error.message)\nERROR: failed to load filter \(list.name)\n", status: 255))
    }
  }

  private mutating func logLines(_ log: String) throws(Stop) -> [String] {
    if log.hasPrefix("systemd-journal") { throw Stop(result: .notModelled("fail2ban-regex systemd-journal")) }
    if let text = try? shell.read(log) {
      say("Use         log file : \(log)\nUse         encoding : utf-8")
      return TextInput.lines(text).map(String.init)
    }
    say("Use      single line : \(Self.shortened(log.split(separator: "\n").joined(separator: "\\n")))")
    return log.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  // MARK: - Examining

  private mutating func examine(_ texts: [String]) throws(Stop) {
    say("")
    let now = Double(shell.host.clock) / 1_000_000_000
    for text in texts where !text.isEmpty && !text.hasPrefix("#") {
      let outcome: LogFilter.Outcome
      do throws(PythonPattern.TooLong) { outcome = try filter.examine(text, now: now) } catch {
        throw Stop(
          result: .notModelled("a pattern that takes more than \(PythonPattern.stepLimit) steps, on: \(text)"))
      }
      note(outcome, text)
    }
  }

  private mutating func note(_ outcome: LogFilter.Outcome, _ text: String) {
    var real: [LogFilter.Failure] = []
    var isIgnored = !outcome.ignored.isEmpty
    for index in outcome.ignored { ignores[index].count += 1 }
    for failure in outcome.failures {
      fails[failure.index].count += 1
      fails[failure.index].found.append((failure.identity ?? "None", failure.time, real.count > 1))
      if failure.isHarmless { isIgnored = true } else { real.append(failure) }
    }
    if let prefix = outcome.prefix {
      prefixCount += 1
      prefixGroups.append(Self.dictionary(prefix))
    }
    if let form = options.out {
      if !isIgnored { for failure in real { output += Self.row(failure, form) } }
      return
    }
    lines.append((isIgnored ? "ignored" : real.isEmpty ? "missed" : "matched", text))
  }

  private static func dictionary(_ groups: [(name: String, value: String?)]) -> String {
    let texts = groups.map {
      "\(PythonValue.string($0.name).representation): \(($0.value.map(PythonValue.string) ?? .none).representation)"
    }
    return "{\(texts.joined(separator: ", "))}"
  }

  /// What `-o` prints of a failure.
  private static func row(_ failure: LogFilter.Failure, _ form: String) -> String {
    let time = failure.time.map { $0 == $0.rounded() ? "\(Int64($0)).0" : "\($0)" } ?? "None"
    switch form {
    case "id", "fid", "ip": return (failure.identity ?? "None") + "\n"
    case "msg": return failure.lines.joined(separator: "\n") + "\n"
    case "row":
      return
        "[\((failure.identity.map(PythonValue.string) ?? .none).representation),\t\(time),\t\(dictionary(failure.groups))],\n"
    default:
      guard form.contains("<") else {
        return (failure.groups.first { $0.name == form }?.value ?? "None") + "\n"
      }
      var text = form.replacing("<ip>", with: failure.identity ?? "None")
        .replacing("<fid>", with: failure.identity ?? "None")
        .replacing("<time>", with: time).replacing("<msg>", with: failure.lines.joined(separator: "\n"))
      for group in failure.groups {
        text = text.replacing("<F-\(group.name.uppercased())>", with: group.value ?? "")
      }
      text = Self.withoutTags(text)
      return text + "\n"
    }
  }

  /// What no group has filled is left out.
  private static func withoutTags(_ text: String) -> String {
    var text = text
    while let start = text.firstRange(of: "<F-")?.lowerBound, let end = text[start...].firstIndex(of: ">"),
      text[start..<end].dropFirst(3).allSatisfy({ $0.isUppercase || $0.isNumber || $0 == "_" || $0 == "-" })
    {
      text.removeSubrange(start...end)
    }
    return text
  }

  // MARK: - Report

  private mutating func report() {
    output += "\nResults\n=======\n"
    if let prefix = filter.prefix {
      output += "\nPrefregex: \(prefixCount) total\n"
      var texts = [prefix.expanded]
      if options.verbosity > 0 {
        texts += prefixGroups.prefix(Self.listed).map { "    \($0)" }
        if prefixGroups.count > Self.listed { texts.append("    ...") }
      }
      list(texts, nil)
    }
    tallies("Failregex", fails)
    tallies("Ignoreregex", ignores)
    output += "\nDate template hits:\n"
    list(
      filter.dates.hits.filter { options.verbosity > 0 || $0.count > 0 }.map { "[\($0.count)] \($0.name)" },
      "[# of hits] date format")
    let counts = ["ignored", "matched", "missed"].map { kind in "\(lines.count { $0.kind == kind }) \(kind)" }
    output += "\nLines: \(lines.count) lines, \(counts.joined(separator: ", "))\n[processed in 0.00 sec]\n\n"
    if options.printsAllMatched { list("matched", all: true) }
    if !options.printsNoIgnored { list("ignored", all: options.printsAllIgnored) }
    if !options.printsNoMissed { list("missed", all: options.printsAllMissed) }
  }

  private mutating func tallies(_ title: String, _ tallies: [Tally]) {
    output += "\n\(title): \(tallies.reduce(0) { $0 + $1.count }) total\n"
    var texts: [String] = []
    for (index, tally) in tallies.enumerated() where tally.count > 0 || options.verbosity > 0 {
      texts.append("\((index + 1).padded(2))) [\(tally.count)] \(tally.source)")
      guard options.verbosity > 0 else { continue }
      for found in tally.found {
        let moment = found.time.map { CalendarTime(seconds: Int64($0)) } ?? CalendarTime(nanoseconds: shell.host.clock)
        let date =
          "\(moment.weekdayName) \(moment.monthName) \(moment.day.padded(2, "0")) \(moment.clock) \(moment.year)"
        texts.append("    \(found.identity)  \(date)\(found.isRepeated ? " (multiple regex matched)" : "")")
      }
    }
    list(texts, " #) [# of hits] regular expression")
  }

  private mutating func list(_ texts: [String], _ header: String?) {
    guard !texts.isEmpty else { return }
    if let header { output += "|- \(header)\n" }
    output += texts.map { "|  \($0)\n" }.joined() + "`-\n"
  }

  private mutating func list(_ kind: String, all: Bool) {
    let texts = lines.filter { $0.kind == kind }.map(\.text)
    guard let first = kind.first, !texts.isEmpty else { return }
    let header = "\(first.uppercased())\(kind.dropFirst()) line(s):"
    guard all || texts.count < Self.listed else {
      output += "\(header) too many to print.  Use --print-all-\(kind) to print all \(texts.count) lines\n"
      return
    }
    output += "|- \(header)\n" + texts.map { "|  \(Self.withoutEnd($0))\n" }.joined() + "`-\n"
  }

  private static func withoutEnd(_ text: String) -> String {
    var text = text[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
