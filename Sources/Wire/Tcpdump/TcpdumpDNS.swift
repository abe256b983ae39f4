extension TcpdumpPrinter {
  /// A DNS message of `length` bytes; over TCP its length stands before it.
  mutating func domain(_ start: Int, _ length: Int, overTCP: Bool, isMulticast: Bool) throws(CutShort) {
    current = "domain"
    var start = start
    var length = length
    if overTCP {
      guard length >= 2 else {
        put(" [DNS over TCP: length \(length) < 2]")
        return putInvalid()
      }
      length -= 2
      guard try Int(word(start)) == length else {
        put(" [prefix length(\(try word(start))) != length(\(length))]")
        return putInvalid()
      }
      start += 2
      put(" ")
    }
    guard length >= 12 else {
      put("domain [length \(length) < 12]")
      return putInvalid()
    }
    guard has(start, 12) else { return putCut() }
    let control = try word(start + 2)
    let isWhole =
      control & 0x8000 != 0
      ? try response(start, control, isMulticast) : try request(start, control, isMulticast)
    guard isWhole else { return putCut() }
    put(" (\(length))")
  }

  private mutating func response(_ start: Int, _ control: UInt16, _ isMulticast: Bool) throws(CutShort) -> Bool {
    let counts = [4, 6, 8, 10].map { bytes[...].uint16(at: start + $0) ?? 0 }
    let code = try responseCode(start, control, counts)
    put("\(try word(start))\(Self.operations[Int(control >> 11 & 15)])")
    put(Self.responses[safely: code] ?? " Resp\(code & 0xfff)")
    put((control & 0x400 != 0 ? "*" : "") + (control & 0x80 != 0 ? "" : "-"))
    put((control & 0x200 != 0 ? "|" : "") + (control & 0x20 != 0 ? "$" : ""))
    if counts[0] != 1 { put(" [\(counts[0])q]") }
    var at = start + 12
    for index in 0..<counts[0] {
      guard isVeryVerbose else {
        guard let next = skipName(at) else { return false }
        at = next + 4
        continue
      }
      put(index > 0 ? ", q:" : " q:")
      guard let next = try question(at, start, isMulticast) else { return false }
      at = next
    }
    put(" \(counts[1])/\(counts[2])/\(counts[3])")
    guard let answers = try records(counts[1], at, start, isMulticast, title: "", always: true) else { return false }
    // Authorities and additional records are shown by -vv.
    guard isVeryVerbose else { return true }
    guard let authorities = try records(counts[2], answers, start, isMulticast, title: " ns:", always: false),
      try records(counts[3], authorities, start, isMulticast, title: " ar:", always: false) != nil
    else { return false }
    return true
  }

  private mutating func request(_ start: Int, _ control: UInt16, _ isMulticast: Bool) throws(CutShort) -> Bool {
    let counts = [4, 6, 8, 10].map { bytes[...].uint16(at: start + $0) ?? 0 }
    let operation = Int(control >> 11 & 15)
    put("\(try word(start))\(Self.operations[operation])")
    put((control & 0x100 != 0 ? "+" : "") + (control & 0x10 != 0 ? "%" : ""))
    if control & 0x6cf != 0 { put(" [b2&3=0x\(hex(control))]") }
    if operation == 1 {
      put((counts[0] != 0 ? " [\(counts[0])q]" : "") + (counts[1] != 1 ? " [\(counts[1])a]" : ""))
    } else {
      put((counts[1] != 0 ? " [\(counts[1])a]" : "") + (counts[0] != 1 ? " [\(counts[0])q]" : ""))
    }
    put((counts[2] != 0 ? " [\(counts[2])n]" : "") + (counts[3] != 0 ? " [\(counts[3])au]" : ""))
    var at = start + 12
    var left = counts[0]
    while left > 0, left == counts[0] || at < end {
      guard let next = try question(at, start, isMulticast) else { return false }
      at = next
      left -= 1
    }
    guard left == 0 else { return false }
    guard let answers = try records(counts[1], at, start, isMulticast, title: "", always: true) else { return false }
    // Authorities and additional records are shown by -vv.
    guard isVeryVerbose else { return true }
    guard let authorities = try records(counts[2], answers, start, isMulticast, title: " ns:", always: false),
      try records(counts[3], authorities, start, isMulticast, title: " ar:", always: false) != nil
    else { return false }
    return true
  }

  /// Prints a section; returns where it ends, `nil` where it is cut short.
  private mutating func records(
    _ count: UInt16, _ start: Int, _ message: Int, _ isMulticast: Bool, title: String, always: Bool
  ) throws(CutShort) -> Int? {
    var at = start
    for index in 0..<count {
      guard at < end || always && index == 0 else { return nil }
      put(index == 0 ? title : ",")
      guard let next = try record(at, message, isMulticast) else { return nil }
      at = next
    }
    return at
  }

  /// The code of the header with the upper bits that an OPT record may add.
  private func responseCode(_ start: Int, _ control: UInt16, _ counts: [UInt16]) throws(CutShort) -> Int {
    let code = Int(control & 15)
    var at = start + 12
    for _ in 0..<counts[0] {
      guard let next = skipName(at), next + 4 < end else { return code }
      at = next + 4
    }
    for _ in 0..<Int(counts[1]) + Int(counts[2]) {
      guard let next = skipName(at), next + 10 <= end else { return code }
      at = next + 10 + Int(try word(next + 8))
      guard at < end else { return code }
    }
    for _ in 0..<counts[3] {
      guard let next = skipName(at), next + 5 <= end else { return code }
      if try word(next) == 41 { return code | Int(bytes[next + 4]) << 4 }
      guard next + 10 <= end else { return code }
      at = next + 10 + Int(try word(next + 8))
      guard at < end else { return code }
    }
    return code
  }

  private mutating func question(_ start: Int, _ message: Int, _ isMulticast: Bool) throws(CutShort) -> Int? {
    guard let after = skipName(start), has(after, 4) else { return nil }
    put(" \(typeName(try word(after)))")
    let stored = try word(after + 2)
    putClass(isMulticast ? stored & 0x7fff : stored)
    if isMulticast { put(stored & 0x8000 != 0 ? " (QU)" : " (QM)") }
    put("? ")
    return try domainName(start, message: message).map { $0 + 4 }
  }

  private mutating func record(_ start: Int, _ message: Int, _ isMulticast: Bool) throws(CutShort) -> Int? {
    if isVerbose { put(" ") }
    guard let after = isVerbose ? try domainName(start, message: message) : skipName(start) else { return nil }
    guard has(after, 10) else { return end }
    let type = try word(after)
    let stored = try word(after + 2)
    let kind = isMulticast ? stored & 0x7fff : stored
    if type != 41 { putClass(kind) }
    if isMulticast, stored & 0x8000 != 0 { put(" (Cache flush)") }
    if style.verbosity > 2 { put(" [\(duration(try long(after + 4)))]") }
    let data = after + 10
    let next = data + Int(try word(after + 8))
    put(" \(typeName(type))")
    guard next <= end else { return nil }
    return try recordData(type, data, next, message, kind, try word(after + 6)) ? next : nil
  }

  /// False where the data is cut short.
  private mutating func recordData(
    _ type: UInt16, _ start: Int, _ next: Int, _ message: Int, _ kind: UInt16, _ control: UInt16
  ) throws(CutShort) -> Bool {
    switch type {
    case 1:
      guard has(start, 4) else { return false }
      put(" \(IPv4Address(rawValue: try long(start)))")
    case 2, 5, 12, 39:
      put(" ")
      return try domainName(start, message: message) != nil
    case 6:
      put(" ")
      guard let first = try domainName(start, message: message) else { return false }
      put(" ")
      guard let numbers = try domainName(first, message: message), has(numbers, 20) else { return false }
      for index in 0..<5 { put(" \(try long(numbers + index * 4))") }
    case 15:
      put(" ")
      guard has(start, 2), try domainName(start + 2, message: message) != nil else { return false }
      put(" \(try word(start))")
    case 16:
      var at = start
      while at < next {
        put(" \"")
        guard has(at, 1) else { return false }
        let length = Int(bytes[at])
        for index in at + 1..<max(at + 1, min(at + 1 + length, end)) { put(character: bytes[index]) }
        guard at + 1 + length <= end else { return false }
        at += 1 + length
        put("\"")
      }
    case 33:
      put(" ")
      guard has(start, 6), try domainName(start + 6, message: message) != nil else { return false }
      put(":\(try word(start + 4)) \(try word(start)) \(try word(start + 2))")
    case 28:
      guard has(start, 16) else { return false }
      put(" \(try ipv6(start))")
    case 41: return try extensionRecord(start, next, kind, control)
    case 256:
      guard has(start, 4) else { return false }
      put(" \(try word(start)) \(try word(start + 2)) ")
      for index in start + 4..<max(start + 4, next) { put(character: bytes[index]) }
    case 250: return try signature(start, message)
    default: break
    }
    return true
  }

  private mutating func signature(_ start: Int, _ message: Int) throws(CutShort) -> Bool {
    put(" ")
    guard let name = try domainName(start, message: message) else { return false }
    var at = name + 6
    for title in ["fudge", "maclen", "origid", "error", "otherlen"] {
      guard has(at, 2) else { return false }
      put(" \(title)=\(try word(at))")
      at += 2 + (title == "maclen" ? Int(try word(at)) : 0)
    }
    return true
  }

  private func typeName(_ type: UInt16) -> String { Self.typeNames[type] ?? "Type\(type)" }

  private mutating func putClass(_ kind: UInt16) {
    guard kind != 1 else { return }
    put(" " + ([3: "CHAOS", 4: "HS", 255: "ANY"][kind] ?? "(Class \(kind))"))
  }

  private static let operations = [
    "", " inv_q", " stat", " op3", " notify", " update", " op6", " op7", " op8", " updateA", " updateD", " updateDA",
    " updateM", " updateMA", " zoneInit", " zoneRef",
  ]
  private static let responses = [
    "", " FormErr", " ServFail", " NXDomain", " NotImp", " Refused", " YXDomain", " YXRRSet", " NXRRSet", " NotAuth",
    " NotZone", " Resp11", " Resp12", " Resp13", " Resp14", " NoChange", " BadVers", "Resp17", " Resp18", " Resp19",
    " Resp20", "Resp21", " Resp22", " BadCookie",
  ]
  private static let typeNames: [UInt16: String] = [
    1: "A", 2: "NS", 3: "MD", 4: "MF", 5: "CNAME", 6: "SOA", 7: "MB", 8: "MG", 9: "MR", 10: "NULL", 11: "WKS",
    12: "PTR", 13: "HINFO", 14: "MINFO", 15: "MX", 16: "TXT", 17: "RP", 18: "AFSDB", 19: "X25", 20: "ISDN", 21: "RT",
    22: "NSAP", 23: "NSAP_PTR", 24: "SIG", 25: "KEY", 26: "PX", 27: "GPOS", 28: "AAAA", 29: "LOC", 30: "NXT",
    31: "EID", 32: "NIMLOC", 33: "SRV", 34: "ATMA", 35: "NAPTR", 36: "KX", 37: "CERT", 38: "A6", 39: "DNAME",
    40: "SINK", 41: "OPT", 42: "APL", 43: "DS", 44: "SSHFP", 45: "IPSECKEY", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY",
    99: "SPF", 100: "UINFO", 101: "UID", 102: "GID", 103: "UNSPEC", 104: "UNSPECA", 249: "TKEY", 250: "TSIG",
    251: "IXFR", 252: "AXFR", 253: "MAILB", 254: "MAILA", 255: "ANY", 256: "URI",
  ]
}
