extension Dissector {
  /// Every protocol that is taken apart: one line each.
  static let all: [Dissector] = [
    ethernet,
    icmp,
    ipv4,
    raw,
    tcp,
    udp,
    vlan,
  ]
}
