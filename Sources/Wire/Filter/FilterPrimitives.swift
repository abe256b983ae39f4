/// What each phrase of a filter asks of a packet, by the link that it was captured on (libpcap's `gencode.c`).
struct FilterPrimitives {
  let context: PacketFilter.Context
  let names: FilterNames

  private static let protocolNumbers: [String: UInt32] = [
    "icmp": 1, "igmp": 2, "tcp": 6, "igrp": 9, "udp": 17, "esp": 50, "ah": 51, "icmp6": 58, "pim": 103, "vrrp": 112,
    "carp": 112, "sctp": 132,
  ]
  private static let etherTypes: [String: UInt32] = ["ip": 0x0800, "arp": 0x0806, "rarp": 0x8035, "ip6": 0x86dd]
  private static let overIPv4: Set<String> = ["icmp", "igmp", "igrp", "vrrp", "carp"]

  // MARK: Layers

  /// A frame that carries this EtherType.
  private func carries(_ type: UInt32) -> FilterCondition {
    switch context.linkType {
    case .ethernet: return .compare(.load(.frame, at: 12, size: 2), .equal, .number(type))
    case .linuxSLL: return .compare(.load(.frame, at: 14, size: 2), .equal, .number(type))
    case .linuxSLL2: return .compare(.load(.frame, at: 0, size: 2), .equal, .number(type))
    case .ipv4: return .constant(type == 0x0800)
    case .ipv6: return .constant(type == 0x86dd)
    default:
      guard type == 0x0800 || type == 0x86dd else { return .constant(false) }
      let version = FilterValue.binary(.and, .load(.frame, at: 0, size: 1), .number(0xf0))
      return .compare(version, .equal, .number(type == 0x0800 ? 0x40 : 0x60))
    }
  }

  private var isIPv4: FilterCondition { carries(0x0800) }
  private var isIPv6: FilterCondition { carries(0x86dd) }

  private func network(_ offset: Int, _ size: Int, equals number: UInt32) -> FilterCondition {
    .compare(.load(.network, at: offset, size: size), .equal, .number(number))
  }

  /// An IPv4 packet of that protocol.
  private func overIPv4(_ number: UInt32) -> FilterCondition { .and(isIPv4, network(9, 1, equals: number)) }

  /// An IPv6 packet of that protocol, at once or behind a fragment header.
  private func overIPv6(_ number: UInt32) -> FilterCondition {
    .and(
      isIPv6,
      .or(network(6, 1, equals: number), .and(network(6, 1, equals: 44), network(40, 1, equals: number))))
  }

  private var isFirstFragment: FilterCondition {
    .compare(.binary(.and, .load(.network, at: 6, size: 2), .number(0x1fff)), .equal, .number(0))
  }

  /// A protocol's name alone.
  func named(_ proto: String) throws(FilterError) -> FilterCondition {
    switch proto {
    case "ether": throw FilterError("link layer applied in wrong context")
    case "radio": throw FilterError("'radio' is not a valid protocol type")
    default: break
    }
    if let type = Self.etherTypes[proto] { return carries(type) }
    guard let number = Self.protocolNumbers[proto] else { throw .syntax }
    if proto == "icmp6" { return overIPv6(number) }
    return Self.overIPv4.contains(proto) ? overIPv4(number) : .or(overIPv4(number), overIPv6(number))
  }

  // MARK: Addresses

  private func direct(
    _ direction: FilterQualifiers.Direction, _ source: FilterCondition, _ destination: FilterCondition
  ) -> FilterCondition {
    switch direction {
    case .source: source
    case .destination: destination
    case .both: .and(source, destination)
    case .either, .none: .or(source, destination)
    }
  }

  /// An IPv4 address or network, in IP and where nothing else is said in ARP.
  private func host(_ address: UInt32, mask: UInt32, _ head: FilterQualifiers) throws(FilterError) -> FilterCondition {
    let kind = head.kind == .net ? "net" : "host"
    func field(_ offset: Int) -> FilterCondition {
      // Every address is of the network that has no bits.
      if mask == 0 { return .constant(address == 0) }
      let value = FilterValue.load(.network, at: offset, size: 4)
      return .compare(mask == .max ? value : .binary(.and, value, .number(mask)), .equal, .number(address))
    }
    let inIP = FilterCondition.and(isIPv4, direct(head.direction, field(12), field(16)))
    let addresses = direct(head.direction, field(14), field(24))
    switch head.proto {
    case nil: return .any([inIP, .and(carries(0x0806), addresses), .and(carries(0x8035), addresses)])
    case "ip": return inIP
    case "arp": return .and(carries(0x0806), addresses)
    case "rarp": return .and(carries(0x8035), addresses)
    case "ether": throw FilterError("illegal link layer address")
    case "ip6": throw FilterError("'ip6' modifier applied to ip \(kind)")
    case let proto?: throw FilterError("'\(proto)' modifier applied to \(kind)")
    }
  }

  func ipv6(_ address: IPv6Address, _ length: UInt32?, _ head: FilterQualifiers) throws(FilterError) -> FilterCondition
  {
    guard [.none, .host, .net].contains(head.kind) else { throw FilterError("invalid qualifier against IPv6 address") }
    if let length, length > 128 { throw FilterError("mask length must be <= 128") }
    if head.kind == .host || head.kind == .none, let length, length != 128 {
      throw FilterError("Mask syntax for networks only")
    }
    guard head.proto == nil || head.proto == "ip6" else {
      let kind = head.kind == .net ? "net" : "host"
      if head.proto == "ether" { throw FilterError("link-layer modifier applied to ip6 \(kind)") }
      throw FilterError("'\(head.proto ?? "")' modifier applied to ip6 \(kind)")
    }
    let bits = Int(length ?? 128)
    let bytes = address.bytes
    func field(_ offset: Int) throws(FilterError) -> FilterCondition {
      var parts: [FilterCondition] = []
      for word in 0..<4 {
        let value = bytes[...].uint32(at: word * 4) ?? 0
        let covered = min(32, max(0, bits - word * 32))
        let mask = covered == 0 ? 0 : UInt32.max << UInt32(32 - covered)
        guard value & ~mask == 0 else { throw FilterError("non-network bits set in \"\(address)/\(bits)\"") }
        if mask == 0 { continue }
        let load = FilterValue.load(.network, at: offset + word * 4, size: 4)
        parts.append(.compare(mask == .max ? load : .binary(.and, load, .number(mask)), .equal, .number(value)))
      }
      return .all(parts)
    }
    return .and(isIPv6, direct(head.direction, try field(8), try field(24)))
  }

  func link(_ mac: MACAddress, _ head: FilterQualifiers) throws(FilterError) -> FilterCondition {
    guard head.proto == "ether", head.kind == .host || head.kind == .none else {
      throw FilterError("ethernet address used in non-ether expression")
    }
    guard context.linkType == .ethernet else {
      throw FilterError(
        "ethernet addresses supported only on ethernet/FDDI/token ring/802.11/ATM LANE/Fibre Channel")
    }
    func field(_ offset: Int) -> FilterCondition {
      .and(
        .compare(.load(.frame, at: offset + 2, size: 4), .equal, .number(mac.bytes[...].uint32(at: 2) ?? 0)),
        .compare(.load(.frame, at: offset, size: 2), .equal, .number(UInt32(mac.bytes[...].uint16(at: 0) ?? 0))))
    }
    return direct(head.direction, field(6), field(0))
  }

  /// Numbers with dots, fewer than four of which stand for a network.
  func dotted(_ text: String, _ head: FilterQualifiers) throws(FilterError) -> FilterCondition {
    let (address, length) = try Self.parse(text)
    switch head.kind {
    case .none, .host, .net:
      let mask = length == 0 ? 0 : UInt32.max << UInt32(32 - length)
      return try host(length == 0 ? 0 : address << UInt32(32 - length), mask: mask, head)
    default: return try number(address, head)
    }
  }

  func network(_ text: String, length: UInt32, _ head: FilterQualifiers) throws(FilterError) -> FilterCondition {
    guard length <= 32 else { throw FilterError("mask length must be <= 32") }
    let mask = length == 0 ? 0 : UInt32.max << (32 - length)
    return try network(text, mask, "\(text)/\(length)", head)
  }

  func network(_ text: String, mask: String, _ head: FilterQualifiers) throws(FilterError) -> FilterCondition {
    let (value, length) = try Self.parse(mask)
    return try network(text, length == 0 ? 0 : value << UInt32(32 - length), "\(text) mask \(mask)", head)
  }

  private func network(
    _ text: String, _ mask: UInt32, _ shown: String, _ head: FilterQualifiers
  ) throws(FilterError) -> FilterCondition {
    let (value, length) = try Self.parse(text)
    let address = length == 0 ? 0 : value << UInt32(32 - length)
    guard address & ~mask == 0 else { throw FilterError("non-network bits set in \"\(shown)\"") }
    guard head.kind == .net else { throw FilterError("Mask syntax for networks only") }
    return try host(address, mask: mask, head)
  }

  /// The numbers and how many bits they fill.
  private static func parse(_ text: String) throws(FilterError) -> (UInt32, Int) {
    var value: UInt32 = 0
    var length = 0
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      guard let byte = try? FilterToken.number(String(part)), byte < 256, length < 32 else {
        throw FilterError("invalid IPv4 address '\(text)'")
      }
      value = value << 8 | byte
      length += 8
    }
    return (value, length)
  }

  // MARK: Numbers and names

  func number(_ number: UInt32, _ head: FilterQualifiers) throws(FilterError) -> FilterCondition {
    switch head.kind {
    case .none, .host: return try host(number, mask: .max, head)
    case .net:
      var (address, mask) = (number, UInt32.max)
      while address != 0, address & 0xff00_0000 == 0 {
        address <<= 8
        mask <<= 8
      }
      return try host(address, mask: mask, head)
    case .port, .portRange:
      let transports = try transports(head)
      guard number <= 65_535 else { throw FilterError("illegal port number \(number) > 65535") }
      return ports(number...number, transports, head.direction)
    case .proto: return try proto(number, head)
    case .gateway: throw FilterError("'gateway' requires a name")
    case .protochain: throw FilterError("protochain in a capture filter", isNotModelled: true)
    }
  }

  func name(_ name: String, _ head: FilterQualifiers) throws(FilterError) -> FilterCondition {
    switch head.kind {
    case .none, .host:
      if head.proto == "ether" { throw FilterError("unknown ether host '\(name)'") }
      guard let address = names.host(name) else { throw FilterError("unknown host '\(name)'") }
      return try host(address.rawValue, mask: .max, head)
    case .net:
      guard let address = names.network(name) else { throw FilterError("unknown network '\(name)'") }
      var (value, mask) = (address.rawValue, UInt32.max)
      for _ in 0..<3 where value & ~(mask << 8) == 0 && value != 0 { mask <<= 8 }
      value &= mask
      return try host(value, mask: mask, head)
    case .port:
      let (port, found) = try port(name, try transports(head), head.proto)
      return ports(port...port, found, head.direction)
    case .portRange:
      let parts = name.split(separator: "-", maxSplits: 1).map(String.init)
      let transports = try transports(head)
      guard parts.count == 2, let first = try? port(parts[0], transports, head.proto),
        let last = try? port(parts[1], transports, head.proto)
      else { throw FilterError("unknown port in range '\(name)'") }
      let common = first.transports.filter { last.transports.contains($0) }
      return ports(
        min(first.port, last.port)...max(first.port, last.port), common.isEmpty ? transports : common, head.direction)
    case .proto:
      if head.proto == "ether" {
        guard let type = Self.etherTypes[name] else {
          throw FilterError("ether proto \\\(name) in a capture filter", isNotModelled: true)
        }
        return try proto(type, head)
      }
      guard let number = names.protocolNumber(name) else { throw FilterError("unknown ip proto '\(name)'") }
      return try proto(UInt32(number), head)
    case .gateway: throw FilterError("'gateway' not supported in this configuration")
    case .protochain: throw FilterError("protochain in a capture filter", isNotModelled: true)
    }
  }

  private static let allTransports: [FilterNames.Transport] = [.tcp, .udp, .sctp]

  private func transports(_ head: FilterQualifiers) throws(FilterError) -> [FilterNames.Transport] {
    guard let proto = head.proto else { return Self.allTransports }
    guard let one = FilterNames.Transport(rawValue: proto) else {
      throw FilterError("illegal qualifier of '\(head.kind == .port ? "port" : "portrange")'")
    }
    return [one]
  }

  /// A service's port, and the transports it is one of.
  private func port(
    _ name: String, _ wanted: [FilterNames.Transport], _ proto: String?
  ) throws(FilterError) -> (port: UInt32, transports: [FilterNames.Transport]) {
    if let number = UInt32(name) { return (number, wanted) }
    let tcp = names.port(name, .tcp)
    let udp = names.port(name, .udp)
    guard let port = tcp ?? udp else { throw FilterError("unknown port '\(name)'") }
    let only: FilterNames.Transport? = tcp == nil ? .udp : udp == nil ? .tcp : nil
    if let only, let proto, proto != only.rawValue, proto != "sctp" {
      throw FilterError("port '\(name)' is \(only.rawValue)")
    }
    return (UInt32(port), proto == nil ? only.map { [$0] } ?? Self.allTransports : wanted)
  }

  /// Ports of first fragments; of IPv6 only behind the fixed header.
  private func ports(
    _ range: ClosedRange<UInt32>, _ transports: [FilterNames.Transport], _ direction: FilterQualifiers.Direction
  ) -> FilterCondition {
    let numbers = transports.map { Self.protocolNumbers[$0.rawValue] ?? 0 }
    func field(_ value: FilterValue) -> FilterCondition {
      guard range.lowerBound < range.upperBound else { return .compare(value, .equal, .number(range.lowerBound)) }
      return .and(
        .compare(value, .greaterOrEqual, .number(range.lowerBound)),
        .compare(value, .lessOrEqual, .number(range.upperBound)))
    }
    let inIPv4 = FilterCondition.all([
      isIPv4, .any(numbers.map { network(9, 1, equals: $0) }), isFirstFragment,
      direct(
        direction, field(.load(.transport, at: 0, size: 2)), field(.load(.transport, at: 2, size: 2))),
    ])
    let inIPv6 = FilterCondition.all([
      isIPv6, .any(numbers.map { network(6, 1, equals: $0) }),
      direct(direction, field(.load(.network, at: 40, size: 2)), field(.load(.network, at: 42, size: 2))),
    ])
    return .or(inIPv6, inIPv4)
  }

  private func proto(_ number: UInt32, _ head: FilterQualifiers) throws(FilterError) -> FilterCondition {
    switch head.proto {
    case nil: return .or(overIPv4(number), overIPv6(number))
    case "ip": return overIPv4(number)
    case "ip6": return overIPv6(number)
    case "ether":
      guard number > 1500 else { throw FilterError("ether proto \(number) in a capture filter", isNotModelled: true) }
      return carries(number)
    case "arp": throw FilterError("arp does not encapsulate another protocol")
    case "rarp": throw FilterError("rarp does not encapsulate another protocol")
    case let proto?: throw FilterError("'\(proto) proto' is bogus")
    }
  }

  // MARK: The link

  func broadcast(_ proto: String?) throws(FilterError) -> FilterCondition {
    switch proto {
    case nil, "ether":
      guard context.linkType == .ethernet else { throw FilterError("not a broadcast link") }
      return .and(
        .compare(.load(.frame, at: 2, size: 4), .equal, .number(.max)),
        .compare(.load(.frame, at: 0, size: 2), .equal, .number(0xffff)))
    case "ip":
      let host = ~context.netmask
      let value = FilterValue.binary(.and, .load(.network, at: 16, size: 4), .number(host))
      return .and(isIPv4, .or(.compare(value, .equal, .number(0)), .compare(value, .equal, .number(host))))
    default: throw FilterError("only link-layer/IP broadcast filters supported")
    }
  }

  func multicast(_ proto: String?) throws(FilterError) -> FilterCondition {
    switch proto {
    case "ip": return .and(isIPv4, .compare(.load(.network, at: 16, size: 1), .greaterOrEqual, .number(224)))
    case "ip6": return .and(isIPv6, network(24, 1, equals: 255))
    case nil, "ether":
      guard context.linkType == .ethernet else { break }
      return .compare(.binary(.and, .load(.frame, at: 0, size: 1), .number(1)), .notEqual, .number(0))
    default: break
    }
    throw FilterError(
      "link-layer multicast filters supported only on ethernet/FDDI/token ring/ARCNET/802.11/ATM LANE/Fibre Channel")
  }

  func direction(isOutgoing: Bool) throws(FilterError) -> FilterCondition {
    let outgoing: FilterCondition
    switch context.linkType {
    case .linuxSLL: outgoing = .compare(.load(.frame, at: 0, size: 2), .equal, .number(4))
    case .linuxSLL2: outgoing = .compare(.load(.frame, at: 10, size: 1), .equal, .number(4))
    case _ where context.isLive: outgoing = .compare(.isOutgoing, .equal, .number(1))
    default: throw FilterError("inbound/outbound not supported on \(context.linkType.name) when reading savefiles")
    }
    return isOutgoing ? outgoing : .not(outgoing)
  }

  func interface(_ index: UInt32) throws(FilterError) -> FilterCondition {
    switch context.linkType {
    case .linuxSLL2: return .compare(.load(.frame, at: 4, size: 4), .equal, .number(index))
    case _ where context.isLive: return .compare(.interfaceIndex, .equal, .number(index))
    default: throw FilterError("ifindex not supported on \(context.linkType.name) when reading savefiles")
    }
  }

  // MARK: Bytes

  /// `tcp[13]`: bytes of a header, and what must hold for the packet to have it.
  func load(
    _ proto: String, _ index: FilterValue, _ size: Int
  ) throws(FilterError) -> (value: FilterValue, conditions: [FilterCondition]) {
    guard [1, 2, 4].contains(size) else { throw FilterError("data size must be 1, 2, or 4") }
    switch proto {
    case "ether": return (.load(.frame, index, size: size), [])
    case "radio": throw FilterError("radio information not present in capture")
    case "ip", "arp", "rarp", "ip6": return (.load(.network, index, size: size), [try named(proto)])
    case "icmp6":
      return (.load(.behindIPv6, index, size: size), [isIPv6, network(6, 1, equals: 58)])
    default:
      return (.load(.transport, index, size: size), [.all([try named(proto), isFirstFragment, isIPv4])])
    }
  }
}
