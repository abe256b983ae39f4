import Wire

/// What most extensions need to read and write their options.
extension GivenOption {
  /// The value as a number within a range.
  package func number<Value: FixedWidthInteger & UnsignedInteger>(
    _ range: ClosedRange<Value>, for name: String
  ) throws(OptionError) -> Value {
    guard let number = CNumber.parse(value, UInt64(range.lowerBound)...UInt64(range.upperBound)) else {
      throw OptionError(
        "\(name): bad value for option \"--\(self.name)\", or out of range (\(range.lowerBound)-\(range.upperBound)).")
    }
    return Value(truncatingIfNeeded: number)
  }

  /// The value as a number of 32 bits, which a slash and a mask may follow (`XTTYPE_MARKMASK32`).
  package func maskedValue(for name: String) throws(OptionError) -> MaskedValue {
    guard let (number, rest) = CNumber.prefix(value[...]), number <= UInt32.max else {
      throw OptionError("\(name): bad integer value for option \"--\(self.name)\", or out of range.")
    }
    guard rest.isEmpty || rest.first == "/" else {
      throw OptionError("\(name): trailing garbage after value for option \"--\(self.name)\".")
    }
    var given = MaskedValue(value: UInt32(truncatingIfNeeded: number))
    if rest.isEmpty { return given }
    guard let (mask, end) = CNumber.prefix(rest.dropFirst()), mask <= UInt32.max else {
      throw OptionError("\(name): bad integer value for option \"--\(self.name)\", or out of range.")
    }
    guard end.isEmpty else {
      throw OptionError("\(name): trailing garbage after value for option \"--\(self.name)\".")
    }
    given.mask = UInt32(truncatingIfNeeded: mask)
    return given
  }

  /// The value as a number that fits the type.
  package func number<Value: FixedWidthInteger & UnsignedInteger>(
    as type: Value.Type = Value.self, for name: String
  ) throws(OptionError) -> Value {
    try number(0...Value.max, for: name)
  }
}

/// An option as `iptables-save` writes it.
package enum SavedOption {
  /// ` ! --dport 22`.
  package static func text(_ name: String, _ value: String? = nil, inverted: Bool = false) -> String {
    "\(inverted ? " !" : "") --\(name)" + (value.map { " \($0)" } ?? "")
  }
}

extension PacketContext {
  /// Notes how a comparison came out and gives the match's answer; `isTrue` is without the inversion.
  func judge(
    _ isTrue: Bool, _ option: String, _ subject: Comparison.Subject, read: @autoclosure () -> String,
    _ relation: Comparison.Relation, _ operand: @autoclosure () -> String, inverted: Bool = false
  ) -> MatchResult {
    let holds = isTrue != inverted
    return MatchResult(
      compare(
        holds, Comparison(option, subject, read: read(), relation, operand(), inverted: inverted, holds: holds)))
  }

  /// A field of the IPv4 header.
  func ipField(_ name: String, _ bytes: Range<Int>) -> Comparison.Subject { .field("ipv4", name, bytes: bytes) }
}

extension UInt8 {
  /// `0x0a`, as `0x%02x` prints it.
  package var hexadecimal: String { "0x" + [self].hex }
}
