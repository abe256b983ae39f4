/// The column of printable characters beside a dump's bytes.
enum TextColumn {
  /// How well a text fits bytes.
  enum Fit: Equatable {
    /// There is no text.
    case absent
    /// Every character is the byte's, or the dot that stands for one that cannot be printed.
    case exact
    /// The same length and most characters right: pasting mangled it.
    case mangled
    case none
  }

  /// Compares `text`, its blanks trimmed, with `bytes`. Quotation marks and the like around it do not count.
  static func fit(_ text: ArraySlice<UInt8>, _ bytes: [UInt8]) -> Fit {
    if text.isEmpty { return .absent }
    let candidates = [text, text.dropFirst()].filter { !$0.isEmpty }
    for candidate in candidates where begins(candidate, bytes) { return .exact }
    let length = min(text.count, bytes.count)
    guard abs(text.count - bytes.count) <= 1, length > 3 else { return .none }
    let right = zip(text, bytes).count { matches($0, $1) }
    return right * 4 >= length * 3 ? .mangled : .none
  }

  /// Whether `text` is what `bytes` look like; blanks at the ends may have been trimmed, and what closes a string literal or a
  /// table may follow.
  private static func begins(_ text: ArraySlice<UInt8>, _ bytes: [UInt8]) -> Bool {
    var rest = text
    var matched = 0
    // A blank at the beginning was trimmed with the gap.
    var remaining = bytes.drop { $0 == 0x20 && text.first != 0x2e && text.first != 0x20 }
    while let byte = remaining.first, let character = rest.first, matches(character, byte) {
      rest = rest.dropFirst()
      remaining = remaining.dropFirst()
      matched += 1
    }
    guard matched > 0 else { return false }
    if !remaining.isEmpty { return rest.isEmpty && remaining.allSatisfy { $0 == 0x20 } }
    return rest.allSatisfy { $0.isBlank || closing.contains($0) } || rest.begins(with: "\\n")
  }

  private static let closing = Set("'\"+;,|<>\\)*/`".utf8)

  private static func matches(_ character: UInt8, _ byte: UInt8) -> Bool {
    if character == byte { return byte.isGraphic || byte == 0x20 }
    return character == 0x2e && !byte.isGraphic
  }
}
