extension TcpdumpPrinter {
  /// BOOTP and DHCP (RFC 951 section 3, RFC 2131 section 2).
  mutating func bootp(_ start: Int, _ length: Int) throws(CutShort) {
    current = "bootp"
    let operation = try byte(start)
    put("BOOTP/DHCP, \(operation == 1 ? "Request" : operation == 2 ? "Reply" : "unknown (0x\(hex(operation, 2)))")")
    let (hardware, size) = (try byte(start + 1), try byte(start + 2))
    if hardware == 1, size == 6, operation == 1 {
      guard has(start + 28, 6) else { throw CutShort() }
      put(" from \(mac(start + 28))")
    }
    put(", length \(length)")
    guard has(start + 8, 2) else { throw CutShort() }
    guard isVerbose else { return }
    if hardware != 1 { put(", htype \(hardware)") }
    if hardware != 1 || size != 6 { put(", hlen \(size)") }
    let hops = try byte(start + 3)
    if hops != 0 { put(", hops \(hops)") }
    let transaction = try long(start + 4)
    if transaction != 0 { put(", xid 0x\(hex(transaction))") }
    let seconds = try word(start + 8)
    if seconds != 0 { put(", secs \(seconds)") }
    let control = try word(start + 10)
    put(", Flags [\(flags(UInt32(control), [(0x8000, "Broadcast")]))]\(isVeryVerbose ? " (0x\(hex(control, 4)))" : "")")
    for (offset, name) in [(12, "Client"), (16, "Your"), (20, "Server"), (24, "Gateway")] {
      if try long(start + offset) != 0 { put("\n\t  \(name)-IP \(try ipv4(start + offset))") }
    }
    if hardware == 1, size == 6 {
      guard has(start + 28, 6) else { throw CutShort() }
      put("\n\t  Client-Ethernet-Address \(linkAddress(start + 28))")
    }
    for (offset, room, name) in [(44, 64, "sname"), (108, 128, "file")] where try byte(start + offset) != 0 {
      put("\n\t  \(name) \"")
      let ended = text(start + offset, upTo: room)
      put("\"")
      if !ended { return put(" [|bootp]") }
    }
    let cookie = try long(start + 236)
    switch cookie {
    case 0x6382_5363: try bootpOptions(start + 236)
    case 0x434d_5500: try bootpCMU(start + 236)
    case 0: break
    default: put("\n\t  Vendor-#0x\(hex(cookie))")
    }
  }

  /// Text up to a zero byte; false where none comes within `room` bytes or before the capture's end.
  private mutating func text(_ start: Int, upTo room: Int) -> Bool {
    for index in start..<start + room {
      guard index < end else { return false }
      if bytes[index] == 0 { return true }
      put(character: bytes[index])
    }
    return false
  }

  /// The vendor area of CMU's clients.
  private mutating func bootpCMU(_ start: Int) throws(CutShort) {
    put(" vend-cmu")
    guard has(start + 4, 4) else { throw CutShort() }
    let control = try byte(start + 4)
    if control & ~1 != 0 { put(" F:0x\(hex(control))") }
    let addresses = [
      (12, "DG"), (8, control & 1 != 0 ? "SM" : "SM*"), (16, "NS1"), (20, "NS2"), (24, "IEN1"), (28, "IEN2"),
      (32, "TS1"), (36, "TS2"),
    ]
    for (offset, name) in addresses where try long(start + offset) != 0 { put(" \(name):\(try ipv4(start + offset))") }
  }

  /// Options (RFC 2132), from the magic cookie on.
  private mutating func bootpOptions(_ start: Int) throws(CutShort) {
    put("\n\t  Vendor-rfc1048 Extensions\n\t    Magic Cookie 0x\(hex(try long(start), 8))")
    var offset = start + 4
    while has(offset, 1) {
      let tag = bytes[offset]
      offset += 1
      if tag == 0 { continue }
      if tag == 255 { return }
      let option = BOOTPOption.all[tag] ?? BOOTPOption("Unknown", .unknown)
      guard has(offset, 1) else { throw CutShort() }
      let length = Int(bytes[offset])
      offset += 1
      put("\n\t    \(option.name) (\(tag)), length \(length)\(length > 0 ? ": " : "")")
      guard has(offset, length) else { throw CutShort() }
      let rest = try bootpOption(option, tag, offset, length)
      if rest > 0 { put("\n\t  trailing data length \(rest)") }
      offset += length
    }
  }

  /// Prints an option's value; returns how many bytes at its end are left over.
  private mutating func bootpOption(
    _ option: BOOTPOption, _ tag: UInt8, _ start: Int, _ length: Int
  ) throws(CutShort) -> Int {
    if tag == 53, length == 1 {
      let kind = bytes[start]
      put(kind > 0 && kind < 9 ? BOOTPOption.messages[Int(kind) - 1] : "Unknown (\(kind))")
      return 0
    }
    var format = option.format
    if format == .unknown { format = length % 2 == 1 ? .bytes : length % 4 != 0 ? .shorts : .longs }
    switch format {
    case .parameters:
      for (index, byte) in bytes[start..<start + length].enumerated() {
        put(index % 4 == 0 ? "\n\t      " : ", ")
        let name = BOOTPOption.all[byte]?.name ?? (byte == 0 ? "PAD" : byte == 255 ? "END" : "Unknown")
        put("\(name) (\(byte))")
      }
      return 0
    case .text:
      put("\"")
      for byte in bytes[start..<start + length] { put(character: byte) }
      put("\"")
      return 0
    case .addresses: return try list(start, length, size: 4) { (printer, at) throws(CutShort) in try printer.ipv4(at) }
    case .pairs:
      return try list(start, length, size: 8) { (printer, at) throws(CutShort) in
        "(\(try printer.ipv4(at)):\(try printer.ipv4(at + 4)))"
      }
    case .longs: return try list(start, length, size: 4) { (printer, at) throws(CutShort) in "\(try printer.long(at))" }
    case .signedLongs:
      return try list(start, length, size: 4) { (printer, at) throws(CutShort) in
        "\(Int32(bitPattern: try printer.long(at)))"
      }
    case .shorts:
      return try list(start, length, size: 2) { (printer, at) throws(CutShort) in "\(try printer.word(at))" }
    case .switches:
      return try list(start, length, size: 1) { (printer, at) throws(CutShort) in
        let value = try printer.byte(at)
        return value == 0 ? "N" : value == 1 ? "Y" : "\(value)?"
      }
    case .bytes, .unknown:
      put(bytes[start..<start + length].map { String($0) }.joined(separator: "."))
      return 0
    case .special: return try bootpSpecial(tag, start, length)
    }
  }

  private mutating func list(
    _ start: Int, _ length: Int, size: Int, _ text: (borrowing TcpdumpPrinter, Int) throws(CutShort) -> String
  ) throws(CutShort) -> Int {
    for at in stride(from: 0, to: length - length % size, by: size) {
      put((at > 0 ? "," : "") + (try text(self, start + at)))
    }
    return length % size
  }

  /// Options with a structure of their own.
  private mutating func bootpSpecial(_ tag: UInt8, _ start: Int, _ length: Int) throws(CutShort) -> Int {
    let least: Int = [46: 1, 52: 1, 61: 1, 77: 2, 81: 3, 121: 5, 249: 5][tag] ?? 0
    guard length >= least else {
      put("[ERROR: length < \(least) bytes]")
      return [46, 52, 61].contains(tag) ? length : 0
    }
    switch tag {
    case 46, 52:
      let names =
        tag == 46
        ? [1: "b-node", 2: "p-node", 4: "m-node", 8: "h-node"] : [1: "file", 2: "sname", 3: "file+sname"]
      put(names[Int(bytes[start])] ?? "#\(bytes[start])")
      return length - 1
    case 61: clientIdentifier(start, length)
    case 77: userClasses(start, length)
    case 81: clientName(start, length)
    case 82: return try agentInformation(start, length)
    case 121, 249: try staticRoutes(start, length)
    default:
      put("[unknown special tag \(tag), size \(length)]")
    }
    return 0
  }

  private mutating func clientIdentifier(_ start: Int, _ length: Int) {
    let kind = bytes[start]
    let rest = bytes[start + 1..<start + length]
    if kind == 0 {
      put("\"")
      for byte in rest { put(character: byte) }
      put("\"")
    } else {
      let names: [UInt8: String] = [
        1: "ether", 6: "ieee802", 7: "arcnet", 15: "frelay", 0x17: "strip", 0x18: "ieee1394",
      ]
      put("\(names[kind] ?? "hardware-type \(kind),") ")
      put(rest.map { hex($0, 2) }.joined(separator: ":"))
    }
  }

  private mutating func clientName(_ start: Int, _ length: Int) {
    let control = bytes[start]
    if control & 0xf0 != 0 { put("[ERROR: MBZ nibble 0x\(hex(control >> 4)) != 0] ") }
    if control & 0x0f != 0 {
      let letters = [(1, "S"), (2, "O"), (4, "E"), (8, "N")].filter { control & $0.0 != 0 }.map { $0.1 }.joined()
      put("[\(letters)] ")
    }
    if bytes[start + 1] != 0 || bytes[start + 2] != 0 { put("\(bytes[start + 1])/\(bytes[start + 2]) ") }
    put("\"")
    for byte in bytes[start + 3..<start + length] { put(character: byte) }
    put("\"")
  }

  private mutating func agentInformation(_ start: Int, _ length: Int) throws(CutShort) -> Int {
    let names: [UInt8: String] = [
      1: "Circuit-ID", 2: "Remote-ID", 6: "Subscriber-ID",
    ]
    var offset = start
    let stop = start + length
    while offset + 2 <= stop {
      let (kind, size) = (bytes[offset], Int(bytes[offset + 1]))
      offset += 2
      put("\n\t      \(names[kind] ?? "Unknown") SubOption \(kind), length \(size): ")
      guard offset + size <= stop else {
        out.removeLast(2)
        put(": length goes past end of option")
        return 0
      }
      switch kind {
      case 1, 2, 6: for byte in bytes[offset..<offset + size] { put(character: byte) }
      default: hexDump(offset, size, indent: "\n\t\t")
      }
      offset += size
    }
    return stop - offset
  }

  private mutating func staticRoutes(_ start: Int, _ length: Int) throws(CutShort) {
    var offset = start
    let stop = start + length
    while offset < stop {
      if offset > start { put(",") }
      let width = Int(bytes[offset])
      offset += 1
      guard width <= 32 else { return put("[ERROR: Mask width (\(width)) > 32]") }
      let octets = (width + 7) / 8
      guard stop - offset >= octets + 4 else {
        return put("[ERROR: Remaining length (\(stop - offset)) < \(octets + 4) bytes]")
      }
      var address = bytes[offset..<offset + octets].map { String($0) }
      address += Array(repeating: "0", count: 4 - octets)
      put("(\(width == 0 ? "default" : address.joined(separator: ".") + "/\(width)")")
      put(":\(try ipv4(offset + octets)))")
      offset += octets + 4
    }
  }

  private mutating func userClasses(_ start: Int, _ length: Int) {
    var offset = start
    let stop = start + length
    var number = 1
    while offset < stop {
      let size = Int(bytes[offset])
      offset += 1
      put("\n\t      instance#\(number): ")
      guard size > 0 else { return put("[ERROR: suboption length must be non-zero]") }
      guard offset + size <= stop else { return put("[ERROR: invalid option]") }
      put("\"")
      for byte in bytes[offset..<offset + size] { put(character: byte) }
      put("\", length \(size)")
      number += 1
      offset += size
    }
  }
}

/// An option of BOOTP or DHCP, as tcpdump names and prints it.
struct BOOTPOption {
  enum Format { case addresses, pairs, longs, signedLongs, shorts, bytes, switches, text, parameters, special, unknown }

  let name: String
  let format: Format

  init(_ name: String, _ format: Format) {
    self.name = name
    self.format = format
  }

  /// From 1.
  static let messages = ["Discover", "Offer", "Request", "Decline", "ACK", "NACK", "Release", "Inform"]

  /// By their numbers.
  static let all: [UInt8: BOOTPOption] = {
    let tables: [(Format, [UInt8: String])] = [
      (
        .addresses,
        [
          1: "Subnet-Mask", 3: "Default-Gateway", 4: "Time-Server", 5: "IEN-Name-Server", 6: "Domain-Name-Server",
          7: "LOG", 8: "CS", 9: "LPR-Server", 10: "IM", 11: "RL", 16: "SS", 28: "BR", 32: "RSA", 41: "YS", 42: "NTP",
          44: "Netbios-Name-Server", 45: "WDD", 48: "XFS", 49: "XDM", 50: "Requested-IP", 54: "Server-ID", 65: "N+S",
          68: "MH", 69: "SMTP", 70: "POP3", 71: "NNTP", 72: "WWW", 73: "FG", 74: "IRC", 75: "STS", 76: "STDA",
          92: "Associated-IP", 112: "NI", 118: "SUBNET", 150: "TFTP-Server-Address",
        ]
      ),
      (.pairs, [21: "PF", 33: "Static-Route"]),
      (.longs, [24: "MTU-Timeout", 35: "AT", 38: "KI", 51: "Lease-Time", 58: "RN", 59: "RB"]),
      (.signedLongs, [2: "Time-Zone", 91: "Last-Transaction-Time"]),
      (
        .shorts,
        [
          13: "BS", 22: "RSZ", 25: "MTU-Table", 26: "MTU", 57: "MSZ", 64: "N+D", 93: "ARCH",
          117: "NSSEARCH",
        ]
      ),
      (
        .bytes,
        [
          23: "TTL", 37: "TT", 43: "Vendor-Option", 78: "SLP-DA", 79: "SLP-SCOPE", 83: "ARMT", 89: "FQDNS",
          90: "AUTH", 94: "NDI", 97: "GUID",
        ]
      ),
      (
        .switches,
        [
          19: "IPF", 20: "SRT", 27: "LSN", 29: "MD", 30: "MS", 31: "Router-Discovery", 34: "UT", 36: "IE", 39: "KG",
          116: "NOAUTO",
        ]
      ),
      (
        .text,
        [
          12: "Hostname", 14: "DP", 15: "Domain-Name", 17: "RP", 18: "EP", 40: "YD", 47: "Netbios-Scope", 56: "MSG",
          60: "Vendor-Class", 66: "TFTP", 67: "BF", 80: "SLP-NA", 88: "TZSTR", 95: "LDAP", 98: "UAP", 100: "POSIX-TZ",
          101: "TZ-Name", 113: "NITAG", 114: "URL", 161: "MUD-URL",
        ]
      ),
      (.parameters, [55: "Parameter-Request"]),
      (.bytes, [53: "DHCP-Message"]),
      (
        .special,
        [
          46: "Netbios-Node", 52: "OO", 61: "Client-ID", 77: "User-Class", 81: "FQDN", 82: "Agent-Information",
          121: "Classless-Static-Route", 249: "Classless-Static-Route-Microsoft",
        ]
      ),
    ]
    var options: [UInt8: BOOTPOption] = [:]
    for (format, names) in tables {
      for (number, name) in names { options[number] = BOOTPOption(name, format) }
    }
    return options
  }()
}
