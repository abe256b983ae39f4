/// A word of a capture filter.
enum FilterToken: Sendable, Hashable {
  /// A word of the language.
  case keyword(String)
  case number(UInt32)
  /// Two to four numbers with dots between.
  case dotted(String)
  case ipv6(IPv6Address)
  case mac(MACAddress)
  /// Any other word, or one after a backslash.
  case name(String)
  case symbol(String)

  /// Names of numbers.
  static let constants: [String: UInt32] = [
    "icmptype": 0, "icmpcode": 1, "icmp-echoreply": 0, "icmp-unreach": 3, "icmp-sourcequench": 4, "icmp-redirect": 5,
    "icmp-echo": 8, "icmp-routeradvert": 9, "icmp-routersolicit": 10, "icmp-timxceed": 11, "icmp-paramprob": 12,
    "icmp-tstamp": 13, "icmp-tstampreply": 14, "icmp-ireq": 15, "icmp-ireqreply": 16, "icmp-maskreq": 17,
    "icmp-maskreply": 18, "icmp6type": 0, "icmp6code": 1, "icmp6-destinationrunreach": 1,
    "icmp6-destinationunreach": 1,
    "icmp6-packettoobig": 2, "icmp6-timeexceeded": 3, "icmp6-parameterproblem": 4, "icmp6-echo": 128,
    "icmp6-echoreply": 129, "icmp6-multicastlistenerquery": 130, "icmp6-multicastlistenerreportv1": 131,
    "icmp6-multicastlistenerdone": 132, "icmp6-routersolicit": 133, "icmp6-routeradvert": 134,
    "icmp6-neighborsolicit": 135, "icmp6-neighboradvert": 136, "icmp6-redirect": 137, "icmp6-routerrenum": 138,
    "icmp6-nodeinformationquery": 139, "icmp6-nodeinformationresponse": 140, "tcpflags": 13, "tcp-fin": 1,
    "tcp-syn": 2, "tcp-rst": 4, "tcp-push": 8, "tcp-ack": 16, "tcp-urg": 32, "tcp-ece": 64, "tcp-cwr": 128,
  ]

  private static let keywords: Set<String> = [
    "dst", "src", "ether", "arp", "rarp", "ip", "sctp", "tcp", "udp", "icmp", "igmp", "igrp", "pim", "vrrp", "carp",
    "ip6", "icmp6", "ah", "esp", "host", "net", "mask", "port", "portrange", "proto", "protochain", "gateway", "less",
    "greater", "byte", "broadcast", "multicast", "and", "or", "not", "len", "inbound", "outbound", "ifindex", "vlan",
    "mpls", "pppoed", "pppoes", "geneve", "fddi", "tr", "wlan", "radio", "atalk", "aarp", "decnet", "lat", "sca",
    "moprc", "mopdl", "iso", "esis", "isis", "clnp", "stp", "ipx", "netbeui", "type", "subtype", "dir", "addr1",
    "addr2", "addr3", "addr4", "ra", "ta", "ifname", "rulenum", "rset", "reason", "action", "rnr", "srnr", "lane",
    "llc", "metac", "bcc", "sc", "ilmic", "vpi", "vci", "oam", "oamf4", "connectmsg", "metaconnect", "on",
  ]
  private static let otherNames = [
    "link": "ether", "ppp": "ether", "slip": "ether", "netmask": "mask", "length": "len", "es-is": "esis",
    "is-is": "isis", "ruleset": "rset", "rulenum": "rulenum",
  ]
  private static let symbols = [
    "&&", "||", "<=", ">=", "!=", "==", "<<", ">>", "[", "]", "(", ")", "+", "-", "*", "/", "%", "&", "|", "^", "<",
    ">", "=", "!", ":",
  ]

  /// Splits an expression as libpcap 1.10 does.
  static func tokens(of text: String) throws(FilterError) -> [FilterToken] {
    var tokens: [FilterToken] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      if [0x20, 0x09, 0x0a, 0x0d].contains(byte) {
        rest.removeFirst()
      } else if byte == UInt8(ascii: "\\") {
        let word = rest.dropFirst().prefix { !" !()\n\t".utf8.contains($0) }
        guard !word.isEmpty else { throw .syntax }
        tokens.append(.name(String(decoding: word, as: UTF8.self)))
        rest = rest.dropFirst(1 + word.count)
      } else if let (address, count) = colonAddress(rest) {
        tokens.append(address)
        rest = rest.dropFirst(count)
      } else if isWord(byte) {
        let word = word(rest)
        tokens.append(try token(of: String(decoding: word, as: UTF8.self)))
        rest = rest.dropFirst(word.count)
      } else if let symbol = symbols.first(where: { rest.starts(with: $0.utf8) }) {
        let words = ["&&": "and", "||": "or", "!": "not"]
        tokens.append(words[symbol].map(FilterToken.keyword) ?? .symbol(symbol == "==" ? "=" : symbol))
        rest = rest.dropFirst(symbol.utf8.count)
      } else {
        throw .syntax
      }
    }
    return tokens
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }

  /// Letters, digits, `-`, `_` and `.`, which the first two alone do not end.
  private static func word(_ rest: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var word = rest.prefix { isWord($0) || "-_.".utf8.contains($0) }
    while let last = word.last, last == UInt8(ascii: "-") || last == UInt8(ascii: "_") { word.removeLast() }
    return word
  }

  /// An IPv6 or Ethernet address, which alone have colons in them.
  private static func colonAddress(_ rest: ArraySlice<UInt8>) -> (FilterToken, Int)? {
    // No address has more than 45 characters.
    let run = rest.prefix(46).prefix { "0123456789abcdefABCDEF:.-".utf8.contains($0) }
    guard run.count < 46, run.contains(UInt8(ascii: ":")) || run.contains(UInt8(ascii: "-")) else { return nil }
    let text = String(decoding: run, as: UTF8.self)
    if let address = MACAddress(text.replacingDashes) { return (.mac(address), run.count) }
    if run.contains(UInt8(ascii: ":")), let address = IPv6Address(text) { return (.ipv6(address), run.count) }
    return nil
  }

  private static func token(of word: String) throws(FilterError) -> FilterToken {
    if let number = constants[word] { return .number(number) }
    if let other = otherNames[word] { return .keyword(other) }
    if keywords.contains(word) { return .keyword(word) }
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.allSatisfy(isNumber) else { return .name(word) }
    switch parts.count {
    case 1: return .number(try number(word))
    case 2...4: return .dotted(word)
    default: return .name(word)
    }
  }

  private static func isNumber(_ text: Substring) -> Bool {
    let lowered = text.lowercased()
    if lowered.hasPrefix("0x") { return lowered.count > 2 && lowered.dropFirst(2).allSatisfy(\.isHexDigit) }
    return !lowered.isEmpty && lowered.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Decimal, octal after a zero, hexadecimal after 0x.
  static func number(_ text: String) throws(FilterError) -> UInt32 {
    let lowered = text.lowercased()
    let radix = lowered.hasPrefix("0x") ? 16 : lowered.hasPrefix("0") && lowered.count > 1 ? 8 : 10
    let digits = radix == 16 ? String(lowered.dropFirst(2)) : lowered
    if radix == 8, digits.contains(where: { $0 > "7" }) {
      throw FilterError("number \(text) contains non-octal digit")
    }
    guard let number = UInt32(digits, radix: radix) else { throw FilterError("number \(text) overflows 32 bits") }
    return number
  }
}

extension String {
  /// `52-54-00-12-34-56` with colons.
  fileprivate var replacingDashes: String { String(map { $0 == "-" ? ":" : $0 }) }
}
