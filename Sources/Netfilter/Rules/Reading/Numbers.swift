/// Numbers as the C library's `strtoul` reads them with base 0: decimal, `0x` hexadecimal, leading-zero octal.
package enum CNumber {
  /// The number at the start of `text` and what follows it; `nil` where there is none, where it is negative or where it
  /// does not fit 64 bits.
  package static func prefix(_ text: Substring) -> (value: UInt64, rest: Substring)? {
    var rest = text[(text.utf8.firstIndex { !($0 == 0x20 || (0x09...0x0d).contains($0)) } ?? text.endIndex)...]
    if rest.first == "+" { rest.removeFirst() }
    guard let first = rest.utf8.first, isDigit(first) else { return nil }
    if rest.hasPrefix("0x") || rest.hasPrefix("0X"), rest.utf8.dropFirst(2).first.map(isHexDigit) == true {
      return digits(rest.dropFirst(2), radix: 16)
    }
    return digits(rest, radix: first == UInt8(ascii: "0") ? 8 : 10)
  }

  /// The whole of `text` as a number within `range`; `nil` for anything else (`xtables_strtoui` without an end).
  package static func parse(_ text: some StringProtocol, _ range: ClosedRange<UInt64>) -> UInt64? {
    guard let (value, rest) = prefix(Substring(text)), rest.isEmpty, range.contains(value) else { return nil }
    return value
  }

  /// The whole of `text` as a number that fits the type.
  package static func parse<Value: FixedWidthInteger & UnsignedInteger>(
    _ text: some StringProtocol, as: Value.Type = Value.self
  )
    -> Value?
  {
    parse(text, 0...UInt64(Value.max)).map { Value(truncatingIfNeeded: $0) }
  }

  private static func digits(_ text: Substring, radix: UInt64) -> (UInt64, Substring)? {
    var value: UInt64 = 0
    var rest = text
    while let byte = rest.utf8.first, let digit = digit(byte), digit < radix {
      let (product, high) = value.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(digit)
      guard !high, !carry else { return nil }
      value = sum
      rest = rest[rest.utf8.index(after: rest.startIndex)...]
    }
    return (value, rest)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isHexDigit(_ byte: UInt8) -> Bool { digit(byte) != nil }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case 0x30...0x39: UInt64(byte - 0x30)
    case 0x61...0x66: UInt64(byte - 0x61 + 10)
    case 0x41...0x46: UInt64(byte - 0x41 + 10)
    default: nil
    }
  }
}

extension UInt32 {
  /// `0x1f`, as `%x` prints it.
  package var hexadecimal: String { "0x" + String(self, radix: 16) }
}

/// A value and a mask in one argument: `0x10`, `0x10/0xff` (`XTTYPE_MARKMASK32`).
package struct MaskedValue: Sendable, Hashable {
  package var value: UInt32
  package var mask: UInt32

  package init(value: UInt32, mask: UInt32 = .max) {
    self.value = value
    self.mask = mask
  }

  /// `nil` for anything but a number, or two with a slash between, of 32 bits.
  package init?(_ text: String) {
    guard let (value, rest) = CNumber.prefix(text[...]), value <= UInt32.max else { return nil }
    self.value = UInt32(truncatingIfNeeded: value)
    mask = .max
    if rest.isEmpty { return }
    guard rest.first == "/", let mask: UInt32 = CNumber.parse(rest.dropFirst()) else { return nil }
    self.mask = mask
  }

  /// `0x10`, or `0x10/0xff` where the mask has not all bits.
  package var text: String { mask == .max ? value.hexadecimal : "\(value.hexadecimal)/\(mask.hexadecimal)" }
}

extension Substring {
  /// The hexadecimal number that it begins with, `0x` before it or not, and what follows; `nil` where there is none, or one
  /// of more than 32 bits.
  var hexadecimalStart: (value: UInt32, rest: Substring, isPrefixed: Bool)? {
    let isPrefixed = hasPrefix("0x") || hasPrefix("0X")
    let bare = isPrefixed ? dropFirst(2) : self
    let digits = bare.prefix { $0.isASCII && $0.isHexDigit }
    return UInt32(digits, radix: 16).map { ($0, bare[digits.endIndex...], isPrefixed) }
  }
}
