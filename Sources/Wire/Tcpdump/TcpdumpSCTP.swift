extension TcpdumpPrinter {
  /// An association's packet (RFC 9260): ports, then its chunks, a line each where two `-v` are given.
  mutating func sctp(_ start: Int, _ length: Int, _ network: TcpdumpNetwork) throws(CutShort) {
    current = "sctp"
    guard length >= 12 else { return put("truncated-sctp - \(12 - length) bytes missing!") }
    guard has(start, 12) else { throw CutShort() }
    let ports = (try word(start), try word(start + 2))
    try endpoints(ports, network, 132)
    put("sctp")
    if let priority = Self.forwardingPorts[ports.0] ?? Self.forwardingPorts[ports.1] { put("[\(priority)]") }
    try sctpChunks(start + 12, start + length)
  }

  private mutating func sctpChunks(_ start: Int, _ limit: Int) throws(CutShort) {
    var chunk = start
    var number = 0
    while chunk < limit {
      number += 1
      let lead = isVeryVerbose ? "\n\t\(number)) " : number == 1 ? " (\(number)) " : ", (\(number)) "
      guard limit - chunk >= 4 else { return put(lead + "[chunk descriptor cut off at end of packet]") }
      guard has(chunk, 4) else { throw CutShort() }
      let length = Int(try word(chunk + 2))
      guard length >= 4 else { return put(lead + "[Bad chunk length \(length), < size of chunk descriptor]") }
      guard has(chunk, length) else { throw CutShort() }
      let type = try byte(chunk)
      put(lead + (Self.chunkNames[type].map { "[\($0)] " } ?? "[Unknown chunk type: 0x\(hex(type))] "))
      if try !sctpChunk(type, chunk, length) { return put("bogus chunk length \(length)]") }
      let padded = (length + 3) / 4 * 4
      guard has(chunk, padded) else { throw CutShort() }
      chunk += padded
    }
  }

  /// What a chunk holds after its four first bytes; false where its length leaves no room for that.
  private mutating func sctpChunk(_ type: UInt8, _ start: Int, _ length: Int) throws(CutShort) -> Bool {
    switch type {
    case 0: return try sctpData(start, length)
    case 1, 2:
      guard length >= 20 else { return false }
      put("[init tag: \(try long(start + 4))] [rwnd: \(try long(start + 8))] ")
      put("[OS: \(try word(start + 12))] [MIS: \(try word(start + 14))] [init TSN: \(try long(start + 16))] ")
    case 3:
      guard length >= 16 else { return false }
      return try selectiveAcknowledgment(start, length)
    default: break
    }
    return true
  }

  private mutating func sctpData(_ start: Int, _ length: Int) throws(CutShort) -> Bool {
    let flags = try byte(start + 1)
    let names = zip([4, 2, 1], ["(U)", "(B)", "(E)"]).filter { flags & $0.0 != 0 }.map(\.1)
    if !names.isEmpty { put(names.joined() + " ") }
    guard length >= 16 else { return false }
    put("[TSN: \(try long(start + 4))] [SID: \(try word(start + 8))] [SSEQ \(try word(start + 10))] ")
    let payload = try long(start + 12)
    put("[PPID \(Self.payloadProtocols[payload] ?? "0x\(hex(payload))")] ")
    guard length > 16 else { return false }
    guard isVeryVerbose else { return true }
    put("[Payload")
    // The bytes are not shown twice.
    if style.dump == .none {
      put(":")
      hexAndText(start + 16..<start + length)
    }
    put("]")
    return true
  }

  private mutating func selectiveAcknowledgment(_ start: Int, _ length: Int) throws(CutShort) -> Bool {
    let acknowledged = try long(start + 4)
    let counts = (gaps: Int(try word(start + 12)), duplicates: Int(try word(start + 14)))
    put("[cum ack \(acknowledged)] [a_rwnd \(try long(start + 8))] ")
    put("[#gap acks \(counts.gaps)] [#dup tsns \(counts.duplicates)] ")
    var offset = start + 16
    var (gap, duplicate) = (0, 0)
    // What the chunk has no room for is not missed, unless it ends within a block.
    while offset < start + length, gap + duplicate < counts.gaps + counts.duplicates {
      guard offset + 4 <= start + length else { return false }
      if gap < counts.gaps {
        gap += 1
        let block = (acknowledged &+ UInt32(try word(offset)), acknowledged &+ UInt32(try word(offset + 2)))
        put("\n\t\t[gap ack block #\(gap): start = \(block.0), end = \(block.1)] ")
      } else {
        duplicate += 1
        put("\n\t\t[dup TSN #\(duplicate): \(try long(offset))] ")
      }
      offset += 4
    }
    return true
  }

  /// As tcpdump words them (RFC 9260 section 3.2, RFC 3758; 12 and 13 of RFC 4960).
  private static let chunkNames: [UInt8: String] = [
    0: "DATA", 1: "INIT", 2: "INIT ACK", 3: "SACK", 4: "HB REQ", 5: "HB ACK", 6: "ABORT", 7: "SHUTDOWN",
    8: "SHUTDOWN ACK", 9: "OP ERR", 10: "COOKIE ECHO", 11: "COOKIE ACK", 12: "ECN ECHO", 13: "ECN CWR",
    14: "SHUTDOWN COMPLETE", 0xc0: "FOR CUM TSN", 0xc1: "REL CTRL", 0xc2: "REL CTRL ACK",
  ]

  /// The priorities of forwarding and control element separation by port (RFC 5811 section 4.2.1).
  private static let forwardingPorts: [UInt16: String] = [6704: "ForCES HP", 6705: "ForCES MP", 6706: "ForCES LP"]

  /// SCTP payload protocol identifiers (IANA) that tcpdump names.
  private static let payloadProtocols: [UInt32: String] = [
    1: "ISDN Q.921", 2: "M2UA", 3: "M3UA", 4: "SUA", 5: "M2PA", 6: "V5.2", 7: "H.248", 8: "BICC", 9: "TALI", 10: "DUA",
    11: "ASAP", 12: "ENRP", 13: "H.323", 14: "Q.IPC", 15: "SIMCO", 16: "DDPSC", 17: "DDPSSC", 18: "S1AP", 19: "RUA",
    20: "HNBAP", 21: "ForCES HP", 22: "ForCES MP", 23: "ForCES LP", 24: "SBc-AP", 25: "NBAP", 27: "X2AP",
  ]
}
