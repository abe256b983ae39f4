import Wire

/// Builds a packet from what a LOG line says; every byte that it does not tell is unknown.
struct LogPacket {
  let file: String
  let line: Int
  private(set) var comments: [String] = []
  private var edited: [Range<Int>] = []

  init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  /// Throws where a field is missing that the kernel always writes, or holds no value of its kind.
  mutating func packet(_ log: LogLine, number: Int) throws(CaptureError) -> CapturedPacket {
    let link = linkHeader(log)
    let start = link?.count ?? 0
    var bytes = link ?? SpelledBytes()
    let length: Int
    var linkType = link == nil ? LinkType.raw : .ethernet
    if log.fields.contains(where: { $0.key == "ARP" && $0.value == nil }) {
      if link == nil { bytes = etherHeader(from: nil, to: nil, type: 0x0806) }
      linkType = .ethernet
      bytes.append(try addressResolution(log.fields))
      length = bytes.count
    } else {
      let body = try network(log.fields, quoted: log.quoted, at: start)
      bytes.append(body.bytes)
      length = start + body.length
    }
    // An Ethernet or IP packet is never longer than this; LEN= beyond it was refused.
    while bytes.count < length { bytes.append(nil) }
    var packet = CapturedPacket(
      number: number, time: nil, linkType: linkType, bytes: bytes.bytes,
      originalLength: length, provenance: Provenance(file: file, line: line))
    packet.knowledge.unknown = bytes.unknown
    // An address of a quoted packet may lie beyond the length that the line tells.
    packet.knowledge.edited = edited.map { $0.clamped(to: 0..<bytes.count) }.filter { !$0.isEmpty }
    // The kernel drops what has a wrong IP checksum before any hook (net/ipv4/ip_input.c).
    packet.knowledge.ipChecksumVouched = true
    packet.shownSource = log["SRC"].map(String.init)
    packet.shownDestination = log["DST"].map(String.init)
    setInterface(log, &packet)
    packet.comments = ["built from a LOG line: what the line does not tell is unknown"] + comments
    return packet
  }

  private mutating func setInterface(_ log: LogLine, _ packet: inout CapturedPacket) {
    let input = log["IN"].flatMap { $0.isEmpty ? nil : String($0) }
    let output = log["OUT"].flatMap { $0.isEmpty ? nil : String($0) }
    packet.interface = input ?? output
    packet.direction = input == nil ? (output == nil ? nil : .outgoing) : output == nil ? .incoming : .forwarded
    if let prefix = log.rulePrefix { comments.append("log prefix `\(prefix)`") }
    if let input, let output { comments.append("forwarded from \(input) to \(output)") }
    for key in ["PHYSIN", "PHYSOUT", "UID", "GID", "MARK"] {
      if let value = log[key] { comments.append("\(key)=\(value)") }
    }
  }

  // MARK: Link layer

  /// The fourteen bytes of `MAC=`, or what `--log-macdecode` writes; `nil` where there is no Ethernet header.
  private func linkHeader(_ log: LogLine) -> SpelledBytes? {
    if let mac = log["MAC"] {
      let bytes = hardwareBytes(mac)
      return bytes?.count == 14 ? bytes : nil
    }
    guard let type = log["MACPROTO"].flatMap({ UInt16($0, radix: 16) }), let from = log["MACSRC"],
      let to = log["MACDST"]
    else {
      return nil
    }
    return etherHeader(from: from, to: to, type: type)
  }

  private func etherHeader(from: Substring?, to: Substring?, type: UInt16) -> SpelledBytes {
    var bytes = SpelledBytes()
    for address in [to, from] {
      let known = address.flatMap(hardwareBytes)
      if let known, known.count == 6 { bytes.append(known) } else { bytes.appendUnknown(6) }
    }
    bytes.append(type)
    return bytes
  }

  /// Pairs of digits with colons between; a pair that was edited out is unknown.
  private func hardwareBytes(_ text: Substring) -> SpelledBytes? {
    var bytes = SpelledBytes()
    for pair in text.split(separator: ":", omittingEmptySubsequences: false) {
      if let byte = UInt8(pair, radix: 16), pair.utf8.count <= 2 {
        bytes.append(byte)
      } else {
        guard pair.utf8.allSatisfy(\.isPlaceholder), !pair.isEmpty else { return nil }
        bytes.append(nil)
      }
    }
    return bytes
  }

  private mutating func addressResolution(_ fields: [LogLine.Field]) throws(CaptureError) -> SpelledBytes {
    var cursor = LogCursor(Array(fields.drop { $0.key != "ARP" || $0.value != nil }))
    var bytes = SpelledBytes()
    bytes.append(UInt16(truncatingIfNeeded: try need(cursor.number("HTYPE"), "HTYPE=", in: 0...0xffff)))
    bytes.append(UInt16(truncatingIfNeeded: try need(cursor.number("PTYPE"), "PTYPE=", in: 0...0xffff)))
    let operation = try need(cursor.number("OPCODE"), "OPCODE=", in: 0...0xffff)
    guard let from = cursor.value("MACSRC"), let source = cursor.value("IPSRC"), let to = cursor.value("MACDST"),
      let destination = cursor.value("IPDST")
    else {
      bytes.appendUnknown(2)
      bytes.append(UInt16(truncatingIfNeeded: operation))
      bytes.appendUnknown(20)
      return bytes
    }
    bytes.append(UInt16(0x0604))
    bytes.append(UInt16(truncatingIfNeeded: operation))
    for (hardware, network) in [(from, source), (to, destination)] {
      if let known = hardwareBytes(hardware), known.count == 6 { bytes.append(known) } else { bytes.appendUnknown(6) }
      let octets = ShownAddress(String(network), hasPort: false)?.octets ?? [nil, nil, nil, nil]
      for octet in octets { bytes.append(octet) }
    }
    return bytes
  }

  // MARK: Network layer

  private mutating func network(
    _ fields: [LogLine.Field], quoted: [LogLine.Field], at start: Int
  ) throws(CaptureError) -> (bytes: SpelledBytes, length: Int) {
    var cursor = LogCursor(fields)
    guard let source = cursor.value("SRC"), let destination = cursor.value("DST") else {
      throw error("a LOG line has SRC= and DST=")
    }
    let isVersion6 = source.contains(":") || destination.contains(":")
    return isVersion6
      ? try version6(&cursor, source, destination, quoted, at: start)
      : try version4(&cursor, source, destination, quoted, at: start)
  }

  private mutating func version4(
    _ cursor: inout LogCursor, _ source: Substring, _ destination: Substring, _ quoted: [LogLine.Field], at start: Int
  ) throws(CaptureError) -> (bytes: SpelledBytes, length: Int) {
    let length = try need(cursor.number("LEN"), "LEN=", in: 20...65535)
    let service = try need(cursor.hexNumber("TOS"), "TOS=", in: 0...255)
    let precedence = try need(cursor.hexNumber("PREC"), "PREC=", in: 0...255)
    let timeToLive = try need(cursor.number("TTL"), "TTL=", in: 0...255)
    let identification = try need(cursor.number("ID"), "ID=", in: 0...65535)
    var fragment = 0
    for (word, bit) in [("CE", 0x8000), ("DF", 0x4000), ("MF", 0x2000)] where cursor.has(word, before: "PROTO") {
      fragment |= bit
    }
    let options = cursor.options(before: "PROTO").map { $0.prefix(40) } ?? []
    var peek = cursor
    let offset = peek.number("FRAG") ?? 0
    fragment |= offset & 0x1fff
    let proto = try protocolNumber(cursor.value("PROTO"))

    var bytes = SpelledBytes()
    bytes.append(UInt8(0x45 + (options.count + 3) / 4))
    bytes.append(UInt8(truncatingIfNeeded: service | precedence))
    bytes.append(UInt16(truncatingIfNeeded: length))
    bytes.append(UInt16(truncatingIfNeeded: identification))
    bytes.append(UInt16(truncatingIfNeeded: fragment))
    bytes.append(UInt8(truncatingIfNeeded: timeToLive))
    bytes.append(proto)
    bytes.appendUnknown(2)
    append(source, "source", to: &bytes, at: start)
    append(destination, "destination", to: &bytes, at: start)
    for byte in options { bytes.append(byte) }
    while bytes.count % 4 != 0 { bytes.append(nil) }
    if offset == 0 {
      var transport = LogTransport(file: file, line: line, available: length - bytes.count)
      bytes.append(try transport.header(proto, &cursor))
      if proto == 1, !quoted.isEmpty, bytes.count + 20 <= length {
        bytes.append(try network(quoted, quoted: [], at: start + bytes.count).bytes)
      }
    }
    return (bytes.prefix(length), length)
  }

  private mutating func version6(
    _ cursor: inout LogCursor, _ source: Substring, _ destination: Substring, _ quoted: [LogLine.Field], at start: Int
  ) throws(CaptureError) -> (bytes: SpelledBytes, length: Int) {
    let length = try need(cursor.number("LEN"), "LEN=", in: 40...65575)
    let trafficClass = try need(cursor.number("TC"), "TC=", in: 0...255)
    let hopLimit = try need(cursor.number("HOPLIMIT"), "HOPLIMIT=", in: 0...255)
    let label = try need(cursor.number("FLOWLBL"), "FLOWLBL=", in: 0...0xfffff)
    let hasHeadersBetween = cursor.has("OPT", before: "PROTO")
    var peek = cursor
    let fragment = peek.number("FRAG")
    let proto = try protocolNumber(cursor.value("PROTO"))

    var bytes = SpelledBytes()
    bytes.append(UInt8(0x60 | trafficClass >> 4))
    bytes.append(UInt8((trafficClass & 15) << 4 | label >> 16))
    bytes.append(UInt16(truncatingIfNeeded: label))
    bytes.append(UInt16(truncatingIfNeeded: length - 40))
    bytes.append(hasHeadersBetween ? nil : fragment == nil ? proto : 44)
    bytes.append(UInt8(hopLimit))
    append(source, "source", to: &bytes, at: start)
    append(destination, "destination", to: &bytes, at: start)
    if hasHeadersBetween {
      comments.append("extension headers stand before the transport header; the line does not tell what they hold")
    } else if fragment == nil {
      var transport = LogTransport(file: file, line: line, available: length - bytes.count)
      bytes.append(try transport.header(proto, &cursor))
      if proto == 58, !quoted.isEmpty, bytes.count + 40 <= length {
        bytes.append(try network(quoted, quoted: [], at: start + bytes.count).bytes)
      }
    } else {
      bytes.append(proto)
    }
    return (bytes.prefix(length), length)
  }

  /// Appends an address; octets that were edited out are unknown and marked as edited.
  private mutating func append(_ shown: Substring, _ role: String, to bytes: inout SpelledBytes, at start: Int) {
    let octets: [UInt8?]
    if shown.contains(":") {
      octets = LogAddress.octets(version6: shown)
    } else {
      octets = ShownAddress(String(shown), hasPort: false)?.octets ?? [nil, nil, nil, nil]
    }
    let base = start + bytes.count
    for octet in octets { bytes.append(octet) }
    let leftOut = octets.indices.filter { octets[$0] == nil }
    guard let first = leftOut.first, let last = leftOut.last else { return }
    edited.append(base + first..<base + last + 1)
    comments.append("the \(role) address was edited out of the line, which shows \(shown)")
  }

  private func protocolNumber(_ word: Substring?) throws(CaptureError) -> UInt8 {
    guard let word else { throw error("a LOG line has PROTO=") }
    guard let number = LogTransport.numbers[word] ?? UInt8(word) else { throw error("`PROTO=\(word)` is no protocol") }
    return number
  }

  private func need(_ value: Int?, _ name: String, in range: ClosedRange<Int>) throws(CaptureError) -> Int {
    guard let value else { throw error("a LOG line has a number after \(name)") }
    guard range.contains(value) else { throw error("\(name)\(value) is out of range") }
    return value
  }

  private func error(_ message: String) -> CaptureError {
    CaptureError(file: file, line: line, "\(message): the line is cut short or is not the kernel's")
  }
}

extension LogCursor {
  /// A hexadecimal number, with `0x` or without (ulogd).
  mutating func hexNumber(_ key: String) -> Int? {
    value(key).flatMap { Int($0.hasPrefix("0x") ? $0.dropFirst(2) : $0, radix: 16) }
  }
}

/// IPv6 addresses as log lines show them.
enum LogAddress {
  /// Sixteen octets; `nil` for each that was edited out.
  static func octets(version6 text: Substring) -> [UInt8?] {
    let unknown = [UInt8?](repeating: nil, count: 16)
    let halves =
      text.ranges(of: "::").count > 0 ? text.split(separator: "::", omittingEmptySubsequences: false) : [text]
    guard halves.count <= 2 else { return unknown }
    let groups = halves.map { $0.split(separator: ":").flatMap(group) }
    let known = groups.reduce(0) { $0 + $1.count }
    guard known <= 16, halves.count == 2 || known == 16 else { return unknown }
    let zeros = [UInt8?](repeating: 0, count: 16 - known)
    return groups[0] + (halves.count == 2 ? zeros + groups[1] : [])
  }

  private static func group(_ text: Substring) -> [UInt8?] {
    guard text.utf8.count <= 4, let value = UInt16(text, radix: 16) else { return [nil, nil] }
    return [UInt8(value >> 8), UInt8(value & 255)]
  }
}
