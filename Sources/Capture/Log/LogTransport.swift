import Wire

/// Builds the transport header that a LOG line tells of.
struct LogTransport {
  let file: String
  let line: Int
  /// Bytes that the packet's length leaves for it.
  let available: Int

  /// What the kernel calls the protocols that it knows.
  static let numbers: [Substring: UInt8] = [
    "ICMP": 1, "TCP": 6, "UDP": 17, "ESP": 50, "AH": 51, "ICMPv6": 58, "UDPLITE": 136,
  ]

  /// Empty where the line tells nothing of it.
  mutating func header(_ proto: UInt8, _ cursor: inout LogCursor) throws(CaptureError) -> SpelledBytes {
    if cursor.has("INCOMPLETE") || cursor.has("TRUNCATED") { return SpelledBytes() }
    switch proto {
    case 6: return try tcp(&cursor)
    case 17, 136: return try udp(&cursor)
    case 1, 58: return try icmp(&cursor, isVersion6: proto == 58)
    case 50, 51: return security(&cursor, isAuthentication: proto == 51)
    default: return SpelledBytes()
    }
  }

  private func tcp(_ cursor: inout LogCursor) throws(CaptureError) -> SpelledBytes {
    var bytes = SpelledBytes()
    try ports(&cursor, &bytes)
    bytes.append(number32: cursor.number("SEQ"))
    bytes.append(number32: cursor.number("ACK"))
    let window = cursor.number("WINDOW")
    let reserved = cursor.hexNumber("RES").map { UInt8(truncatingIfNeeded: $0 >> 2) & 15 }
    var flags: TCPFlags = []
    for (word, flag) in Self.flags where cursor.has(word, before: "URGP") { flags.insert(flag) }
    let urgent = cursor.number("URGP")
    let options = cursor.options().map { $0.prefix(40) }
    // Where there is no room for options, or they are shown, the header's length is certain; else five words, unknown,
    // stand there so that the fields can be placed.
    let words = UInt8(5 + ((options?.count ?? 0) + 3) / 4)
    let offset = words << 4 | (reserved ?? 0)
    if reserved != nil, options != nil || available == 20 {
      bytes.append(offset)
    } else {
      bytes.append(unknownButPlaced: offset)
    }
    bytes.append(urgent == nil ? nil : flags.rawValue)
    bytes.append(number16: window)
    bytes.appendUnknown(2)
    bytes.append(number16: urgent)
    for byte in options ?? [] { bytes.append(byte) }
    return bytes
  }

  private static let flags: [(String, TCPFlags)] = [
    ("CWR", .cwr), ("ECE", .ece), ("URG", .urg), ("ACK", .ack), ("PSH", .psh), ("RST", .rst), ("SYN", .syn),
    ("FIN", .fin),
  ]

  private func udp(_ cursor: inout LogCursor) throws(CaptureError) -> SpelledBytes {
    var bytes = SpelledBytes()
    try ports(&cursor, &bytes)
    bytes.append(number16: cursor.number("LEN"))
    bytes.appendUnknown(2)
    return bytes
  }

  private func ports(_ cursor: inout LogCursor, _ bytes: inout SpelledBytes) throws(CaptureError) {
    guard let source = cursor.value("SPT"), let destination = cursor.value("DPT") else {
      throw CaptureError(
        file: file, line: line,
        "a LOG line of TCP or UDP has SPT= and DPT=: the line is cut short or is not the kernel's")
    }
    for port in [source, destination] { bytes.append(number16: Int(port)) }
  }

  private func icmp(_ cursor: inout LogCursor, isVersion6: Bool) throws(CaptureError) -> SpelledBytes {
    guard let type = cursor.number("TYPE").flatMap(UInt8.init(exactly:)),
      let code = cursor.number("CODE").flatMap(UInt8.init(exactly:))
    else {
      throw CaptureError(
        file: file, line: line, "a LOG line of ICMP has TYPE= and CODE=: the line is cut short or is not the kernel's")
    }
    var bytes = SpelledBytes()
    bytes.append(type)
    bytes.append(code)
    bytes.appendUnknown(2)
    if let identifier = cursor.number("ID") {
      bytes.append(number16: identifier)
      bytes.append(number16: cursor.number("SEQ"))
    } else if let gateway = cursor.value("GATEWAY") {
      for octet in ShownAddress(String(gateway), hasPort: false)?.octets ?? [nil, nil, nil, nil] { bytes.append(octet) }
    } else if let pointer = cursor.number("PARAMETER").flatMap(UInt8.init(exactly:)) {
      bytes.append(pointer)
      bytes.appendUnknown(3)
    } else if let pointer = cursor.value("POINTER").flatMap({ UInt32($0, radix: 16) }) {
      bytes.append(number32: Int(pointer))
    } else if isVersion6, let mtu = cursor.number("MTU") {
      bytes.append(number32: mtu)
    } else {
      bytes.appendUnknown(2)
      bytes.append(number16: isVersion6 ? nil : cursor.number("MTU"))
    }
    return bytes
  }

  private func security(_ cursor: inout LogCursor, isAuthentication: Bool) -> SpelledBytes {
    var bytes = SpelledBytes()
    if isAuthentication { bytes.appendUnknown(4) }
    bytes.append(number32: cursor.number("SPI"))
    return bytes
  }
}

extension SpelledBytes {
  mutating func append(_ word: UInt16) {
    append(UInt8(word >> 8))
    append(UInt8(word & 255))
  }

  /// Two unknown bytes where `value` is `nil` or does not fit.
  mutating func append(number16 value: Int?) {
    if let word = value.flatMap(UInt16.init(exactly:)) { append(word) } else { appendUnknown(2) }
  }

  /// Four unknown bytes where `value` is `nil` or does not fit.
  mutating func append(number32 value: Int?) {
    guard let value = value.flatMap(UInt32.init(exactly:)) else { return appendUnknown(4) }
    append(UInt16(value >> 16))
    append(UInt16(value & 0xffff))
  }

  mutating func appendUnknown(_ count: Int) {
    for _ in 0..<count { append(nil) }
  }

  /// A byte that is not told, with the least value that lets what follows be placed.
  mutating func append(unknownButPlaced byte: UInt8) {
    append(nil)
    bytes[bytes.count - 1] = byte
  }

  /// The first `count` bytes.
  func prefix(_ count: Int) -> SpelledBytes {
    guard count < bytes.count else { return self }
    let kept = unknown.compactMap { $0.lowerBound < count ? $0.lowerBound..<min($0.upperBound, count) : nil }
    return SpelledBytes(bytes: Array(bytes.prefix(count)), unknown: kept)
  }
}
