import Wire

/// What tcpdump prints before a packet's dump: one line, two with `-v`, more where it was wrapped.
struct TcpdumpSummary {
  let head: SummaryHead
  let firstLine: Int
  /// The lines after the head, joined by single spaces.
  private(set) var text: String
  private var lineCount = 1

  init?(_ line: TextLine) {
    guard let head = SummaryHead(line) else { return nil }
    self.head = head
    firstLine = line.number
    text = head.rest
  }

  /// A line of the summary after its first.
  mutating func add(_ line: TextLine) {
    guard lineCount < 40 else { return }
    lineCount += 1
    text += " " + DumpLine.afterDecoration(line.bytes).trimmed.prefix(4096).text
  }

  /// Whether it is surely tcpdump's and tells of a packet: one without a dump must then be accounted for.
  var tellsOfPacket: Bool { version != nil || text.holds(" > ") || text.holds("who-has") }

  /// 4 or 6 where it says `IP` or `IP6`, or with `-e` the EtherType of one of them.
  var version: Int? {
    if frameLength != nil, let last = text.ranges(of: "ethertype ").last {
      let type = text[last.upperBound...]
      return type.hasPrefix("IPv4 ") ? 4 : type.hasPrefix("IPv6 ") ? 6 : nil
    }
    let words = textAfterLink.split(separator: " ", maxSplits: 1)
    switch words.first {
    case "IP": return 4
    case "IP6": return 6
    default: return nil
    }
  }

  /// Whether other protocols may stand between the link layer and the IP header that it names.
  var tunnels: Bool { text.holds("PPPoE") || text.holds("MPLS") }

  /// The payload's EtherType where the first words name a protocol that stands directly on Ethernet.
  var payloadEtherType: UInt16? { Self.etherTypes.first { text.hasPrefix($0.words) }?.type }

  private static let etherTypes: [(words: String, type: UInt16)] = [
    ("ARP,", 0x0806), ("Reverse ARP", 0x8035), ("PPPoE  [ses", 0x8864), ("PPPoE [ses", 0x8864), ("PPPoE PAD", 0x8863),
    ("LLDP", 0x88cc), ("MPLS", 0x8847), ("EAP", 0x888e), ("LACP", 0x8809), ("Loopback", 0x9000),
  ]

  /// With `-e`: destination and source address, in the order of the frame.
  var hardwareAddresses: [UInt8]? {
    let words = text.split(separator: " ", maxSplits: 4)
    guard words.count > 2, words[1] == ">" else { return nil }
    let destination = words[2].hasSuffix(",") ? words[2].dropLast() : words[2]
    guard let from = MACAddress(words[0]), let to = MACAddress(destination) else { return nil }
    return to.bytes + from.bytes
  }

  /// With `-e`: the frame's length on the wire.
  var frameLength: Int? {
    guard text.holds("ethertype ") || hardwareAddresses != nil, let range = text.firstRange(of: "length ") else {
      return nil
    }
    return Int(text[range.upperBound...].prefix { $0.isNumber })
  }

  /// The text from the network protocol on, without `-e`'s part.
  private var textAfterLink: Substring {
    guard frameLength != nil, let range = text.firstRange(of: "length ") else { return text[...] }
    return text[range.upperBound...].drop { $0.isNumber }.drop { $0 == ":" || $0 == " " }
  }

  /// What tcpdump 5 prints in place of a packet of which no byte was captured.
  var isEmptyPacket: Bool { text.hasPrefix("[Invalid header: caplen==0") }

  // MARK: Addresses

  /// What stands on either side of the first `>`, ports included; `nil` where a side is missing.
  var endpoints: (source: String?, destination: String?) {
    let words = withoutHeaderFields.split(separator: " ")
    guard let arrow = words.firstIndex(of: ">"), arrow > words.startIndex else { return (nil, nil) }
    let source = String(words[arrow - 1])
    guard arrow + 1 < words.endIndex else { return (source, nil) }
    var destination = words[arrow + 1]
    guard destination != "Flags" else { return (source, nil) }
    while destination.hasSuffix(":") || destination.hasSuffix(",") { destination.removeLast() }
    return (source, String(destination))
  }

  /// The text without `(tos ..., length 44)`.
  private var withoutHeaderFields: String {
    var depth = 0
    var result = ""
    for character in textAfterLink {
      if character == "(" { depth += 1 }
      if depth == 0 { result.append(character) }
      if character == ")", depth > 0 { depth -= 1 }
    }
    return result
  }

  // MARK: What tcpdump says of checksums

  /// `-v` prints `bad cksum` where the IP header's is wrong, and nothing where it is right.
  var vouchesForHeader: Bool { isVerbose && !text.holds("bad cksum") }

  /// Whether `-v` was given: tcpdump 4 shows `(tos 0x0, ttl 64, ...)` first, tcpdump 3 `(ttl 64, id 1, ...)` at the end.
  private var isVerbose: Bool { text.holds("(tos 0x") || (text.holds("ttl ") && text.holds(", id ")) }

  /// Whether it calls the checksum of TCP, UDP, ICMP or the like right.
  var vouchesForTransport: Bool {
    guard !Self.wrongSum.contains(where: text.holds) else { return false }
    return Self.rightSum.contains(where: text.holds)
      || (text.holds("(tos 0x") && text.holds("proto ICMP") && !text.holds("[|icmp"))
  }

  private static let wrongSum: [StaticString] = [
    "(incorrect", "bad udp cksum", "bad tcp cksum", "wrong icmp", "bad icmp", "(wrong",
  ]
  private static let rightSum: [StaticString] = ["(correct)", "sum ok]"]
}
