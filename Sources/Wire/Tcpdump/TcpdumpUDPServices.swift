extension TcpdumpPrinter {
  /// A line of the system log (RFC 3164 section 4.1.1): `<priority>` and the message.
  mutating func syslog(_ start: Int, _ length: Int) throws(CutShort) {
    current = "syslog"
    let limit = 5
    var index = 0
    var priority = 0
    var isClosed = false
    var opens = false
    while index < limit {
      let byte = try byte(start + index)
      if byte == 0x3c, index == 0 {
        opens = true
      } else if byte == 0x3e, opens {
        isClosed = true
        index += 1
        break
      } else if opens, (0x30...0x39).contains(byte) {
        priority = priority * 10 + Int(byte - 0x30)
      } else {
        return putInvalid()
      }
      index += 1
    }
    guard isClosed else { return putInvalid() }
    let (severity, facility) = (priority & 7, priority >> 3)
    guard isVerbose else {
      let name = facility < Self.facilities.count ? Self.facilities[facility] : "unknown (\(facility))"
      return put("SYSLOG \(name).\(Self.severities[severity]), length: \(length)")
    }
    put("SYSLOG, length: \(length)\n\tFacility ")
    put("\(facility < Self.facilities.count ? Self.facilities[facility] : "unknown (\(facility))") (\(facility))")
    put(", Severity \(Self.severities[severity]) (\(severity))\n\tMsg: ")
    for at in index..<max(index, length) { put(character: try byte(start + at)) }
    if isVeryVerbose { hexDump(start, length, indent: "\n\t") }
  }

  /// Trivial file transfer (RFC 1350 section 5, options RFC 2347).
  mutating func tftp(_ start: Int, _ length: Int) throws(CutShort) {
    current = "tftp"
    put("TFTP, length \(length)")
    guard length >= 2 else { throw CutShort() }
    let operation = try word(start)
    put(", \(Self.tftpOperations[operation] ?? "tftp-#\(operation)")")
    var at = start + 2
    let stop = start + length
    switch operation {
    case 1, 2:
      guard at < stop else { throw CutShort() }
      put(" \"")
      try tftpString(&at, stop, closing: "\"")
      guard at < stop else { throw CutShort() }
      put(" ")
      try tftpString(&at, stop)
      try tftpOptions(&at, stop)
    case 6: try tftpOptions(&at, stop)
    case 3, 4:
      guard at + 2 <= stop else { throw CutShort() }
      put(" block \(try word(at))")
    case 5:
      guard at + 2 <= stop else { throw CutShort() }
      let code = try word(at)
      put(" \(Self.tftpErrors[code] ?? "tftp-err-#\(code) \"")")
      at += 2
      guard at < stop else { throw CutShort() }
      put(" \"")
      try tftpString(&at, stop, closing: "\"")
    default: break
    }
  }

  private mutating func tftpOptions(_ at: inout Int, _ stop: Int) throws(CutShort) {
    while at < stop {
      if try byte(at) != 0 { put(" ") }
      try tftpString(&at, stop)
    }
  }

  /// Text up to the next zero byte, past which `at` is moved, and what closes it in either case.
  private mutating func tftpString(_ at: inout Int, _ stop: Int, closing: String = "") throws(CutShort) {
    while at < stop {
      guard has(at, 1), bytes[at] != 0 else { break }
      put(character: bytes[at])
      at += 1
    }
    put(closing)
    guard at < stop, has(at, 1) else { throw CutShort() }
    at += 1
  }

  /// A virtual network's frame in a datagram (RFC 7348 section 5).
  mutating func vxlan(_ start: Int, _ length: Int) throws(CutShort) {
    current = "vxlan"
    put("VXLAN")
    guard length >= 8 else { return putInvalid() }
    let control = try byte(start)
    put(", flags [\(control & 0x08 != 0 ? "I" : "invalid")] (0x\(hex(control, 2)))")
    put(", ")
    let network = UInt32(try word(start + 4)) << 8 | UInt32(try byte(start + 6))
    put("vni \(network)\n")
    guard has(start, 8) else { throw CutShort() }
    current = "ether"
    _ = try ethernet(start + 8, length - 8)
  }

  private static let facilities = [
    "kernel", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp",
    "security", "console", "cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
  ]
  private static let severities = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"]
  private static let tftpOperations: [UInt16: String] = [
    1: "RRQ", 2: "WRQ", 3: "DATA", 4: "ACK", 5: "ERROR", 6: "OACK",
  ]
  private static let tftpErrors: [UInt16: String] = [
    0: "EUNDEF", 1: "ENOTFOUND", 2: "EACCESS", 3: "ENOSPACE", 4: "EBADOP", 5: "EBADID", 6: "EEXISTS", 7: "ENOUSER",
  ]
}
