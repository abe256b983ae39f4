extension Hping3Option {
  /// The options that say what is sent; those that only change what hping3 prints are taken and do nothing, and those
  /// that make it something else than a sender are refused by name.
  static let all: [Hping3Option] =
    sending + tcp + icmp
    + printing + refused

  private static let printing: [Hping3Option] =
    [
      ("n", "numeric", Hping3.Printing.numeric), ("q", "quiet", .quiet), ("V", "verbose", .verbose),
      ("D", "debug", .debug), ("z", "bind", []), ("Z", "unbind", []), ("W", "winid", .swappedIdentification),
      ("r", "rel", .relativeIdentification), ("Q", "seqnum", .sequenceNumbers), ("j", "dump", .hexDump),
      ("J", "print", .textDump), (nil, "beep", .beep), (nil, "tcpexitcode", .flagsAsStatus),
    ].map { (entry: (Character?, String, Hping3.Printing)) in
      flag(entry.0, entry.1) { $0.printing.formUnion(entry.2) }
    }
    + [
      Hping3Option(short: "I", long: "interface", needsArgument: true) { (command, text) throws(PacketCommandError) in
        command.interface = text
      },
      Hping3Option(short: "8", long: "scan", needsArgument: true) { (command, text) throws(PacketCommandError) in
        command.scannedPorts = text
        // A scan does not wait between its packets.
        command.interval = 0
      },
    ]

  private static let sending: [Hping3Option] = [
    number("c", "count", 1...Int(Int32.max)) { $0.count = $1 },
    Hping3Option(short: "i", long: "interval", needsArgument: true) { (command, text) throws(PacketCommandError) in
      let isMicroseconds = text.hasPrefix("u")
      let number = try value(isMicroseconds ? String(text.dropFirst()) : text, of: "interval", in: 0...Int(Int32.max))
      command.interval = isMicroseconds ? number : number * 1_000_000
    },
    // What the program does, not what its help says: ten a second, and as many as go.
    flag(nil, "fast") { $0.interval = 100_000 },
    flag(nil, "faster") { $0.interval = 1 },
    flag(nil, "flood") {
      $0.interval = 0
      $0.floods = true
    },
    flag("0", "rawip") { $0.mode = .raw },
    flag("1", "icmp") { $0.mode = .icmp },
    flag("2", "udp") { $0.mode = .udp },
    Hping3Option(short: "a", long: "spoof", needsArgument: true) { (command, text) throws(PacketCommandError) in
      command.source = try address(text, of: "spoof")
    },
    flag(nil, "rand-source") { $0.randomSource = true },
    number("t", "ttl", 0...255) { $0.timeToLive = UInt8(truncatingIfNeeded: $1) },
    number("N", "id", 0...65535) { $0.identification = UInt16(truncatingIfNeeded: $1) },
    Hping3Option(short: "o", long: "tos", needsArgument: true) { (command, text) throws(PacketCommandError) in
      let digits = text.lowercased().hasPrefix("0x") ? text.dropFirst(2) : text[...]
      guard let service = UInt8(digits, radix: 16) else {
        throw PacketCommandError("hping3: --tos takes two hexadecimal digits, not \(text)")
      }
      command.typeOfService |= service
    },
    flag("f", "frag") { $0.fragmentSize = $0.fragmentSize ?? 16 },
    number("m", "mtu", 8...65535) { $0.fragmentSize = $1 / 8 * 8 },
    flag("x", "morefrag") { $0.moreFragments = true },
    flag("y", "dontfrag") { $0.dontFragment = true },
    number("g", "fragoff", 0...65535) { $0.fragmentOffset = $1 / 8 * 8 },
    number("H", "ipproto", 0...255) { $0.rawProtocol = UInt8(truncatingIfNeeded: $1) },
    number("d", "data", 0...65535) { $0.dataSize = $1 },
    Hping3Option(short: "e", long: "sign", needsArgument: true) { (command, text) throws(PacketCommandError) in
      command.signature = Array(text.utf8)
    },
    flag("b", "badcksum") { $0.spoilsChecksum = true },
  ]

  private static let tcp: [Hping3Option] = [
    number("s", "baseport", 0...65535) { $0.basePort = UInt16(truncatingIfNeeded: $1) },
    Hping3Option(short: "p", long: "destport", needsArgument: true) { (command, text) throws(PacketCommandError) in
      let port = text.drop { $0 == "+" }
      guard text.utf8.count - port.utf8.count <= 2 else {
        throw PacketCommandError("hping3: --destport takes a port after at most two +, not \(text)")
      }
      command.countsDestinationPort = text.hasPrefix("++")
      command.countsAnsweredPort = text.hasPrefix("+") && !command.countsDestinationPort
      command.destinationPort = UInt16(truncatingIfNeeded: try value(String(port), of: "destport", in: 0...65535))
    },
    flag("k", "keep") { $0.keepsPort = true },
    number("w", "win", 0...65535) { $0.window = UInt16(truncatingIfNeeded: $1) },
    number("O", "tcpoff", 0...15) { $0.dataOffset = UInt8(truncatingIfNeeded: $1) },
    number("M", "setseq", 0...Int(UInt32.max)) { $0.sequenceNumber = UInt32(truncatingIfNeeded: $1) },
    number("L", "setack", 0...Int(UInt32.max)) { $0.acknowledgmentNumber = UInt32(truncatingIfNeeded: $1) },
    flag("F", "fin") { $0.flags.insert(.fin) },
    flag("S", "syn") { $0.flags.insert(.syn) },
    flag("R", "rst") { $0.flags.insert(.rst) },
    flag("P", "push") { $0.flags.insert(.psh) },
    flag("A", "ack") { $0.flags.insert(.ack) },
    flag("U", "urg") { $0.flags.insert(.urg) },
    flag("X", "xmas") { $0.flags.insert(.ece) },
    flag("Y", "ymas") { $0.flags.insert(.cwr) },
    flag(nil, "tcp-timestamp") { $0.hasTimestamp = true },
  ]

  private static let icmp: [Hping3Option] = [
    number("C", "icmptype", 0...255) {
      $0.mode = .icmp
      $0.icmpType = UInt8(truncatingIfNeeded: $1)
    },
    number("K", "icmpcode", 0...255) {
      $0.mode = .icmp
      $0.icmpCode = UInt8(truncatingIfNeeded: $1)
    },
    flag(nil, "icmp-ts") {
      $0.mode = .icmp
      $0.icmpType = 13
    },
    flag(nil, "icmp-addr") {
      $0.mode = .icmp
      $0.icmpType = 17
    },
    Hping3Option(short: nil, long: "icmp-gw", needsArgument: true) { (command, text) throws(PacketCommandError) in
      command.icmpGateway = try address(text, of: "icmp-gw")
    },
  ]

  private static let refused: [Hping3Option] = [
    ("9", "listen", true), ("T", "traceroute", false), ("B", "safe", false), ("E", "file", true),
    ("u", "end", false), ("G", "rroute", false), ("h", "help", false), ("v", "version", false), (nil, "lsrr", true),
    (nil, "ssrr", true), (nil, "rand-dest", false), (nil, "apd-send", true), (nil, "force-icmp", false),
    (nil, "icmp-cksum", true), (nil, "icmp-ipver", true), (nil, "icmp-iphlen", true), (nil, "icmp-iplen", true),
    (nil, "icmp-ipid", true), (nil, "icmp-ipproto", true), (nil, "icmp-ipsrc", true), (nil, "icmp-ipdst", true),
    (nil, "icmp-srcport", true), (nil, "icmp-dstport", true), (nil, "icmp-help", false), (nil, "route-help", false),
    (nil, "tr-stop", false), (nil, "tr-keep-ttl", false), (nil, "tr-no-rtt", false),
  ].map { (entry: (Character?, String, Bool)) in
    Hping3Option(short: entry.0, long: entry.1, needsArgument: entry.2) { (_, _) throws(PacketCommandError) in
      throw PacketCommandError("hping3: --\(entry.1) is not modelled", .notModelled)
    }
  }
}
