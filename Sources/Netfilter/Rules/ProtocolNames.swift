import Wire

/// Names of IP protocols as iptables prints them (`libxtables`, then `/etc/protocols`).
package enum ProtocolNames {
  private static let byNumber: [UInt8: String] = [
    1: "icmp", 6: "tcp", 17: "udp", 33: "dccp", 47: "gre", 50: "esp", 51: "ah", 58: "ipv6-icmp", 132: "sctp",
    135: "ipv6-mh", 136: "udplite",
  ]

  /// The name, or the number where iptables prints that.
  package static func text(_ number: UInt8) -> String { byNumber[number] ?? String(number) }
}

/// Addresses with masks as `iptables-save` prints them.
package enum AddressText {
  /// `10.0.0.0/8`; a mask that is no prefix is written out.
  package static func withMask(_ address: IPv4Address, _ mask: UInt32) -> String {
    let length = (~mask).leadingZeroBitCount
    let isPrefix = length == 32 || mask << UInt32(length) == 0
    return isPrefix ? "\(address)/\(length)" : "\(address)/\(IPv4Address(rawValue: mask))"
  }
}
