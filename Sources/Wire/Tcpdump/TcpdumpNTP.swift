extension TcpdumpPrinter {
  /// Network time (RFC 5905 section 7.3; control messages RFC 9327 section 2).
  mutating func ntp(_ start: Int, _ length: Int) throws(CutShort) {
    current = "ntp"
    let first = try byte(start)
    let version = first >> 3 & 7
    let mode = first & 7
    put("NTPv\(version), \(Self.ntpModes[Int(mode)]), length \(length)")
    guard isVerbose else { return }
    let leap = first & 0xc0
    put("\n\tLeap indicator: \(Self.ntpLeaps[Int(leap >> 6)]) (\(leap))")
    switch mode {
    case 0...5: try ntpTime(start, length)
    case 6: try ntpControl(start, length)
    default: break
    }
  }

  private mutating func ntpTime(_ start: Int, _ length: Int) throws(CutShort) {
    guard length >= 48 else { return try ntpInvalid(start, length) }
    let stratum = try byte(start + 1)
    let name = stratum == 0 ? "unspecified" : stratum == 1 ? "primary reference" : nil
    put(", Stratum \(stratum) (\(name ?? (stratum <= 15 ? "secondary reference" : "reserved")))")
    let poll = Int8(bitPattern: try byte(start + 2))
    put(", poll \(poll)\(ntpInterval(poll))")
    put(", precision \(Int8(bitPattern: try byte(start + 3)))")
    put("\n\tRoot Delay: \(try ntpShort(start + 4))")
    put(", Root dispersion: \(try ntpShort(start + 8))")
    guard has(start + 12, 4) else { throw CutShort() }
    put(", Reference-ID: ")
    switch stratum {
    case 0: put("(unspec)")
    case 1: for index in start + 12..<start + 16 { put(character: bytes[index]) }
    case 62: return put("\(try ipv4(start + 12)) INFO_QUERY")
    case 63: return put("\(try ipv4(start + 12)) INFO_REPLY")
    default: put("0x\(hex(try long(start + 12), 8))")
    }
    put("\n\t  Reference Timestamp:  \(try ntpStamp(start + 16))")
    put("\n\t  Originator Timestamp: \(try ntpStamp(start + 24))")
    put("\n\t  Receive Timestamp:    \(try ntpStamp(start + 32))")
    put("\n\t  Transmit Timestamp:   \(try ntpStamp(start + 40))")
    put("\n\t    Originator - Receive Timestamp:  \(try ntpDelta(start + 24, start + 32))")
    put("\n\t    Originator - Transmit Timestamp: \(try ntpDelta(start + 24, start + 40))")
    switch length {
    case 48: break
    case 52: put("\n\tKey id: \(try long(start + 48))")
    case 68, 72:
      put("\n\tKey id: \(try long(start + 48))")
      guard has(start + 52, length - 52) else { throw CutShort() }
      put("\n\tAuthentication: \(bytes[start + 52..<start + length].map { hex($0, 2) }.joined())")
    default: put("\n\t(\(length - 48) more bytes after the header)")
    }
  }

  private mutating func ntpControl(_ start: Int, _ length: Int) throws(CutShort) {
    guard length >= 12 else { return try ntpInvalid(start, length) }
    let control = try byte(start + 1)
    put(control & 0x80 != 0 ? ", Response" : ", Request")
    put(control & 0x40 != 0 ? ", Error" : ", OK")
    put(control & 0x20 != 0 ? ", More" : ", Last")
    put(", OpCode=\(control & 0x1f)")
    put("\n")
    put("\tSequence=\(try word(start + 2))")
    put(", Status=0x\(hex(try word(start + 4)))")
    put(", Assoc.=\(try word(start + 6))")
    put(", Offset=\(try word(start + 8))")
    let count = try word(start + 10)
    put(", Count=\(count)")
    guard Int(count) <= length - 12 else { return try ntpInvalid(start, length) }
    guard count > 0 else { return }
    guard has(start + 12, Int(count)) else { throw CutShort() }
    put("\n\tTO-BE-DONE: data not interpreted")
  }

  private mutating func ntpInvalid(_ start: Int, _ length: Int) throws(CutShort) {
    putInvalid()
    guard has(start, length) else { throw CutShort() }
  }

  /// ` (64s)`, a fraction for a negative exponent; nothing where 32 bits do not hold it.
  private func ntpInterval(_ poll: Int8) -> String {
    guard abs(Int(poll)) < 32 else { return "" }
    let interval = 1 << UInt32(abs(Int(poll))) as UInt32
    return poll >= 0 ? " (\(interval)s)" : " (1/\(interval)s)"
  }

  /// Seconds in 16.16 bits, with six decimals.
  private func ntpShort(_ start: Int) throws(CutShort) -> String {
    let whole = try word(start)
    let fraction = UInt64(try word(start + 2)) * 1_000_000 / 65_536
    return "\(whole)." + padded(fraction, 6)
  }

  /// Seconds since 1900 in 32.32 bits, with nine decimals, and the date where there is one.
  private func ntpStamp(_ start: Int) throws(CutShort) -> String {
    let (whole, fraction) = (try long(start), try long(start + 4))
    return ntpText(whole, fraction) + (whole == 0 ? "" : " (\(Self.date(whole)))")
  }

  /// The second time less the first; as tcpdump has it, the second itself where the first is not set.
  private func ntpDelta(_ first: Int, _ second: Int) throws(CutShort) -> String {
    let (from, to) = (try quad(first), try quad(second))
    if from == 0 { return try ntpStamp(second) }
    let (sign, difference) = to > from ? ("+", to - from) : ("-", from - to)
    return sign + ntpText(UInt32(difference >> 32), UInt32(truncatingIfNeeded: difference))
  }

  private func ntpText(_ whole: UInt32, _ fraction: UInt32) -> String {
    "\(whole)." + padded((UInt64(fraction) * 1_000_000_000) >> 32, 9)
  }

  private func padded(_ value: UInt64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// `2021-09-30T09:21:04Z` of a number of seconds since 1900, of the era that began then.
  private static func date(_ seconds: UInt32) -> String {
    let unix = Int64(seconds) - 2_208_988_800
    let second = (unix % 86_400 + 86_400) % 86_400
    let date = CivilDate(daysSince1970: (unix - second) / 86_400)
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return
      "\(date.year)-\(two(date.month))-\(two(date.day))T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
  }

  private static let ntpModes = [
    "unspecified", "symmetric active", "symmetric passive", "Client", "Server", "Broadcast", "Control Message",
    "Reserved",
  ]
  private static let ntpLeaps = ["", "+1s", "-1s", "clock unsynchronized"]
}
