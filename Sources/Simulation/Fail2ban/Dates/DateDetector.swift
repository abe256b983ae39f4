/// Finds the time in log lines, trying the forms that have been met before those that have not.
struct DateDetector {
  /// A form with how it has done so far.
  private struct Entry {
    let template: DateTemplate
    var hits = 0
    /// When it last matched, in seconds.
    var lastUsed: Double = 0
    /// Where in the line it last began.
    var distance = Int(Int32.max)
    /// Matches tried and found, also those that another form won.
    var matches = 0

    var weight: Double { Double(hits) * template.weight / Double(max(1, distance)) }
  }

  /// Where the last date was found, and what stood around it.
  private struct Last {
    var start = 1
    var end = Int(Int32.max)
    var before: UInt32?
    var first: UInt32?
    var final: UInt32?
    var after: UInt32?
  }

  struct Found {
    let match: PythonPattern.Match
    let template: DateTemplate
  }

  private var entries: [Entry]
  private var last = Last()
  private var lastIndex = Int.max
  private var firstUnused = 0
  /// A form that has not been met for this long, in seconds, gives its place up.
  private static let unusedTime = 300.0

  /// Forms with the number of their hits, in the present order.
  var hits: [(name: String, count: Int)] { entries.map { ($0.template.name, $0.hits) } }
  /// What a single pattern is called; `nil` for the default forms.
  private(set) var patternName: String?
  private(set) var patternText: String?

  /// All forms known by default, those that begin a line first.
  init() { entries = DateForms.all.map { Entry(template: $0) } }

  /// - Parameter pattern: `datepattern`: forms separated by line feeds, with `{^LN-BEG}` and `{DEFAULT}` for ours.
  init(pattern: String) throws(DateTemplate.Problem) {
    entries = []
    let texts = pattern.split(separator: "\n").map { String($0).trimmed }
    for text in texts {
      switch text.uppercased() {
      case "{^LN-BEG}": entries += DateForms.all.filter(\.beginsLine).map { Entry(template: $0) }
      case "{DEFAULT}": entries += DateForms.all.map { Entry(template: $0) }
      case "{NONE}": entries.append(Entry(template: try DateTemplate("{UNB}^")))
      case let upper where upper.contains("{DATE}") || upper.contains("{EPOCH}") || upper.contains("{LEPOCH}"):
        throw DateTemplate.Problem(message: "not modelled: datepattern \(text)")
      default: entries.append(Entry(template: try DateTemplate(text)))
      }
    }
    patternText = texts.count == 1 && entries.count == 1 ? texts.first : nil
    patternName = texts.count == 1 && entries.count == 1 ? entries.first?.template.name : "Default Detectors"
  }

  /// The date in a line, if there is one.
  ///
  /// - Parameter now: seconds, for the order of the forms.
  mutating func find(in line: PatternText, now: Double) throws(PythonPattern.TooLong) -> Found? {
    var best: (match: PythonPattern.Match, index: Int)?
    var skipped = -1
    if entries.indices.contains(lastIndex) {
      var match: PythonPattern.Match?
      (match, skipped) = try matchLast(line)
      if let match {
        if entries.count == 1 || entries[lastIndex].template.isAnchored
          || match.start == last.start && match.end == last.end
        {
          return won(match, lastIndex, line, now)
        }
        best = (match, lastIndex)
      }
    }
    var index = 0
    while index < entries.count {
      defer { index += 1 }
      guard index != skipped, let match = try match(index, line) else { continue }
      let entry = entries[index]
      let isLastForm = index + 1 == entries.count
      let nextIsFresh = !isLastForm && entries[index + 1].matches == 0
      if isLastForm || entry.template.isAnchored || match.start == 0 && entry.hits > 0 && nextIsFresh {
        return won(match, index, line, now)
      }
      guard match.start > entry.distance || match.start > last.start else { return won(match, index, line, now) }
      // Further in than dates have been: a form to come may find one nearer the beginning.
      if best.map({ match.start < $0.match.start }) ?? true { best = (match, index) }
    }
    return best.map { won($0.match, $0.index, line, now) }
  }

  private mutating func match(
    _ index: Int, _ line: PatternText, from start: Int = 0, to end: Int? = nil
  ) throws(PythonPattern.TooLong) -> PythonPattern.Match? {
    let match = try entries[index].template.pattern.search(line, from: start, to: end)
    if match != nil { entries[index].matches += 1 }
    return match
  }

  /// Tries the form that matched last, where it did so; the index is one to leave out of the search, or -1.
  private mutating func matchLast(
    _ line: PatternText
  ) throws(PythonPattern.TooLong) -> (PythonPattern.Match?, Int) {
    if entries[lastIndex].template.isAnchored { return (try match(lastIndex, line), lastIndex) }
    let fitsBefore =
      line[place: last.start - 1] == last.before
      || line[place: last.start] == last.first && !Self.isWord(last.first)
    let fitsAfter =
      line[place: last.end] == last.after || line[place: last.end - 1] == last.final && !Self.isWord(last.final)
    guard fitsBefore, fitsAfter else { return (try match(lastIndex, line), lastIndex) }
    return (try match(lastIndex, line, from: last.start, to: last.end), -1)
  }

  private static func isWord(_ value: UInt32?) -> Bool {
    value.map { PatternClass.word.contains($0) && $0 != 95 } ?? false
  }

  private mutating func won(
    _ match: PythonPattern.Match, _ index: Int, _ line: PatternText, _ now: Double
  ) -> Found {
    let template = entries[index].template
    entries[index].hits += 1
    entries[index].lastUsed = now
    entries[index].distance = match.start
    if firstUnused == index { firstUnused += 1 }
    last = Last(
      start: match.start, end: match.end, before: line[place: match.start - 1], first: line[place: match.start],
      final: line[place: match.end - 1], after: line[place: match.end])
    lastIndex = index != 0 && index != lastIndex ? moved(index) : index
    return Found(match: match, template: template)
  }

  /// Lets a form rise in the order when it has earned it; gives back its new place.
  private mutating func moved(_ index: Int) -> Int {
    let entry = entries[index]
    func mayTake(_ place: Int) -> Bool {
      entry.weight > entries[place].weight || entry.lastUsed - Self.unusedTime > entries[place].lastUsed
    }
    var place = firstUnused < index ? firstUnused : index / 2
    if !mayTake(place) {
      guard place != index - 1 else { return index }
      place = index - 1
      guard mayTake(place) else { return index }
    }
    entries.remove(at: index)
    entries.insert(entry, at: place)
    while entries.indices.contains(firstUnused), entries[firstUnused].hits > 0 { firstUnused += 1 }
    return place
  }
}

/// The forms of dates that fail2ban looks for by default, in the order it tries them, as `fail2ban-regex -v` lists
/// them.
enum DateForms {
  private static let texts = [
    #"%ExY(?P<_sep>[-/.])%m(?P=_sep)%d(?:T|  ?)%H:%M:%S(?:[.,]%f)?(?:\s*%z)?"#,
    #"(?:%a )?%b %d %k:%M:%S(?:\.%f)?(?: %ExY)?"#,
    #"(?:%a )?%b %d %ExY %k:%M:%S(?:\.%f)?"#,
    #"%d(?P<_sep>[-/])%m(?P=_sep)(?:%ExY|%Exy) %k:%M:%S"#,
    #"%d(?P<_sep>[-/])%b(?P=_sep)%ExY[ :]?%H:%M:%S(?:\.%f)?(?: %z)?"#,
    #"%m/%d/%ExY:%H:%M:%S"#,
    #"%m-%d-%ExY %k:%M:%S(?:\.%f)?"#,
    "EPOCH",
    #"{^LN-BEG}%H:%M:%S"#,
    #"^<%m/%d/%Exy@%H:%M:%S>"#,
    #"%Exy%Exm%Exd  ?%H:%M:%S"#,
    #"%b %d, %ExY %I:%M:%S %p"#,
    #"^%b-%d-%Exy %k:%M:%S"#,
    #"%ExY%Exm%Exd(?:T|  ?)%ExH%ExM%ExS(?:[.,]%f)?(?:\s*%z)?"#,
    #"(?:%Z )?(?:%a )?%b %d %k:%M:%S(?:\.%f)?(?: %ExY)?"#,
    #"(?:%z )?(?:%a )?%b %d %k:%M:%S(?:\.%f)?(?: %ExY)?"#,
    "TAI64N",
  ]

  /// First those at a line's beginning, then all.
  static let all: [DateTemplate] = {
    let anchored = texts.filter { !$0.hasPrefix("{^LN-BEG}") && !$0.hasPrefix("^") }
    return anchored.compactMap { try? DateTemplate("{^LN-BEG}" + $0, weight: 100) }
      + texts.compactMap { try? DateTemplate($0) }
  }()
}

extension StringProtocol {
  /// Without white space at either end.
  var trimmed: String {
    var text = self[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
