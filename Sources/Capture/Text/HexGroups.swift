/// Bytes as a listing spells them, where a digit that somebody took out is unknown.
struct SpelledBytes: Sendable, Hashable {
  /// An unknown byte is zero here.
  var bytes: [UInt8] = []
  /// Ascending, not touching.
  var unknown: [Range<Int>] = []

  var count: Int { bytes.count }

  mutating func append(_ byte: UInt8?) {
    if byte == nil {
      if let last = unknown.last, last.upperBound == bytes.count {
        unknown[unknown.count - 1] = last.lowerBound..<bytes.count + 1
      } else {
        unknown.append(bytes.count..<bytes.count + 1)
      }
    }
    bytes.append(byte ?? 0)
  }

  mutating func append(_ other: SpelledBytes) {
    for range in other.unknown {
      let moved = range.lowerBound + bytes.count..<range.upperBound + bytes.count
      if let last = unknown.last, last.upperBound == moved.lowerBound {
        unknown[unknown.count - 1] = last.lowerBound..<moved.upperBound
      } else {
        unknown.append(moved)
      }
    }
    bytes += other.bytes
  }

  func isUnknown(_ index: Int) -> Bool { unknown.contains { $0.contains(index) } }
}

/// One group of hexadecimal digits in a listing, such as `4500`, `45`, `0x45,` or `\x45`.
struct HexGroup {
  /// Where it begins, with what marks it, and what follows it begins, as indices of the line.
  let range: Range<Int>
  /// Where its first digit stands.
  let digitsStart: Int
  /// How many digits it has; always even.
  let digits: Int
  /// How many blanks stand before it.
  let gap: Int

  var byteCount: Int { digits / 2 }
}

/// The groups of hexadecimal digits at the beginning of a line's content.
struct HexGroups {
  private(set) var groups: [HexGroup] = []
  let content: ArraySlice<UInt8>

  /// Reads groups up to the first thing that is none. A group has an even number of digits; all have as many as the
  /// first, but for the last, which may be shorter.
  init(_ content: ArraySlice<UInt8>) {
    self.content = content
    var position = content.startIndex
    while let group = Self.group(in: content, at: position) {
      if let first = groups.first, group.digits > first.digits { break }
      groups.append(group)
      position = group.range.upperBound
      if let first = groups.first, group.digits < first.digits { break }
    }
  }

  /// How many bytes all groups hold.
  var count: Int { groups.reduce(0) { $0 + $1.byteCount } }

  /// The bytes of `groups`, each group's in reverse where `isSwapped`.
  func spelled(_ groups: ArraySlice<HexGroup>, isSwapped: Bool = false) -> SpelledBytes {
    var bytes = SpelledBytes()
    for group in groups {
      let starts = stride(from: group.digitsStart, to: group.digitsStart + group.digits, by: 2)
      for index in isSwapped ? starts.reversed() : Array(starts) {
        bytes.append(Self.byte(content[index], content[index + 1])?.value)
      }
    }
    return bytes
  }

  /// What follows the first `count` groups, without the blanks, and how many blanks there were.
  func rest(after count: Int) -> (gap: Int, text: ArraySlice<UInt8>) {
    let start = count > 0 && count <= groups.count ? groups[count - 1].range.upperBound : content.startIndex
    var rest = content[start...]
    // The end of a line within a string literal is no text column.
    while rest.begins(with: "\\n") || rest.begins(with: "\\r") { rest = rest.dropFirst(2) }
    let text = rest.drop { $0.isBlank }
    let blanks = rest[..<text.startIndex]
    return (blanks.contains(0x09) ? 8 : blanks.count, text.trimmed)
  }

  private static func group(in content: ArraySlice<UInt8>, at start: Int) -> HexGroup? {
    var index = start
    while index < content.endIndex, content[index].isBlank { index += 1 }
    let gap = index - start
    let first = index
    if content[index...].begins(with: "0x") || content[index...].begins(with: "\\x") { index += 2 }
    let prefixed = index > first
    let digitsStart = index
    while index + 1 < content.endIndex, Self.byte(content[index], content[index + 1]) != nil { index += 2 }
    let digits = index - digitsStart
    guard digits > 0 else { return nil }
    if let next = content[index...].first, !next.isBlank {
      // `45:00`, `45-00`, `45,00`, `\x45\x00`: a separator that belongs to the listing.
      let after = content[(index + 1)...].first
      let separates = digits <= 4 && (next == 0x3a || next == 0x2d) && after?.hexValue != nil
      if next == 0x2c || separates {
        index += 1
      } else if !(prefixed && next == 0x5c), !endsLiteral(content[index...]) {
        return nil
      }
    }
    return HexGroup(range: first..<index, digitsStart: digitsStart, digits: digits, gap: gap)
  }

  /// What may stand directly behind the digits in a program's string literal.
  private static func endsLiteral(_ rest: ArraySlice<UInt8>) -> Bool {
    rest.first == 0x22 || rest.first == 0x27 || rest.begins(with: "\\n") || rest.begins(with: "\\r")
  }

  /// One byte from two characters: a `nil` value where a digit was taken out, `nil` where they are no byte.
  private static func byte(_ high: UInt8, _ low: UInt8) -> (value: UInt8?, Void)? {
    if let a = high.hexValue, let b = low.hexValue { return (a << 4 | b, ()) }
    let spoilt = (high.isPlaceholder || high.hexValue != nil) && (low.isPlaceholder || low.hexValue != nil)
    return spoilt ? (nil, ()) : nil
  }
}
