/// How a listing writes its lines.
enum DumpStyle: Sendable, Hashable {
  /// Offset and bytes in the order of the packet.
  case offsets
  /// `od -x` and `hexdump` without `-C`: offsets, and 16-bit words in the order of a little-endian machine.
  case swappedWords
  /// Bytes only.
  case plain
}

/// A line of a hex dump: what stands before its bytes, and where they begin.
struct DumpLine {
  let line: TextLine
  let style: DumpStyle
  /// The offset's digits; `nil` in the plain style.
  let offsetDigits: ArraySlice<UInt8>?
  /// The groups of digits after the offset, and what follows them.
  let groups: HexGroups
  /// Whether it is marked as a line of a dump by `0x` before its offset.
  let isMarked: Bool

  /// The line from after the offset to its end.
  var content: ArraySlice<UInt8> { groups.content }
  /// Whether it is an offset and nothing else, as the last line of `hexdump` and `od`.
  var isOffsetAlone: Bool { groups.groups.isEmpty && content.trimmed.isEmpty }

  /// Whether the offset says `value`, in any of the number systems that dump programs use.
  func offset(is value: Int) -> Bool { Self.radices.contains { offset(radix: $0) == value } }

  /// The offset's value, or `nil` where it is no number in that system.
  func offset(radix: Int) -> Int? { offsetDigits.flatMap { Int($0.text, radix: radix) } }

  private static let radices = [16, 8, 10]

  /// `nil` where the line is no line of a dump.
  init?(_ line: TextLine) {
    self.line = line
    if let marked = Self.afterMarkedOffset(line.bytes) {
      (offsetDigits, groups) = marked
      style = .offsets
      isMarked = true
      return
    }
    isMarked = false
    let start = Self.afterDecoration(line.bytes)
    if let bare = Self.afterBareOffset(start) {
      (offsetDigits, groups, style) = bare
      return
    }
    groups = HexGroups(start)
    guard Self.isPlain(groups) else { return nil }
    style = .plain
    offsetDigits = nil
  }

  /// A line that goes on with a dump without offsets, also where it is short or begins like an offset; `nil` where it does not.
  init?(continuingPlain line: TextLine) {
    guard Self.afterMarkedOffset(line.bytes) == nil else { return nil }
    let found = HexGroups(Self.afterDecoration(line.bytes))
    guard !found.groups.isEmpty else { return nil }
    if !Self.isPlain(found) {
      let rest = found.rest(after: found.groups.count)
      let bytes = found.spelled(found.groups[...]).bytes
      guard rest.text.isEmpty || rest.gap >= 2 || TextColumn.fit(rest.text, bytes) == .exact else { return nil }
    }
    self.line = line
    style = .plain
    isMarked = false
    offsetDigits = nil
    groups = found
  }

  /// 1-based column of an index of the line.
  func column(_ index: Int) -> Int { line.bytes[..<min(max(0, index), line.bytes.count)].text.count + 1 }

  /// What quoting, commenting and program source put before a line of a listing.
  static func afterDecoration(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.drop { $0.isBlank || decoration.contains($0) }
  }

  private static let decoration = Set(">|#*;/%'\"`+-!{}(),".utf8)

  /// `0x0010:  4500 ...` (tcpdump, tshark, Snort), wherever it stands in the line as long as only decoration, the beginning of a
  /// string literal or a line number comes before.
  private static func afterMarkedOffset(_ bytes: [UInt8]) -> (ArraySlice<UInt8>, HexGroups)? {
    guard let mark = bytes.prefix(64).firstIndex(of: "0x") else { return nil }
    let before = bytes[..<mark]
    guard before.last.map({ !$0.isLetter && !$0.isDigit }) ?? true else { return nil }
    let quoted = before.last == 0x27 || before.last == 0x22 || before.last == 0x60
    guard quoted || !before.contains(where: { $0.isLetter }) else { return nil }
    let digits = bytes[(mark + 2)...].prefix { $0.hexValue != nil }
    guard (4...8).contains(digits.count), let next = bytes[digits.endIndex...].first, next == 0x3a || next.isBlank
    else {
      return nil
    }
    let content = bytes[(digits.endIndex + 1)...]
    let found = HexGroups(content)
    guard let first = found.groups.first, first.digits <= 8 else {
      return next == 0x3a && holdsUnreadableBytes(content) ? (digits, found) : nil
    }
    return (digits, found)
  }

  /// `0x0010:  4g00 0054`: after a marked offset, something meant as bytes that is none is an error, not prose.
  private static func holdsUnreadableBytes(_ content: ArraySlice<UInt8>) -> Bool {
    let word = content.drop { $0.isBlank }.prefix { !$0.isBlank }
    return (2...5).contains(word.count) && word.allSatisfy { $0.isLetter || $0.isDigit || $0.isPlaceholder }
      && word.contains { $0.hexValue != nil }
  }

  /// `0000  45 00` (Wireshark), `00000000: 4500` (xxd), `00000000  45 00` (hexdump -C), `0000000 45 00` (od -tx1).
  private static func afterBareOffset(
    _ start: ArraySlice<UInt8>
  ) -> (ArraySlice<UInt8>, HexGroups, DumpStyle)? {
    let digits = start.prefix { $0.hexValue != nil }
    guard (1...8).contains(digits.count) else { return nil }
    var rest = start[digits.endIndex...]
    let colon = rest.first == 0x3a
    if colon { rest = rest.dropFirst() }
    if rest.trimmed.isEmpty {
      // The last line of `hexdump` and `od`: only the length.
      return digits.count >= 6 && !colon ? (digits, HexGroups(rest.suffix(0)), .offsets) : nil
    }
    guard rest.first?.isBlank == true else { return nil }
    let found = HexGroups(rest)
    guard let first = found.groups.first, first.digits <= 8 else { return nil }
    // `  16: 4500 0054 ...`: snoop counts in decimal and does not pad.
    if digits.count < 3 { return colon && found.groups.count >= 2 ? (digits, found, .offsets) : nil }
    if colon { return (digits, found, .offsets) }
    if digits.count == 7, first.digits == 4 { return (digits, found, .swappedWords) }
    if digits.count != first.digits { return (digits, found, .offsets) }
    // `0000 4500 0054 ...`: an offset where it leaves a full line of sixteen bytes or stands apart.
    let apart = first.gap >= 2 && found.groups.dropFirst().first.map { $0.gap < first.gap } ?? true
    return apart || found.groups.count == 8 ? (digits, found, .offsets) : nil
  }

  /// Whether the line is bytes and nothing else but a text column.
  private static func isPlain(_ found: HexGroups) -> Bool {
    guard let first = found.groups.first else { return false }
    let rest = found.rest(after: found.groups.count)
    if rest.text.allSatisfy({ decoration.contains($0) || $0.isBlank || $0 == 0x5c || $0 == 0x3b }) {
      return first.digits == 2 || first.digits == 4 || found.count >= 8
    }
    return found.groups.count >= 8 && (first.digits == 2 || first.digits == 4)
  }
}
