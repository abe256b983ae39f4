/// One line of a text, cleaned of what mail, browsers and terminals do to lines.
struct TextLine {
  /// 1-based, in the source.
  let number: Int
  let bytes: [UInt8]

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var isBlank: Bool { bytes.allSatisfy { $0.isBlank } }
}

/// The lines of a text, one at a time. A line that holds several, joined by `<br>` or by a string literal's `\n`,
/// comes as several with the same number.
struct TextLines {
  private let source: ByteSource
  private var number = 0
  private var pending: [TextLine] = []

  init(_ source: ByteSource) { self.source = source }

  mutating func next() throws(CaptureError) -> TextLine? {
    if !pending.isEmpty { return pending.removeFirst() }
    guard let raw = try source.line(limit: Self.longestLine) else { return nil }
    number += 1
    let clean = number == 1 && raw.starts(with: [0xef, 0xbb, 0xbf]) ? Array(raw.dropFirst(3)) : raw
    guard clean.contains(where: Self.isSuspicious) else { return TextLine(number: number, bytes: clean) }
    let plain = clean.contains { $0 >= 0x80 || $0 < 0x20 } ? Self.withoutEscapes(clean) : clean
    let parts = Self.split(Self.withoutMarkup(plain))
    pending = parts.dropFirst().map { TextLine(number: number, bytes: $0) }
    return TextLine(number: number, bytes: parts.first ?? [])
  }

  /// More than any line of a person's text; a packet as one line of hexadecimal digits fits.
  private static let longestLine = 1 << 20

  private static func isSuspicious(_ byte: UInt8) -> Bool {
    byte >= 0x80 || byte < 0x20 && byte != 0x09 || byte == 0x26 || byte == 0x3c || byte == 0x5c
  }

  /// Terminal colours go, backspaces and other control characters too; spaces of any width become plain ones.
  private static func withoutEscapes(_ line: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var index = 0
    while index < line.count {
      let byte = line[index]
      index += 1
      switch byte {
      case 0x1b:
        guard index < line.count, line[index] == 0x5b else { continue }
        while index < line.count, !line[index].isLetter { index += 1 }
        index += 1
      case 0x09, 0x20...0x7e: result.append(byte)
      case 0xc2 where index < line.count && line[index] == 0xa0:
        result.append(0x20)
        index += 1
      case 0xe2 where index + 1 < line.count && line[index] == 0x80 && (0x80...0x8f).contains(line[index + 1]):
        // U+2000 to U+200A are spaces, U+200B to U+200F have no width.
        if line[index + 1] <= 0x8a { result.append(0x20) }
        index += 2
      case 0xe3 where index + 1 < line.count && line[index] == 0x80 && line[index + 1] == 0x80:
        result.append(0x20)
        index += 2
      case 0x80...: result.append(byte)
      default: continue
      }
    }
    return result
  }

  /// Entities are decoded and the tags of listings removed at the line's beginning and end.
  private static func withoutMarkup(_ line: [UInt8]) -> [UInt8] {
    let isTagged = line.first { !$0.isBlank } == 0x3c || line.last == 0x3e
    guard isTagged || line.contains(0x26) else { return line }
    var text = String(decoding: line, as: UTF8.self)
    var shortened = isTagged
    while shortened {
      shortened = false
      for tag in tags {
        if text.hasPrefix(tag) { (text, shortened) = (String(text.dropFirst(tag.count)), true) }
        if text.hasSuffix(tag) { (text, shortened) = (String(text.dropLast(tag.count)), true) }
      }
    }
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      if let (entity, character) = entities.first(where: { rest.starts(with: $0.name.utf8) }) {
        result.append(character)
        rest = rest.dropFirst(entity.utf8.count)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static let tags = [
    "<pre>", "</pre>", "<code>", "</code>", "<p>", "</p>", "<br>", "<br/>", "<br />", "<tt>", "</tt>", "<blockquote>",
    "</blockquote>", "<div>", "</div>", "<span>", "</span>", "<PRE>", "</PRE>", "<BR>", "<P>", "</P>", "<li>", "</li>",
    "<pre><code>", "</code></pre>",
  ]

  private static let entities: [(name: String, character: UInt8)] = [
    ("&lt;", 0x3c), ("&gt;", 0x3e), ("&amp;", 0x26), ("&quot;", 0x22), ("&nbsp;", 0x20), ("&#39;", 0x27),
    ("&#x27;", 0x27), ("&apos;", 0x27), ("&#160;", 0x20), ("&#34;", 0x22), ("&#62;", 0x3e), ("&#60;", 0x3c),
  ]

  /// At `<br>` and at a string literal's `\n` where another dump line follows.
  private static func split(_ line: [UInt8]) -> [[UInt8]] {
    guard line.holds("<br") || line.holds("<BR") || line.holds("\\n") else { return [line] }
    var parts: [[UInt8]] = [[]]
    var index = 0
    while index < line.count {
      if let length = breakLength(line[index...]) {
        parts.append([])
        index += length
      } else {
        parts[parts.count - 1].append(line[index])
        index += 1
      }
    }
    return parts
  }

  /// The length of a line break at the beginning of `text`; `nil` where there is none.
  private static func breakLength(_ text: ArraySlice<UInt8>) -> Int? {
    for mark in breaks where text.starts(with: mark.utf8) {
      let rest = text.dropFirst(mark.utf8.count).drop { $0.isBlank }
      if rest.begins(with: "0x0") || rest.begins(with: "\\t0x0") { return mark.utf8.count }
    }
    return nil
  }

  private static let breaks = ["<br>", "<br/>", "<br />", "<BR>", "\\n"]
}
