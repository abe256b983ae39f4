import Glibc

/// ASCII classes that the text readers ask for.
extension UInt8 {
  /// The value of a hexadecimal digit, or `nil`.
  var hexValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x41 + 10
    case 0x61...0x66: self - 0x61 + 10
    default: nil
    }
  }

  var isDigit: Bool { (0x30...0x39).contains(self) }
  var isLetter: Bool { (0x41...0x5a).contains(self & 0xdf) }
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  /// A character that stands for a hexadecimal digit that somebody took out: `x`, `X`, `?`, `*`, `_` or `#`.
  var isPlaceholder: Bool { [0x78, 0x58, 0x3f, 0x2a, 0x5f, 0x23].contains(self) }
  /// Printable, not a blank.
  var isGraphic: Bool { (0x21...0x7e).contains(self) }
}

extension Collection<UInt8> {
  /// Whether `text` stands at the beginning.
  func begins(with text: StaticString) -> Bool {
    text.withUTF8Buffer { starts(with: $0) }
  }
}

extension BidirectionalCollection<UInt8> where SubSequence == ArraySlice<UInt8> {
  /// Without blanks at either end.
  var trimmed: ArraySlice<UInt8> {
    let tail = self.drop { $0.isBlank }
    guard let last = tail.lastIndex(where: { !$0.isBlank }) else { return tail.prefix(0) }
    return tail[...last]
  }
}

extension ArraySlice<UInt8> {
  var text: String { String(decoding: self, as: UTF8.self) }

  /// Where `pattern` first stands, or `nil`.
  func firstIndex(of pattern: StaticString) -> Int? {
    withUnsafeBytes { pattern.place(in: $0) }.map { startIndex + $0 }
  }
}

extension StaticString {
  /// The offset at which it first stands in `text`, or `nil`.
  fileprivate func place(in text: UnsafeRawBufferPointer) -> Int? {
    // Safe: both calls read only within the lengths that the buffer and the string give.
    guard let base = text.baseAddress else { return nil }
    var offset = 0
    while utf8CodeUnitCount > 0, text.count - offset >= utf8CodeUnitCount,
      let found = memchr(base + offset, Int32(utf8Start.pointee), text.count - offset - utf8CodeUnitCount + 1)
    {
      offset = UnsafeRawPointer(found) - base
      if memcmp(found, utf8Start, utf8CodeUnitCount) == 0 { return offset }
      offset += 1
    }
    return nil
  }
}

extension String {
  /// Whether `pattern` stands anywhere in it.
  func holds(_ pattern: StaticString) -> Bool {
    var copy = self
    return copy.withUTF8 { pattern.place(in: UnsafeRawBufferPointer($0)) != nil }
  }
}

extension [UInt8] {
  /// Whether `pattern` stands anywhere in it.
  func holds(_ pattern: StaticString) -> Bool { self[...].firstIndex(of: pattern) != nil }
}
