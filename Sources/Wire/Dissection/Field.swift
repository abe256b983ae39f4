/// One field of a header, as its RFC's diagram draws it. A protocol's table of these is the single source of the
/// decoder, the hex cursor, the questions and `decode --format ndjson`.
public struct FieldDefinition: Sendable, Hashable {
  /// The diagram's name in lower snake case: `source_address`.
  public let name: String
  /// Bits from the header's first bit; bit 0 is the most significant bit of the first byte.
  public let bits: Range<Int>
  /// Where the field is defined: `RFC 9293 section 3.1`.
  public let reference: String
  /// How its value is written for people.
  public let format: FieldFormat

  public init(_ name: String, bits: Range<Int>, _ reference: String, _ format: FieldFormat = .decimal) {
    self.name = name
    self.bits = bits
    self.reference = reference
    self.format = format
  }

  /// The bytes, from the header's first, that hold the field (whole bytes, also where only some bits belong to it).
  public var byteRange: Range<Int> { bits.lowerBound / 8..<(bits.upperBound + 7) / 8 }
}

/// How a field's value is written for people.
public enum FieldFormat: Sendable, Hashable {
  case decimal
  /// Hexadecimal, padded to the field's width: `0x6f46`.
  case hexadecimal
  case ipv4Address
  case ipv6Address
  case macAddress
  /// A number with names for some values: `6 (TCP)`.
  case named([UInt64: String])
  /// The same in hexadecimal: `0x0800 (IPv4)`.
  case namedHexadecimal([UInt64: String])
  /// `set` or `not set`.
  case flag
  /// A number in units of `bytes` bytes: `5 (20 bytes)`.
  case units(bytes: Int)
  /// The bytes as they are.
  case bytes
}

/// The value of a decoded field.
public enum FieldValue: Sendable, Hashable {
  /// In host byte order; fields up to 64 bits wide.
  case unsigned(UInt64)
  case bytes([UInt8])
  case text(String)
}

/// A decoded field: where it stands in the captured bytes and what it holds.
public struct Field: Sendable, Hashable {
  public let name: String
  /// Bits from the packet's first captured byte.
  public let bits: Range<Int>
  public let value: FieldValue
  /// The value in words, as a person reads it.
  public let text: String
  public let reference: String
  /// How the value is written; `.decimal` where no table says.
  public let format: FieldFormat

  public init(
    name: String, bits: Range<Int>, value: FieldValue, text: String, reference: String, format: FieldFormat = .decimal
  ) {
    self.name = name
    self.bits = bits
    self.value = value
    self.text = text
    self.reference = reference
    self.format = format
  }

  /// The captured bytes that hold the field.
  public var byteRange: Range<Int> { bits.lowerBound / 8..<(bits.upperBound + 7) / 8 }
}

extension FieldFormat {
  /// `value` in words; `width` is the field's width in bits.
  public func text(_ value: UInt64, width: Int) -> String {
    switch self {
    case .decimal, .bytes: return String(value)
    case .hexadecimal:
      let digits = String(value, radix: 16)
      return "0x" + String(repeating: "0", count: max(0, (width + 3) / 4 - digits.count)) + digits
    case .ipv4Address: return IPv4Address(rawValue: UInt32(truncatingIfNeeded: value)).description
    case .ipv6Address, .macAddress: return String(value, radix: 16)
    case .named(let names): return names[value].map { "\(value) (\($0))" } ?? String(value)
    case .namedHexadecimal(let names):
      let number = FieldFormat.hexadecimal.text(value, width: width)
      return names[value].map { "\(number) (\($0))" } ?? number
    case .flag: return value == 0 ? "not set" : "set"
    case .units(let bytes): return "\(value) (\(value &* UInt64(bytes)) bytes)"
    }
  }

  /// The value of `bits` (from the first byte of `packet`) and its words; `nil` where they lie past its end. IPv6 and MAC
  /// addresses are text, numbers up to 64 bits wide and IPv4 addresses are unsigned, all else is bytes.
  func decode(_ packet: Bytes, bits: Range<Int>) -> (FieldValue, String)? {
    let view = packet.slice(at: bits.lowerBound / 8, length: (bits.upperBound + 7) / 8 - bits.lowerBound / 8)
    switch self {
    case .ipv6Address:
      guard let address = IPv6Address(bytes: view) else { return nil }
      return (.text(address.description), address.description)
    case .macAddress:
      guard let address = MACAddress(bytes: view) else { return nil }
      return (.text(address.description), address.description)
    case .bytes: return (.bytes(Array(view)), FieldFormat.text(view))
    default:
      let lower = bits.lowerBound % 8
      guard bits.count <= 64 else { return (.bytes(Array(view)), FieldFormat.text(view)) }
      guard let value = view.bits(lower..<lower + bits.count) else { return nil }
      return (.unsigned(value), text(value, width: bits.count))
    }
  }

  /// Bytes in words: their digits, of many only the first sixteen, then how many they are.
  static func text(_ bytes: some Collection<UInt8>) -> String {
    bytes.count <= 16 ? bytes.hex : "\(bytes.prefix(16).hex)... (\(bytes.count) bytes)"
  }
}
