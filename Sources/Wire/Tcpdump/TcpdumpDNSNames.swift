extension TcpdumpPrinter {
  /// Where the name at `start` ends; `nil` where it is cut short or of no known kind.
  func skipName(_ start: Int) -> Int? {
    var at = start
    while has(at, 1) {
      let head = bytes[at]
      at += 1
      switch head >> 6 {
      case 0:
        if head == 0 { return at }
        at += Int(head)
      case 3: return at + 1
      case 1:
        guard head == 0x41, has(at, 1) else { return nil }
        at += 1 + (bytes[at] == 0 ? 256 : Int(bytes[at]) + 7) / 8
      default: return nil
      }
    }
    return nil
  }

  /// Prints a name; returns where it ends, `nil` where it is cut short or makes no sense. Pointers must point backwards,
  /// each before the last, so that printing ends.
  mutating func domainName(_ start: Int, message: Int) throws(CutShort) -> Int? {
    var at = start
    var limit = start - message
    var afterPointer: Int?
    var size = 0
    guard let first = labelHead(at) else { return nil }
    if first == 0 {
      put(".")
      return at + 1
    }
    while true {
      guard let head = labelHead(at) else { return nil }
      guard head != 0 else { break }
      at += 1
      switch head >> 6 {
      case 3:
        if afterPointer == nil { afterPointer = at + 1 }
        guard has(at, 1) else { return nil }
        let offset = Int(head & 0x3f) << 8 | Int(bytes[at])
        guard offset < limit else {
          put("<BAD PTR>")
          return nil
        }
        limit = offset
        at = message + offset
        continue
      case 1: return nil
      default:
        let length = Int(head)
        let shown = max(0, min(length, 255 - size))
        if size + length <= 255 || size < 255 {
          for index in at..<max(at, min(at + shown, end)) { put(character: bytes[index]) }
          guard at + shown <= end else { return nil }
        }
        size += length
        at += length
      }
      if size <= 255 { put(".") }
      size += 1
    }
    if size > 255 { put("<DOMAIN NAME TOO LONG>") }
    return afterPointer ?? at + 1
  }

  private mutating func labelHead(_ at: Int) -> UInt8? {
    guard has(at, 1) else { return nil }
    let head = bytes[at]
    if head >> 6 == 2 { put("<BAD LABEL TYPE>") }
    if head >> 6 == 1, head != 0x41 { put("<ELT \(head & 0x3f)>") }
    return head >> 6 == 0 || head >> 6 == 3 ? head : nil
  }

  /// The OPT record of EDNS (RFC 6891) and its options.
  mutating func extensionRecord(_ start: Int, _ next: Int, _ size: UInt16, _ control: UInt16) throws(CutShort) -> Bool {
    put(" UDPsize=\(size)" + (control & 0x8000 != 0 ? " DO" : ""))
    guard start < next else { return true }
    put(" [")
    var at = start
    while at < next {
      guard has(at, 2) else { return false }
      let code = try word(at)
      put(Self.extensionOptions[code] ?? "Opt\(code)")
      guard has(at + 2, 2) else { return false }
      let length = Int(try word(at + 2))
      guard has(at + 4, length) else { return false }
      if length > 0 {
        put(" ")
        try extensionOption(code, at + 4, length)
      }
      at += 4 + length
      if at < next { put(",") }
    }
    put("]")
    return true
  }

  private mutating func extensionOption(_ code: UInt16, _ at: Int, _ length: Int) throws(CutShort) {
    let data = bytes[at..<at + length]
    func names(_ table: [UInt8: String]) -> String {
      data.map { table[$0] ?? "Alg_\($0)" }.joined(separator: " ")
    }
    switch code {
    case 5: put(names(Self.signatureAlgorithms))
    case 6: put(names([1: "SHA-1", 2: "SHA-256", 3: "GOST_R_34.11-94", 4: "SHA-384"]))
    case 7: put(names([1: "SHA-1"]))
    case 8: try clientSubnet(at, length)
    case 9:
      guard length == 4 else { return putInvalid() }
      put("\(try long(at)) sec")
    case 10:
      guard length == 8 || (16...40).contains(length) else { return putInvalid() }
      put(data.prefix(8).hex + (length > 8 ? " " + data.dropFirst(8).hex : ""))
    case 11:
      guard length == 2 else { return putInvalid() }
      let tenths = try word(at)
      put("\(tenths / 10).\(tenths % 10) sec")
    case 12: put("(\(length))")
    case 13: _ = try domainName(at, message: at + length)
    case 14:
      guard length % 2 == 0 else { return putInvalid() }
      for index in stride(from: 0, to: length, by: 2) { put((index > 0 ? " " : "") + "\(try word(at + index))") }
    default: put(data.hex)
    }
  }

  private mutating func clientSubnet(_ at: Int, _ length: Int) throws(CutShort) {
    guard length >= 4 else { return putInvalid() }
    let family = try word(at)
    let source = Int(try byte(at + 2))
    let scope = Int(try byte(at + 3))
    let width = family == 1 ? 32 : family == 2 ? 128 : 0
    guard width > 0, (length - 4) * 8 <= width, source <= width, scope <= width, (source + 7) / 8 == length - 4 else {
      return putInvalid()
    }
    let padded = Array(bytes[at + 4..<at + length]) + [UInt8](repeating: 0, count: 16)
    let address =
      family == 1 ? IPv4Address(bytes: padded[...])?.description : IPv6Address(bytes: padded[...])?.description
    put("\(address ?? "")/\(source)/\(scope)")
  }

  private static let extensionOptions: [UInt16: String] = [
    1: "LLQ", 2: "UL", 3: "NSID", 5: "DAU", 6: "DHU", 7: "N3U", 8: "ECS", 9: "EXPIRE", 10: "COOKIE", 11: "KEEPALIVE",
    12: "PADDING", 13: "CHAIN", 14: "KEY-TAG", 16: "CLIENT-TAG", 17: "SERVER-TAG",
  ]
  private static let signatureAlgorithms: [UInt8: String] = [
    0: "DELETE", 1: "RSAMD5", 2: "DH", 3: "DS", 5: "RSASHA1", 6: "DSA-NSEC3-SHA1", 7: "RSASHA1-NSEC3-SHA1",
    8: "RSASHA256", 10: "RSASHA512", 12: "ECC-GOST", 13: "ECDSAP256SHA256", 14: "ECDSAP384SHA384", 15: "ED25519",
    16: "ED448", 252: "INDIRECT", 253: "PRIVATEDNS", 254: "PRIVATEOID",
  ]
}
