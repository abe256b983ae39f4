import Wire

/// A transcript as a terminal recording that asciinema plays (asciicast v2 and v3, docs.asciinema.org).
package enum Cast {
  package enum Version: Int, Sendable { case two = 2, three = 3 }

  /// The file's text. Typing is shown a key at a time, ahead of the moment the line was entered.
  package static func text(_ transcript: Transcript, version: Version, speed: Double = 1) -> String {
    var json = JSONWriter()
    header(&json, version)
    var last = 0.0
    func event(_ time: Double, _ text: String) {
      json.beginArray()
      let shown = version == .two ? time : max(0, time - last)
      last = time
      json.literal(seconds(shown))
      json.string("o")
      json.string(text)
      json.endArray()
      json.newline()
    }
    event(0, lines(transcript.opening) + prompt)
    var previous = 0.0
    for entry in transcript.entries {
      let time = max(previous, Double(entry.time) / 1000 / max(speed, 0.01))
      let keys = Array(entry.input)
      // At most a fifth of a second a key, within what time there was.
      let pace = keys.isEmpty ? 0 : min(0.12, (time - previous) / Double(keys.count + 1))
      for (index, key) in keys.enumerated() { event(time - pace * Double(keys.count - index), String(key)) }
      event(time, "\r\n" + lines(entry.output) + prompt)
      previous = time
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private static let prompt = "chainwalk> "

  private static func header(_ json: inout JSONWriter, _ version: Version) {
    json.beginObject()
    json.key("version")
    json.integer(version.rawValue)
    if version == .two {
      json.key("width")
      json.integer(80)
      json.key("height")
      json.integer(24)
    } else {
      json.key("term")
      json.beginObject()
      json.key("cols")
      json.integer(80)
      json.key("rows")
      json.integer(24)
      json.endObject()
    }
    json.endObject()
    json.newline()
  }

  private static func lines(_ lines: [String]) -> String { lines.map { $0 + "\r\n" }.joined() }

  /// With six decimals.
  private static func seconds(_ value: Double) -> String {
    let micros = Int((value * 1_000_000).rounded())
    return "\(micros / 1_000_000)." + String(micros % 1_000_000 + 1_000_000).dropFirst()
  }
}
