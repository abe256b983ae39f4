/// An IPv6 address (RFC 4291), held in host byte order.
public struct IPv6Address: Sendable, Hashable {
  /// The first eight bytes as a number.
  public var high: UInt64
  /// The last eight bytes as a number.
  public var low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The sixteen bytes in network order at the start of `bytes`; `nil` where there are fewer.
  public init?(bytes: Bytes) {
    guard let high = bytes.bits(0..<64), let low = bytes.bits(64..<128) else { return nil }
    self.init(high: high, low: low)
  }

  /// The text forms of RFC 4291 section 2.2, a dotted-decimal tail included. `nil` for anything else.
  public init?(_ text: some StringProtocol) {
    var head: [UInt16] = []
    var tail: [UInt16] = []
    var compressed = false
    let characters = Array(text.utf8)
    var position = 0
    if characters.starts(with: [0x3a, 0x3a]) {
      compressed = true
      position = 2
    }
    while position < characters.count {
      let end = characters[position...].firstIndex(of: 0x3a) ?? characters.count
      let group = String(decoding: characters[position..<end], as: UTF8.self)
      if end == characters.count, let quad = IPv4Address(group) {
        let words = [UInt16(truncatingIfNeeded: quad.rawValue >> 16), UInt16(truncatingIfNeeded: quad.rawValue)]
        if compressed { tail += words } else { head += words }
        break
      }
      guard (1...4).contains(group.utf8.count), group.first != "+", group.first != "-",
        let word = UInt16(group, radix: 16)
      else { return nil }
      if compressed { tail.append(word) } else { head.append(word) }
      guard head.count + tail.count <= 8 else { return nil }
      if end == characters.count { break }
      position = end + 1
      guard position < characters.count else { return nil }
      if characters[position] == 0x3a {
        guard !compressed else { return nil }
        compressed = true
        position += 1
      }
    }
    let count = head.count + tail.count
    guard compressed ? count < 8 : count == 8 else { return nil }
    let words = head + Array(repeating: 0, count: 8 - count) + tail
    high = words[..<4].reduce(0) { $0 << 16 | UInt64($1) }
    low = words[4...].reduce(0) { $0 << 16 | UInt64($1) }
  }

  /// The sixteen bytes in network order.
  public var bytes: [UInt8] {
    [high, low].flatMap { half in
      stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
    }
  }

  /// The eight 16-bit groups, first to last.
  public var groups: [UInt16] {
    [high, low].flatMap { half in
      stride(from: UInt64(48), through: 0, by: -16).map { UInt16(truncatingIfNeeded: half >> $0) }
    }
  }

  /// ff00::/8 (RFC 4291 section 2.7).
  public var isMulticast: Bool { high >> 56 == 0xff }
}

extension IPv6Address: CustomStringConvertible {
  /// As RFC 5952 and `inet_ntop(3)` write it: the longest run of two or more zero groups becomes `::`, the first of
  /// equals wins; an IPv4-compatible or IPv4-mapped address ends in dotted decimal.
  public var description: String {
    let groups = groups
    var best = 0..<0
    var run = 0..<0
    for index in groups.indices {
      run = groups[index] == 0 ? (run.upperBound == index ? run.lowerBound : index)..<index + 1 : index + 1..<index + 1
      if run.count > best.count { best = run }
    }
    if best.count < 2 { best = 0..<0 }
    let embedsIPv4 =
      best.lowerBound == 0 && (best.count == 6 || best.count == 5 && groups[5] == 0xffff)
    var text = ""
    var index = 0
    while index < 8 {
      if !best.isEmpty, index == best.lowerBound {
        text += "::"
        index = best.upperBound
        continue
      }
      if index > 0, index != best.upperBound || best.isEmpty { text += ":" }
      if index == 6, embedsIPv4 {
        return text + IPv4Address(rawValue: UInt32(truncatingIfNeeded: low)).description
      }
      text += String(groups[index], radix: 16)
      index += 1
    }
    return text
  }
}
