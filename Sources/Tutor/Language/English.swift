import Netfilter
import Simulation
import Wire

/// The tutor in English.
struct English: Phrases {
  static let fields = FieldTexts(
    names: [
      "ihl": "header length", "ttl": "time to live", "type_of_service": "type of service",
      "ipv4.flags": "fragment flags", "tcp.flags": "control bits", "dscp": "DSCP", "ecn": "ECN",
      "header_checksum": "header checksum", "dont_fragment": "don't fragment", "more_fragments": "more fragments",
      "reserved_flag": "reserved bit", "tcp.checksum": "TCP checksum", "udp.checksum": "UDP checksum",
      "icmp.checksum": "ICMP checksum", "cwr": "CWR", "ece": "ECE", "urg": "URG", "ack": "ACK", "psh": "PSH",
      "rst": "RST", "syn": "SYN", "fin": "FIN", "icmp.type": "ICMP type", "icmp.code": "ICMP code",
      "maximum_segment_size": "maximum segment size",
    ],
    meanings: [
      "version": "4 means IPv4, and everything after is read by its rules",
      "ihl": "the header's length in words of four bytes: it tells where the next header begins",
      "type_of_service": "how urgently the packet wants to travel; six bits DSCP, two bits ECN",
      "total_length": "header and payload together, in bytes; what is captured beyond it is not the packet's",
      "identification": "the number that fragments of one packet share",
      "ipv4.flags": "whether it may be cut into fragments, and whether more of them follow",
      "fragment_offset": "where this piece belongs in the whole packet, in units of eight bytes",
      "ttl": "each router takes one off; at zero the packet dies",
      "protocol": "which protocol the payload speaks: 1 ICMP, 6 TCP, 17 UDP",
      "header_checksum": "guards the IP header alone, not the payload",
      "source_address": "who the packet says sent it; nothing proves it",
      "destination_address": "where it is to go",
      "source_port": "the port on the sender's side", "destination_port": "the port it knocks at",
      "sequence_number": "the number of this segment's first byte; a SYN takes one number itself",
      "acknowledgment_number": "the next byte the sender expects; it counts only with the ACK bit set",
      "data_offset": "the TCP header's length in words of four bytes",
      "reserved": "unused, sent as zero",
      "tcp.flags": "what the segment is for: SYN opens, ACK confirms, FIN closes, RST breaks off",
      "window": "how many bytes the sender is ready to take, before scaling",
      "tcp.checksum": "covers the segment and the addresses of the IP header",
      "udp.checksum": "covers the datagram and the addresses; zero means that none was sent",
      "icmp.checksum": "covers the ICMP message",
      "urgent_pointer": "where urgent data ends; it counts only with the URG bit",
      "udp.length": "header and data, in bytes",
      "icmp.type": "what kind of message: 8 asks for an echo, 0 answers, 3 says unreachable, 11 time exceeded",
      "icmp.code": "the type's finer meaning",
      "maximum_segment_size": "the largest segment the sender is willing to take",
    ])

  func fieldName(_ protocolName: String, _ field: String) -> String { Self.fields.name(protocolName, field) }

  /// `TCP window`, `ICMP type`: a field with its header's name, said once.
  func fullName(_ protocolName: String, _ field: String) -> String {
    let (header, name) = (headerName(protocolName), fieldName(protocolName, field))
    return name.hasPrefix(header) ? name : header + " " + name
  }

  /// `IPv4 flag more fragments`.
  func flagName(_ protocolName: String, _ field: String) -> String {
    headerName(protocolName) + " flag " + fieldName(protocolName, field)
  }

  func headerName(_ protocolName: String) -> String {
    let names = ["ipv4": "IPv4", "tcp": "TCP", "udp": "UDP", "icmp": "ICMP", "ethernet": "Ethernet", "dns": "DNS"]
    return names[protocolName] ?? protocolName
  }

  func byteRange(_ range: Range<Int>) -> String {
    range.count == 1 ? "byte \(range.lowerBound)" : "bytes \(range.lowerBound)-\(range.upperBound - 1)"
  }

  func stepHeading(_ place: StepHeading) -> String {
    var text = "packet \(place.packet) of \(place.packetCount)"
    if let answer = place.answer { text += ", the host's answer" + (answer > 1 ? " \(answer)" : "") }
    return text + ", step \(place.step) of \(place.stepCount)"
  }

  func chainHeading(table: TableName, chain: String, policy: String?) -> String {
    "\(table.rawValue) \(chain)" + (policy.map { ", policy \($0)" } ?? "")
  }

  /// `bytes 22-23 are 0e 0a`; hidden bytes read `--`.
  func reading(_ range: Range<Int>, _ bytes: [UInt8], hidden: Set<Int> = []) -> String {
    byteRange(range) + (range.count == 1 ? " is " : " are ") + spacedHex(bytes, hidden: hidden)
  }

  func comparison(_ comparison: Comparison, rule: Int, bytes: [UInt8], shown: Range<Int>?) -> String {
    let need = "rule \(rule) needs \(need(comparison))"
    switch comparison.subject {
    case .field:
      guard let shown, !bytes.isEmpty else { return "\(need): it reads \(comparison.read)" }
      return "\(need): \(reading(shown, bytes)), \(comparison.read)"
    case .property(let name): return "\(need): \(property(name, comparison.readState))"
    }
  }

  /// What a comparison asks for: `destination port 22`, `a source address in 10.0.0.0/8`.
  private func need(_ comparison: Comparison) -> String {
    if comparison.subject == .property("token bucket") { return "a token in its bucket" }
    let not = comparison.inverted ? "anything but " : ""
    let name: String
    switch comparison.subject {
    case .field(let protocolName, let field, _): name = fieldName(protocolName, field)
    case .property(let property): name = propertyNames[property] ?? property
    }
    switch comparison.relation {
    case .equals, .maskedEquals: return "\(not)\(name) \(comparison.operand)"
    case .oneOf: return "\(not)\(name) \(comparison.operand.split(separator: ",").joined(separator: " or "))"
    case .within: return "\(not)\(name) within \(comparison.operand)"
    case .hasPrefix: return "\(not)\(name) in \(comparison.operand)"
    case .atLeast: return "\(not)\(name) of at least \(comparison.operand)"
    case .atMost: return "\(not)\(name) of at most \(comparison.operand)"
    case .above: return "\(not)\(name) above \(comparison.operand)"
    case .below: return "\(not)\(name) below \(comparison.operand)"
    case .contains: return "\(not)\(name) containing \(comparison.operand)"
    case .present: return comparison.inverted ? "no \(name)" : "\(name) to be there"
    }
  }

  private var propertyNames: [String: String] { ["connection state": "state"] }

  /// What was read, where no byte of the packet was.
  private func property(_ name: String, _ read: String) -> String {
    switch name {
    case "input interface": read.isEmpty ? "the packet came in by none" : "the packet came in by \(read)"
    case "output interface": read.isEmpty ? "the packet leaves by none" : "the packet leaves by \(read)"
    case "connection state": "the packet is \(read)"
    case "token bucket": "the bucket has \(read)"
    default: "\(name) is \(read.isEmpty ? "empty" : read)"
    }
  }

  func goal(_ goal: Goal, packets: [Int]) -> String {
    let numbers = packets.map { String($0 + 1) }
    guard let last = numbers.last, numbers.count > 1 else {
      return said(goal, of: numbers.last.map { "packet \($0)" } ?? "your packet", isMany: false)
    }
    let packet = "packets \(numbers.dropLast().joined(separator: ", ")) and \(last)"
    return said(goal, of: packet, isMany: true)
  }

  private func said(_ goal: Goal, of packet: String, isMany: Bool) -> String {
    let (ends, leave, are) = isMany ? ("end", "leave", "are") : ("ends", "leaves", "is")
    switch goal.kind {
    case .verdict: return "\(packet) \(ends) in \(goal.values.map(\.rawValue).joined(separator: " or "))"
    case .silent: return "\(packet) \(leave) no line in the log"
    case .logged: return "\(packet) \(leave) a line in the log"
    case .unanswered: return "\(packet) \(are) answered with nothing at all"
    case .answered: return "\(packet) \(are) answered"
    case .reaches: return "\(packet) \(isMany ? "go" : "goes") on to \(goal.endpoint)"
    }
  }
}

/// Bytes as two digits each with spaces between, at most twelve of them; hidden ones read `--`.
func spacedHex(_ bytes: [UInt8], hidden: Set<Int> = []) -> String {
  let shown = bytes.prefix(12).enumerated().map { hidden.contains($0) ? "--" : [$1].hex }.joined(separator: " ")
  return bytes.count > 12 ? shown + " ..." : shown
}
