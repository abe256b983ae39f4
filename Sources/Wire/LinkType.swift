/// The link type of a capture (LINKTYPE_ values of the tcpdump.org registry).
public struct LinkType: RawRepresentable, Sendable, Hashable {
  public var rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// BSD loopback: the address family in the capturing host's byte order.
  public static let null = LinkType(rawValue: 0)
  public static let ethernet = LinkType(rawValue: 1)
  public static let ppp = LinkType(rawValue: 9)
  /// The packet begins with an IPv4 or IPv6 header.
  public static let raw = LinkType(rawValue: 101)
  public static let ciscoHDLC = LinkType(rawValue: 104)
  /// OpenBSD loopback: the address family in network byte order.
  public static let loop = LinkType(rawValue: 108)
  /// Linux cooked capture, version 1.
  public static let linuxSLL = LinkType(rawValue: 113)
  public static let ipv4 = LinkType(rawValue: 228)
  public static let ipv6 = LinkType(rawValue: 229)
  /// Linux cooked capture, version 2.
  public static let linuxSLL2 = LinkType(rawValue: 276)

  /// The name without its prefix: `RAW`, `EN10MB`, `LINUX_SLL`; the number where the name is not known.
  public var name: String { Self.names[rawValue] ?? String(rawValue) }

  private static let names: [UInt32: String] = [
    0: "NULL", 1: "EN10MB", 9: "PPP", 101: "RAW", 104: "C_HDLC", 108: "LOOP", 113: "LINUX_SLL", 228: "IPV4",
    229: "IPV6",
    276: "LINUX_SLL2",
  ]
}
