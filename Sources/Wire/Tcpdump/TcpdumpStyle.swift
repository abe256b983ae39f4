/// What tcpdump's options make of its output; without any, what `tcpdump -nvvX` prints.
public struct TcpdumpStyle: Sendable {
  /// Which bytes follow a packet's lines.
  public enum Dump: Sendable, Hashable {
    case none
    /// `-x`, `-xx` with the link header.
    case hex(withLink: Bool)
    /// `-X`, `-XX` with the link header.
    case hexAndText(withLink: Bool)
    /// `-A`, `-AA` with the link header.
    case text(withLink: Bool)
  }

  /// How many `-v` were given; what IGMP and ICMPv6 say is printed as for two of them.
  public var verbosity = 2
  /// `-q`.
  public var isQuiet = false
  /// `-n`: addresses and ports as numbers.
  public var isNumeric = true
  /// `-e`: the link header.
  public var showsLink = false
  /// `-S`: sequence numbers as they are.
  public var hasAbsoluteNumbers = false
  public var dump = Dump.hexAndText(withLink: false)
  /// The name of a host; `nil` for one without.
  public var hostName: @Sendable (IPv4Address) -> String? = { _ in nil }
  /// The service at a port over TCP (true) or UDP; `nil` for none.
  public var serviceName: @Sendable (UInt16, Bool) -> String? = { _, _ in nil }
  /// The name of a protocol over IP; `nil` for one without.
  public var protocolName: @Sendable (UInt8) -> String? = { _ in nil }

  public init() {}
}

extension TcpdumpPrinter {
  var isVerbose: Bool { style.verbosity > 0 }
  var isVeryVerbose: Bool { style.verbosity > 1 }

  /// A port by number, or by the name of its service.
  func port(_ number: UInt16, isTCP: Bool) -> String {
    (style.isNumeric ? nil : style.serviceName(number, isTCP)) ?? String(number)
  }

  /// What is printed of a protocol that tcpdump has no printer for.
  func unprinted(_ number: UInt8) -> String {
    (style.isNumeric ? nil : style.protocolName(number)) ?? "ip-proto-\(number)"
  }

  /// An Ethernet address; where names are wanted, with the vendor that its first half belongs to.
  func linkAddress(_ offset: Int) -> String {
    let text = mac(offset)
    guard !style.isNumeric else { return text }
    let vendor = bytes[...].slice(at: offset, length: 3).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return "\(text) (oui \(Self.vendors[vendor] ?? "Unknown"))"
  }

  private static let vendors: [UInt32: String] = [
    0x000000: "Ethernet", 0x00000c: "Cisco", 0x000142: "Cisco", 0x0000f8: "Cisco bridged", 0x0080c2: "Ethernet bridged",
    0x000193: "Foundry", 0x00055d: "D-Link", 0x000ffe: "G-Pro", 0x00120f: "IEEE 802.3 Private",
    0x00e02b: "Extreme Networks EDP", 0x009069: "Juniper", 0x080007: "Appletalk", 0x5c16c7: "Big Switch Networks",
  ]

  /// The bytes that follow a packet's lines.
  mutating func dump(afterLink header: Int) {
    switch style.dump {
    case .none: return
    case .hex(let withLink): hexDump(withLink ? 0 : header, bytes.count, indent: "\n\t")
    case .hexAndText(let withLink): hexAndText(from: withLink ? 0 : header)
    case .text(let withLink): textDump(from: withLink ? 0 : header)
    }
  }

  /// `-A`: the bytes as text; carriage returns before line feeds are left out.
  private mutating func textDump(from start: Int) {
    put("\n")
    for index in start..<bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0x0d:
        if index + 1 < bytes.count, bytes[index + 1] != 0x0a { put(".") }
      case 0x09, 0x0a, 0x20...0x7e: out.append(byte)
      default: put(".")
      }
    }
  }
}
