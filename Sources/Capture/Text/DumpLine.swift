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
  /// The line from after the offset to its end.
  let content: ArraySlice<UInt8>

  /// Whether the offset says `value`, in any of the number systems that dump programs use.
  func offset(is value: Int) -> Bool { Self.radices.contains { offset(radix: $0) == value } }

  /// The offset's value, or `nil` where it is no number in that system.
  func offset(radix: Int) -> Int? { offsetDigits.flatMap { Int($0.text, radix: radix) } }

  private static let radices = [16, 8, 10]

  /// `nil` where the line is no line of a dump.
  init?(_ line: TextLine) {
    if let marked = Self.afterMarkedOffset(line.bytes) {
      (offsetDigits, content) = marked
      style = .offsets
      self.line = line
      return
    }
    let start = Self.afterDecoration(line.bytes)
    if let bare = Self.afterBareOffset(start) {
      (offsetDigits, content, style) = bare
      self.line = line
      return
    }
    guard Self.isPlain(start) else { return nil }
    self.line = line
    style = .plain
    offsetDigits = nil
    content = start
  }

  /// A line that goes on with a dump without offsets, also where it is short or begins like an offset; `nil` where it does not.
  init?(continuingPlain line: TextLine) {
    guard Self.afterMarkedOffset(line.bytes) == nil else { return nil }
    let start = Self.afterDecoration(line.bytes)
    let found = HexGroups(start)
    guard !found.groups.isEmpty else { return nil }
    if !Self.isPlain(start) {
      let rest = found.rest(after: found.groups.count)
      let bytes = found.groups.flatMap(\.spelled.bytes)
      guard rest.text.isEmpty || rest.gap >= 2 || TextColumn.fit(rest.text, bytes) == .exact else { return nil }
    }
    self.line = line
    style = .plain
    offsetDigits = nil
    content = start
  }

  /// Whether it is marked as a line of a dump by `0x` before its offset.
  var isMarked: Bool { Self.afterMarkedOffset(line.bytes) != nil }

  /// 1-based column of an index of the line.
  func column(_ index: Int) -> Int { line.bytes[..<min(max(0, index), line.bytes.count)].text.count + 1 }

  /// What quoting, commenting and program source put before a line of a listing.
  static func afterDecoration(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.drop { $0.isBlank || decoration.contains($0) }
  }

  private static let decoration = Set(">|#*;/%'\"`+-!{}(),".utf8)

  /// `0x0010:  4500 ...` (tcpdump, tshark, Snort), wherever it stands in the line as long as only decoration, the beginning of a
  /// string literal or a line number comes before.
  private static func afterMarkedOffset(_ bytes: [UInt8]) -> (ArraySlice<UInt8>, ArraySlice<UInt8>)? {
    guard let mark = bytes.prefix(64).firstIndex(of: "0x") else { return nil }
    let before = bytes[..<mark]
    guard before.last.map({ !$0.isLetter && !$0.isDigit }) ?? true else { return nil }
    let quoted = before.last == 0x27 || before.last == 0x22 || before.last == 0x60
    guard quoted || !before.contains(where: { $0.isLetter }) else { return nil }
    let digits = bytes[(mark + 2)...].prefix { $0.hexValue != nil }
    guard (4...8).contains(digits.count), let next = bytes[digits.endIndex...].first, next == 0x3a || next.isBlank else {
      return nil
    }
    let content = bytes[(digits.endIndex + 1)...]
    let groups = HexGroups(content).groups
    guard let first = groups.first, first.digits <= 8 else {
      return next == 0x3a && holdsUnreadableBytes(content) ? (digits, content) : nil
    }
    return (digits, content)
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
  ) -> (ArraySlice<UInt8>, ArraySlice<UInt8>, DumpStyle)? {
    let digits = start.prefix { $0.hexValue != nil }
    guard (3...8).contains(digits.count) else { return nil }
    var rest = start[digits.endIndex...]
    let colon = rest.first == 0x3a
    if colon { rest = rest.dropFirst() }
    if rest.trimmed.isEmpty {
      // The last line of `hexdump` and `od`: only the length.
      return digits.count >= 6 && !colon ? (digits, rest.suffix(0), .offsets) : nil
    }
    guard rest.first?.isBlank == true else { return nil }
    let found = HexGroups(rest)
    guard let first = found.groups.first, first.digits <= 8 else { return nil }
    if colon { return (digits, rest, .offsets) }
    if digits.count == 7, first.digits == 4 { return (digits, rest, .swappedWords) }
    if digits.count != first.digits { return (digits, rest, .offsets) }
    // `0000 4500 0054 ...`: an offset where it leaves a full line of sixteen bytes or stands apart.
    let apart = first.gap >= 2 && found.groups.dropFirst().first.map { $0.gap < first.gap } ?? true
    return apart || found.groups.count == 8 ? (digits, rest, .offsets) : nil
  }

  /// Whether the line is bytes and nothing else but a text column.
  private static func isPlain(_ start: ArraySlice<UInt8>) -> Bool {
    let found = HexGroups(start)
    guard let first = found.groups.first else { return false }
    let rest = found.rest(after: found.groups.count)
    if rest.text.allSatisfy({ decoration.contains($0) || $0.isBlank || $0 == 0x5c || $0 == 0x3b }) {
      return first.digits == 2 || first.digits == 4 || found.count >= 8
    }
    return found.groups.count >= 8 && (first.digits == 2 || first.digits == 4)
  }
}
