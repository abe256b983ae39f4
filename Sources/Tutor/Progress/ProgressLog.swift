import Wire

/// A learner's progress as a log of events, one JSON object a line. Lines that are torn or unknown are passed over and
/// stay where they are.
package struct ProgressLog: Sendable {
  /// An event and when it happened, in seconds since 1970.
  package struct Entry: Sendable, Hashable {
    package var time: Int64
    package var event: ProgressEvent
  }

  package private(set) var entries: [Entry] = []
  /// Lines that could not be read.
  package private(set) var passedOver = 0

  package init() {}

  /// Reads a log's text.
  package init(_ text: String) {
    for line in text.split(separator: "\n") {
      if let entry = Self.entry(line) { entries.append(entry) } else { passedOver += 1 }
    }
  }

  /// What it all comes to, in the order it happened: two sessions' lines, or those of an imported log, may stand mixed.
  package var memory: LearnerMemory {
    let ordered = entries.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
    return ordered.reduce(into: LearnerMemory()) { $0.apply($1.element.event, at: $1.element.time) }
  }

  /// Lines of `other` that this log's text has not, in their order, torn and unknown ones too: what an import adds.
  package static func missing(from text: String, of other: String) -> [Substring] {
    var known = Set(text.split(separator: "\n"))
    return other.split(separator: "\n").filter { known.insert($0).inserted }
  }

  /// An event's line, without its end.
  package static func line(_ event: ProgressEvent, time: Int64) -> String {
    var json = JSONWriter()
    json.beginObject()
    json.key("v")
    json.integer(1)
    json.key("time")
    json.integer(time)
    let texts: [(String, String?)] = [
      ("event", event.kind.rawValue), ("lesson", event.lesson), ("step", event.step),
      ("result", event.result?.rawValue),
      ("misconception", event.misconception?.rawValue),
    ]
    for case (let name, let value?) in texts {
      json.key(name)
      json.string(value)
    }
    if let hints = event.hints {
      json.key("hints")
      json.integer(hints)
    }
    json.endObject()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static func entry(_ line: Substring) -> Entry? {
    guard let members = FlatJSON(line)?.members, members["v"] == "1", let time = members["time"].flatMap({ Int64($0) }),
      let kind = members["event"].flatMap({ ProgressEvent.Kind(rawValue: $0) })
    else { return nil }
    let event = ProgressEvent(
      kind, lesson: members["lesson"], step: members["step"], result: members["result"].flatMap { .init(rawValue: $0) },
      misconception: members["misconception"].flatMap { .init(rawValue: $0) },
      hints: members["hints"].flatMap { Int($0) })
    return Entry(time: time, event: event)
  }
}

/// A JSON object of strings and integers alone, as the progress log writes them; anything else is not read.
struct FlatJSON {
  private(set) var members: [String: String] = [:]

  init?(_ text: Substring) {
    var scanner = Scanner(rest: text.utf8)
    guard scanner.take(0x7b) else { return nil }
    repeat {
      guard let key = scanner.string(), scanner.take(0x3a), let value = scanner.string() ?? scanner.integer() else {
        return nil
      }
      members[key] = value
    } while scanner.take(0x2c)
    guard scanner.take(0x7d), scanner.rest.isEmpty else { return nil }
  }

  private struct Scanner {
    var rest: Substring.UTF8View

    mutating func take(_ byte: UInt8) -> Bool {
      guard rest.first == byte else { return false }
      rest = rest.dropFirst()
      return true
    }

    mutating func integer() -> String? {
      let digits = rest.prefix { (0x30...0x39).contains($0) || $0 == 0x2d }
      guard !digits.isEmpty else { return nil }
      rest = rest[digits.endIndex...]
      return String(Substring(digits))
    }

    mutating func string() -> String? {
      guard take(0x22) else { return nil }
      var bytes: [UInt8] = []
      while let byte = rest.first {
        rest = rest.dropFirst()
        if byte == 0x22 { return String(validating: bytes, as: UTF8.self) }
        guard byte == 0x5c else {
          bytes.append(byte)
          continue
        }
        guard let escaped = rest.first, let plain = Self.escapes[escaped] else { return nil }
        rest = rest.dropFirst()
        bytes.append(plain)
      }
      return nil
    }

    private static let escapes: [UInt8: UInt8] = [
      0x22: 0x22, 0x5c: 0x5c, 0x2f: 0x2f, 0x6e: 0x0a, 0x74: 0x09, 0x72: 0x0d,
    ]
  }
}
