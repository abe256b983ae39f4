/// A packet in words, for the prompt:
///
///     tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN seq 1 win 29200 mss 1460
///     udp 10.0.0.1:5353 > 10.0.0.2:53 ttl 3 data "hello"
///     icmp 10.0.0.1 > 10.0.0.2 echo id 7 seq 1
///     icmp 10.0.0.1 > 10.0.0.2 type 3 code 1 hex 4500...
///     ip 10.0.0.1 > 10.0.0.2 protocol 47 hex 00000800
///
/// Any of them takes `ttl`, `tos`, `id`, `df`, `mf`, `offset`, `data "text"` and `hex digits`; what is not said is as a
/// Linux host would send it. Checksums and lengths are computed.
public struct PacketSyntax {
  private var header = IPv4Builder(protocolNumber: 0, source: .any, destination: .any)
  private var tcp = TCPBuilder(sourcePort: 0, destinationPort: 0)
  private var icmp = ICMPBuilder(type: 8)
  private var data: [UInt8] = []
  private let kind: String

  /// The packet's bytes, from the IPv4 header on.
  public static func bytes(_ words: [String]) throws(PacketCommandError) -> [UInt8] {
    try PacketSyntax(words).bytes
  }

  private init(_ words: [String]) throws(PacketCommandError) {
    var rest = words[...]
    kind = rest.popFirst() ?? ""
    let numbers: [String: UInt8] = ["tcp": 6, "udp": 17, "icmp": 1, "ip": 0]
    guard let number = numbers[kind] else {
      throw PacketCommandError("packet: begin with tcp, udp, icmp or ip" + (kind.isEmpty ? "" : ", not \(kind)"))
    }
    header.protocolNumber = number
    tcp.window = 64240
    guard let from = rest.popFirst(), rest.popFirst() == ">", let to = rest.popFirst() else {
      throw PacketCommandError("packet: after \(kind) come SOURCE > DESTINATION")
    }
    (header.source, tcp.sourcePort) = try endpoint(from)
    (header.destination, tcp.destinationPort) = try endpoint(to)
    while let word = rest.popFirst() { try apply(word, &rest) }
  }

  private var bytes: [UInt8] {
    switch kind {
    case "tcp":
      var segment = tcp
      segment.data = data
      return segment.packet(in: header)
    case "udp":
      return UDPBuilder(sourcePort: tcp.sourcePort, destinationPort: tcp.destinationPort, data: data).packet(in: header)
    case "icmp":
      var message = icmp
      message.data = data
      return message.packet(in: header)
    default: return header.bytes(payload: data)
    }
  }

  /// `ADDRESS:PORT` for TCP and UDP, `ADDRESS` for the others.
  private func endpoint(_ text: String) throws(PacketCommandError) -> (IPv4Address, UInt16) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let hasPort = kind == "tcp" || kind == "udp"
    guard let address = parts.first.flatMap({ IPv4Address($0) }), parts.count == (hasPort ? 2 : 1) else {
      throw PacketCommandError("packet: \(text) is not \(hasPort ? "ADDRESS:PORT" : "an IPv4 address")")
    }
    guard hasPort else { return (address, 0) }
    guard let port = UInt16(parts[1]) else {
      throw PacketCommandError("packet: \(parts[1]) is not a port from 0 to 65535")
    }
    return (address, port)
  }

  private mutating func apply(_ word: String, _ rest: inout ArraySlice<String>) throws(PacketCommandError) {
    switch word {
    case "df": header.dontFragment = true
    case "mf": header.moreFragments = true
    case "ttl": header.timeToLive = try number(word, &rest)
    case "tos": header.typeOfService = try number(word, &rest)
    case "offset":
      let offset: UInt16 = try number(word, &rest)
      guard offset % 8 == 0 else {
        throw PacketCommandError("packet: offset counts bytes and is a multiple of 8, not \(offset)")
      }
      header.fragmentOffset = Int(offset)
    case "id" where kind == "icmp":
      let identifier: UInt16 = try number(word, &rest)
      icmp.restOfHeader = icmp.restOfHeader & 0xffff | UInt32(identifier) << 16
    case "id", "ipid": header.identification = try number(word, &rest)
    case "protocol" where kind == "ip": header.protocolNumber = try number(word, &rest)
    case "data": data += Array(try argument(word, &rest).utf8)
    case "hex":
      let digits = try argument(word, &rest)
      guard let bytes = [UInt8](hex: digits) else {
        throw PacketCommandError("packet: hex takes pairs of digits, not \(digits)")
      }
      data += bytes
    default:
      if kind == "tcp", try applyTCP(word, &rest) { return }
      if kind == "icmp", try applyICMP(word, &rest) { return }
      throw PacketCommandError("packet: \(word) is not known for \(kind)")
    }
  }

  private mutating func applyTCP(_ word: String, _ rest: inout ArraySlice<String>) throws(PacketCommandError) -> Bool {
    let names: [String: TCPFlags] = [
      "FIN": .fin, "SYN": .syn, "RST": .rst, "PSH": .psh, "ACK": .ack, "URG": .urg, "ECE": .ece, "CWR": .cwr,
    ]
    switch word {
    case "seq": tcp.sequenceNumber = try number(word, &rest)
    case "ack": tcp.acknowledgmentNumber = try number(word, &rest)
    case "win": tcp.window = try number(word, &rest)
    case "urp": tcp.urgentPointer = try number(word, &rest)
    case "mss":
      let size: UInt16 = try number(word, &rest)
      tcp.options += [2, 4, UInt8(size >> 8), UInt8(truncatingIfNeeded: size)]
    case "options":
      let digits = try argument(word, &rest)
      guard let bytes = [UInt8](hex: digits), bytes.count <= 40 else {
        throw PacketCommandError("packet: options takes at most 40 bytes as pairs of digits, not \(digits)")
      }
      tcp.options += bytes
    default:
      // `SYN`, `SYN,ACK` or `SYN/ACK`.
      let flags = word.split { $0 == "," || $0 == "/" }.map { names[String($0)] }
      guard !flags.isEmpty, flags.allSatisfy({ $0 != nil }) else { return false }
      for flag in flags { tcp.flags.formUnion(flag ?? []) }
    }
    return true
  }

  private mutating func applyICMP(_ word: String, _ rest: inout ArraySlice<String>) throws(PacketCommandError) -> Bool {
    switch word {
    case "echo": icmp.type = 8
    case "echo-reply": icmp.type = 0
    case "type": icmp.type = try number(word, &rest)
    case "code": icmp.code = try number(word, &rest)
    case "rest": icmp.restOfHeader = try number(word, &rest)
    case "seq":
      let sequence: UInt16 = try number(word, &rest)
      icmp.restOfHeader = icmp.restOfHeader & 0xffff_0000 | UInt32(sequence)
    default: return false
    }
    return true
  }

  private func argument(_ word: String, _ rest: inout ArraySlice<String>) throws(PacketCommandError) -> String {
    guard let argument = rest.popFirst() else { throw PacketCommandError("packet: \(word) needs a value after it") }
    return argument
  }

  private func number<N: FixedWidthInteger & UnsignedInteger>(
    _ word: String, _ rest: inout ArraySlice<String>
  ) throws(PacketCommandError) -> N {
    let text = try argument(word, &rest)
    let value = text.lowercased().hasPrefix("0x") ? N(text.dropFirst(2), radix: 16) : N(text)
    guard let value, !text.hasPrefix("+") else {
      throw PacketCommandError("packet: \(word) takes a number from 0 to \(N.max), not \(text)")
    }
    return value
  }
}
