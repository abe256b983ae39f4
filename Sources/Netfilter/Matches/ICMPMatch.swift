/// `-m icmp` (`icmp_match` in `net/netfilter/xt_tcpudp.c`).
package struct ICMPMatch: Match {
  package static let name = "icmp"
  package static let options = [OptionDefinition("icmp-type", invertible: true, mandatory: true)]
  package static let protocolNumber: UInt8? = 1

  /// 255 stands for any type.
  private var type: UInt8 = 255
  private var firstCode: UInt8 = 0
  /// May lie before the first: then nothing matches.
  private var lastCode: UInt8 = 255
  private var inverted = false

  package init() {}

  package mutating func take(_ option: GivenOption) throws(OptionError) {
    inverted = option.inverted
    let wanted = option.value.lowercased()
    let named = ICMPTypeNames.all.filter { $0.name.lowercased().hasPrefix(wanted) }
    guard named.count < 2 else {
      throw OptionError("Ambiguous ICMP type `\(option.value)': `\(named[0].name)' or `\(named[1].name)'?")
    }
    if let found = named.first {
      (type, firstCode, lastCode) = (found.type, found.codes.lowerBound, found.codes.upperBound)
      return
    }
    try takeNumbers(option.value)
  }

  /// `TYPE`, `TYPE/CODE` or `TYPE/CODE:CODE`.
  private mutating func takeNumbers(_ text: String) throws(OptionError) {
    guard let (low, high, rest) = Self.range(text[...]) else { throw OptionError("Unknown ICMP type `\(text)'") }
    guard low == high else { throw OptionError("ICMP type range not supported") }
    (type, firstCode, lastCode) = (low, 0, 255)
    if rest.isEmpty { return }
    guard rest.first == "/" else { throw OptionError("unknown character \(rest.prefix(1))") }
    guard let (first, last, end) = Self.range(rest.dropFirst()) else {
      throw OptionError("Unknown ICMP code `\(text)'")
    }
    guard end.isEmpty else { throw OptionError("unknown character \(end.prefix(1))") }
    (firstCode, lastCode) = (first, last)
  }

  private static func range(_ text: Substring) -> (UInt8, UInt8, Substring)? {
    guard let (low, rest) = CNumber.prefix(text), low < 256 else { return nil }
    let first = UInt8(truncatingIfNeeded: low)
    guard rest.first == ":" else { return (first, first, rest) }
    guard let (high, end) = CNumber.prefix(rest.dropFirst()), high < 256 else { return nil }
    return (first, UInt8(truncatingIfNeeded: high), end)
  }

  /// `any`, `3`, `3/1`.
  private var operand: String {
    if type == 255 { return "any" }
    return firstCode == 0 && lastCode == 255 ? String(type) : "\(type)/\(firstCode)"
  }

  package var saved: String { "\(inverted ? " !" : "") --icmp-type \(operand)" }

  package func listed(numeric: Bool) -> String {
    let named = ICMPTypeNames.all.first {
      $0.type == type && $0.codes.lowerBound == firstCode && $0.codes.upperBound == lastCode
    }
    if !numeric, let named { return " icmp \(inverted ? "!" : "")\(named.name)" }
    var text = " icmp\(inverted ? " !" : "")type \(type)"
    if firstCode == lastCode {
      text += " code \(firstCode)"
    } else if firstCode != 0 || lastCode != 255 {
      text += " codes \(firstCode)-\(lastCode)"
    }
    return text
  }

  package func evaluate(_ context: PacketContext, _ state: ExtensionState?) -> MatchResult {
    if context.fragmentOffset > 0 { return context.isLaterFragment() }
    let message = context.packet.payload
    guard message.count >= 8 else { return .hotdrop }
    let bytes = context.transportOffset..<context.transportOffset + 2
    if type != 255, context.packet.isUnknown(bytes) { return context.unknown("ICMP type") }
    let (givenType, givenCode) = (message.byte(at: 0) ?? 0, message.byte(at: 1) ?? 0)
    let isSame = type == 255 || (givenType == type && firstCode <= givenCode && givenCode <= lastCode)
    let holds = isSame != inverted
    return MatchResult(
      context.compare(
        holds,
        Comparison(
          "--icmp-type", .field("icmp", "type", bytes: bytes), read: "\(givenType)/\(givenCode)", .equals, operand,
          inverted: inverted, holds: holds)))
  }
}

/// Names of ICMP types and codes as iptables takes them (IANA ICMP Parameters).
package enum ICMPTypeNames {
  package static let all: [(name: String, type: UInt8, codes: ClosedRange<UInt8>)] = [
    ("any", 255, 0...255), ("echo-reply", 0, 0...255), ("pong", 0, 0...255),
    ("destination-unreachable", 3, 0...255), ("network-unreachable", 3, 0...0), ("host-unreachable", 3, 1...1),
    ("protocol-unreachable", 3, 2...2), ("port-unreachable", 3, 3...3), ("fragmentation-needed", 3, 4...4),
    ("source-route-failed", 3, 5...5), ("network-unknown", 3, 6...6), ("host-unknown", 3, 7...7),
    ("network-prohibited", 3, 9...9), ("host-prohibited", 3, 10...10), ("TOS-network-unreachable", 3, 11...11),
    ("TOS-host-unreachable", 3, 12...12), ("communication-prohibited", 3, 13...13),
    ("host-precedence-violation", 3, 14...14), ("precedence-cutoff", 3, 15...15), ("source-quench", 4, 0...255),
    ("redirect", 5, 0...255), ("network-redirect", 5, 0...0), ("host-redirect", 5, 1...1),
    ("TOS-network-redirect", 5, 2...2), ("TOS-host-redirect", 5, 3...3), ("echo-request", 8, 0...255),
    ("ping", 8, 0...255), ("router-advertisement", 9, 0...255), ("router-solicitation", 10, 0...255),
    ("time-exceeded", 11, 0...255), ("ttl-exceeded", 11, 0...255), ("ttl-zero-during-transit", 11, 0...0),
    ("ttl-zero-during-reassembly", 11, 1...1), ("parameter-problem", 12, 0...255), ("ip-header-bad", 12, 0...0),
    ("required-option-missing", 12, 1...1), ("timestamp-request", 13, 0...255), ("timestamp-reply", 14, 0...255),
    ("address-mask-request", 17, 0...255), ("address-mask-reply", 18, 0...255),
  ]
}
