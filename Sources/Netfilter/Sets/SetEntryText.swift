import Wire

/// Entries of sets as `ipset` writes and takes them: `10.0.0.0/8`, `10.0.0.1,tcp:22`, `80-90`.
enum SetEntryText {
  /// More entries than this are not made of one range.
  private static let most: UInt32 = 65_536

  /// The elements that an entry stands for.
  static func elements(_ text: String, of set: SetDefinition) throws(OptionError) -> [SetElement] {
    guard let kind = set.kind else { return [] }
    var parts = text.split(separator: ",", omittingEmptySubsequences: false)[...]
    guard parts.count == set.dimension, let first = parts.popFirst() else {
      throw OptionError("`\(text)' is no entry of a set of type \(set.typeName)")
    }
    var elements: [SetElement]
    switch kind {
    case .hashMAC:
      guard let mac = MACAddress(first) else { throw OptionError("`\(first)' is no MAC address") }
      var element = SetElement()
      element.mac = mac.bytes
      elements = [element]
    case .bitmapPort:
      elements = try ports(first).map { port in
        var element = SetElement()
        element.port = port.port
        return element
      }
    default: elements = try addresses(first, of: set, kind)
    }
    if let second = parts.popFirst() {
      let ports = try ports(second)
      elements = elements.flatMap { element in
        ports.map { port in
          var element = element
          (element.protocolNumber, element.port) = port
          return element
        }
      }
    }
    for element in elements where kind.isBitmap {
      guard set.range.contains(kind == .bitmapPort ? UInt32(element.port) : element.address) else {
        throw OptionError("`\(text)' lies outside the range of the set \(set.name)")
      }
    }
    return elements
  }

  private static func addresses(
    _ text: Substring, of set: SetDefinition, _ kind: SetDefinition.Kind
  ) throws(OptionError) -> [SetElement] {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    let slash = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let address = IPv4Address(ends.count == 2 ? ends[0] : slash[0]) else {
      throw OptionError("`\(text)' is no IPv4 address")
    }
    var length: UInt8 = 32
    if slash.count == 2 {
      guard let given = UInt8(slash[1]), given <= 32 else { throw OptionError("`\(slash[1])' is no prefix length") }
      length = given
    }
    var element = SetElement()
    element.address = address.rawValue
    if kind.hasNetworks {
      guard ends.count == 1 else { throw OptionError("`\(text)': write a range as the networks it consists of") }
      guard length > 0 else { throw OptionError("`\(text)': a set of networks takes prefix lengths from 1 to 32") }
      return [element.masked(to: length)]
    }
    let size = length == 0 ? UInt32.max : length >= 32 ? 0 : UInt32.max >> UInt32(length)
    var first = address.rawValue & ~size
    var last = first | size
    if ends.count == 2 {
      guard let end = IPv4Address(ends[1]), end.rawValue >= address.rawValue else {
        throw OptionError("`\(text)' is no range of addresses")
      }
      (first, last) = (address.rawValue, end.rawValue)
    }
    guard last - first < most else { throw OptionError("`\(text)' stands for more than \(most) addresses") }
    var seen: [SetElement] = []
    for address in first...last {
      var element = SetElement()
      element.address = address
      element = element.masked(to: set.prefixLength)
      element.length = 32
      if seen.last != element { seen.append(element) }
    }
    return seen
  }

  /// `22`, `tcp:22`, `udp:53-60`, `icmp:8/0`, `icmp:echo-request`, `gre:0`.
  private static func ports(_ text: Substring) throws(OptionError) -> [(protocolNumber: UInt8, port: UInt16)] {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.count == 2 ? String(parts[0]).lowercased() : "tcp"
    guard let number = ProtocolNames.number(name), let value = parts.last else {
      throw OptionError("`\(parts[0])' is no protocol")
    }
    if number == 1 { return [(1, try icmp(value))] }
    let ends = value.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    if let whole = port(value, number) { return [(number, whole)] }
    guard ends.count == 2, let first = port(ends[0], number), let last = port(ends[1], number), first <= last else {
      throw OptionError("`\(value)' is no port or range of ports")
    }
    return (first...last).map { (number, $0) }
  }

  private static func port(_ text: Substring, _ protocolNumber: UInt8) -> UInt16? {
    UInt16(text) ?? ServiceNames.port(String(text), protocolNumber == 17 ? .udp : protocolNumber == 132 ? .sctp : .tcp)
  }

  /// Type and code of an ICMP message as one number.
  private static func icmp(_ text: Substring) throws(OptionError) -> UInt16 {
    if let code = icmpNames[String(text)] { return code }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let type = UInt8(parts[0]), let code = UInt8(parts[1]) else {
      throw OptionError("`\(text)' is no type and code of ICMP")
    }
    return UInt16(type) << 8 | UInt16(code)
  }

  /// The names that ipset has for types and codes (`ipset help hash:ip,port`).
  private static let icmpNames: [String: UInt16] = [
    "echo-reply": 0x0000, "pong": 0x0000, "network-unreachable": 0x0300, "host-unreachable": 0x0301,
    "protocol-unreachable": 0x0302, "port-unreachable": 0x0303, "fragmentation-needed": 0x0304,
    "source-route-failed": 0x0305, "network-unknown": 0x0306, "host-unknown": 0x0307, "network-prohibited": 0x0309,
    "host-prohibited": 0x030a, "TOS-network-unreachable": 0x030b, "TOS-host-unreachable": 0x030c,
    "communication-prohibited": 0x030d, "host-precedence-violation": 0x030e, "precedence-cutoff": 0x030f,
    "source-quench": 0x0400, "network-redirect": 0x0500, "host-redirect": 0x0501, "TOS-network-redirect": 0x0502,
    "TOS-host-redirect": 0x0503, "echo-request": 0x0800, "ping": 0x0800, "router-advertisement": 0x0900,
    "router-solicitation": 0x0a00, "ttl-zero-during-transit": 0x0b00, "ttl-zero-during-reassembly": 0x0b01,
    "ip-header-bad": 0x0c00, "required-option-missing": 0x0c01, "timestamp-request": 0x0d00, "timestamp-reply": 0x0e00,
    "address-mask-request": 0x1100, "address-mask-reply": 0x1200,
  ]
}
