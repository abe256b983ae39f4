/// A view over the bytes of a packet or header: no copy, indices of the packet it was cut from.
public typealias Bytes = ArraySlice<UInt8>

extension ArraySlice<UInt8> {
  /// The byte `offset` bytes after the first of the view, or `nil` past its end.
  public func byte(at offset: Int) -> UInt8? {
    guard offset >= 0, offset < count else { return nil }
    return self[startIndex + offset]
  }

  /// The unsigned 16-bit integer in network byte order at `offset`, or `nil` where it does not fit.
  public func uint16(at offset: Int) -> UInt16? {
    guard offset >= 0, offset + 2 <= count else { return nil }
    let i = startIndex + offset
    return UInt16(self[i]) << 8 | UInt16(self[i + 1])
  }

  /// The unsigned 32-bit integer in network byte order at `offset`, or `nil` where it does not fit.
  public func uint32(at offset: Int) -> UInt32? {
    guard let high = uint16(at: offset), let low = uint16(at: offset + 2) else { return nil }
    return UInt32(high) << 16 | UInt32(low)
  }

  /// The bytes `offset ..< offset + length` of the view, cut at its end; empty where it starts past the end.
  public func slice(at offset: Int, length: Int = .max) -> Bytes {
    guard offset >= 0, offset < count, length > 0 else { return self[endIndex..<endIndex] }
    let lower = startIndex + offset
    return self[lower..<(length > endIndex - lower ? endIndex : lower + length)]
  }

  /// The unsigned value of `bits` (bit 0 is the most significant bit of the first byte), at most 64 bits wide,
  /// or `nil` where the view is too short.
  public func bits(_ bits: Range<Int>) -> UInt64? {
    guard bits.lowerBound >= 0, bits.count <= 64, (bits.upperBound + 7) / 8 <= count else { return nil }
    var value: UInt64 = 0
    var bit = bits.lowerBound
    while bit < bits.upperBound {
      let byte = self[startIndex + bit / 8]
      let available = 8 - bit % 8
      let taken = Swift.min(available, bits.upperBound - bit)
      let part = (UInt64(byte) >> UInt64(available - taken)) & ((1 << UInt64(taken)) - 1)
      value = value << UInt64(taken) | part
      bit += taken
    }
    return value
  }
}

extension Sequence<UInt8> {
  /// Lower-case hexadecimal digits without separators: `4500002c`.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in self {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension [UInt8] {
  /// The bytes that `hex` spells: pairs of hexadecimal digits, white space between bytes allowed.
  /// `nil` for an odd number of digits or any other character.
  public init?(hex: some StringProtocol) {
    var bytes: [UInt8] = []
    var high: UInt8?
    for character in hex.utf8 {
      let digit: UInt8
      switch character {
      case 0x30...0x39: digit = character - 0x30
      case 0x61...0x66: digit = character - 0x61 + 10
      case 0x41...0x46: digit = character - 0x41 + 10
      case 0x20, 0x09, 0x0a, 0x0d:
        guard high == nil else { return nil }
        continue
      default: return nil
      }
      if let first = high {
        bytes.append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    guard high == nil else { return nil }
    self = bytes
  }

  /// Writes the checksum of the IPv4 header at the beginning, which is `length` bytes long (RFC 791 section 3.1).
  public mutating func storeHeaderChecksum(length: Int) {
    store(UInt16(0), at: 10)
    store(InternetChecksum.of(prefix(length)), at: 10)
  }

  /// Writes `value` in network byte order at `offset`; does nothing where it does not fit.
  public mutating func store(_ value: UInt16, at offset: Int) {
    guard offset >= 0, offset + 2 <= count else { return }
    self[offset] = UInt8(truncatingIfNeeded: value >> 8)
    self[offset + 1] = UInt8(truncatingIfNeeded: value)
  }

  /// Writes `value` in network byte order at `offset`; does nothing where it does not fit.
  public mutating func store(_ value: UInt32, at offset: Int) {
    guard offset >= 0, offset + 4 <= count else { return }
    store(UInt16(truncatingIfNeeded: value >> 16), at: offset)
    store(UInt16(truncatingIfNeeded: value), at: offset + 2)
  }
}
