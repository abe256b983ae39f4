import Netfilter
import Wire

/// What the host does with the options of a packet it receives: records its address and time where they ask for it,
/// refuses what is malformed (`__ip_options_compile` in `net/ipv4/ip_options.c`; RFC 791 section 3.1, RFC 1122 section
/// 3.2.1.8).
struct IPOptionsVisit {
  private enum Kind {
    static let end: UInt8 = 0
    static let noOperation: UInt8 = 1
    static let recordRoute: UInt8 = 7
    static let timestamp: UInt8 = 68
    static let looseSourceRoute: UInt8 = 131
    static let securityLabel: UInt8 = 134
    static let strictSourceRoute: UInt8 = 137
    static let routerAlert: UInt8 = 148
  }

  /// A byte that makes no sense.
  private struct Problem: Error {
    let pointer: Int
  }

  /// The IP packet; its options change, its header checksum does not.
  private(set) var bytes: [UInt8]
  private(set) var options = ReceivedOptions()
  /// The byte of the header that an ICMP parameter problem points to, where the options make no sense. What stood before
  /// it has been done all the same.
  private(set) var problem: Int?
  /// The host's address towards the sender.
  private let address: IPv4Address
  /// Milliseconds since midnight.
  private let time: UInt32
  private let isForeignUnicast: (IPv4Address) -> Bool

  init(_ packet: SocketBuffer, address: IPv4Address, time: UInt32, isForeignUnicast: @escaping (IPv4Address) -> Bool) {
    bytes = packet.bytes
    self.address = address
    self.time = time
    self.isForeignUnicast = isForeignUnicast
    do throws(Problem) {
      try visit(20..<packet.headerLength)
    } catch {
      problem = error.pointer
    }
  }

  private func byte(_ offset: Int) -> Int { Int(bytes[...].byte(at: offset) ?? 0) }

  private mutating func visit(_ range: Range<Int>) throws(Problem) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let kind = bytes[...].byte(at: offset) ?? Kind.end
      if kind == Kind.end { return clear(offset + 1..<range.upperBound) }
      if kind == Kind.noOperation {
        offset += 1
        continue
      }
      try expect(range.upperBound - offset >= 2, offset)
      let length = byte(offset + 1)
      try expect(length >= 2 && length <= range.upperBound - offset, offset)
      try visit(kind, at: offset, length: length)
      offset += length
    }
  }

  private mutating func visit(_ kind: UInt8, at offset: Int, length: Int) throws(Problem) {
    switch kind {
    case Kind.looseSourceRoute, Kind.strictSourceRoute:
      try expect(length >= 3, offset + 1)
      try expect(byte(offset + 2) >= 4, offset + 2)
      try expect(options.sourceRoute == nil, offset)
      options.sourceRoute = offset
    case Kind.recordRoute:
      try expect(options.recordRoute == nil, offset)
      try expect(length >= 3, offset + 1)
      try recordRoute(at: offset, length: length)
      options.recordRoute = offset
    case Kind.timestamp:
      try expect(options.timestamp == nil, offset)
      try expect(length >= 4, offset + 1)
      try recordTime(at: offset, length: length)
      options.timestamp = offset
    case Kind.routerAlert:
      try expect(length >= 4, offset + 1)
    case Kind.securityLabel:
      try expect(options.securityLabel == nil, offset)
      options.securityLabel = offset
      // No domain of interpretation is configured, so none is known (`cipso_v4_validate`).
      throw Problem(pointer: offset + (length < 8 ? 1 : 2))
    default: break
    }
  }

  private func expect(_ condition: Bool, _ pointer: Int) throws(Problem) {
    guard condition else { throw Problem(pointer: pointer) }
  }

  private mutating func recordRoute(at offset: Int, length: Int) throws(Problem) {
    let pointer = byte(offset + 2)
    try expect(pointer >= 4, offset + 2)
    guard pointer <= length else { return }
    try expect(pointer + 3 <= length, offset + 2)
    write(address.rawValue, at: offset + pointer - 1)
    bytes[offset + 2] += 4
    options.recordRouteNeedsAddress = true
  }

  private mutating func recordTime(at offset: Int, length: Int) throws(Problem) {
    let pointer = byte(offset + 2)
    let flag = byte(offset + 3) & 15
    try expect(pointer >= 5, offset + 2)
    guard pointer <= length else {
      // No room: the overflow count rises, unless the addresses were given.
      guard flag != 3 else { return }
      try expect(byte(offset + 3) >> 4 != 15, offset + 3)
      bytes[offset + 3] &+= 16
      options.isChanged = true
      return
    }
    try expect(pointer + 3 <= length, offset + 2)
    switch flag {
    case 0:
      write(time, at: offset + pointer - 1)
      bytes[offset + 2] += 4
    case 1:
      try expect(pointer + 7 <= length, offset + 2)
      write(address.rawValue, at: offset + pointer - 1)
      write(time, at: offset + pointer + 3)
      bytes[offset + 2] += 8
      options.timestampNeedsAddress = true
    case 3:
      try expect(pointer + 7 <= length, offset + 2)
      guard let wanted = IPv4Address(bytes: bytes[...].slice(at: offset + pointer - 1)), !isForeignUnicast(wanted)
      else { return }
      write(time, at: offset + pointer + 3)
      bytes[offset + 2] += 8
    default: return
    }
    options.timestampNeedsTime = true
  }

  private mutating func write(_ value: UInt32, at offset: Int) {
    bytes.store(value, at: offset)
    options.isChanged = true
  }

  /// Whatever follows the end of the options is made zero.
  private mutating func clear(_ range: Range<Int>) {
    for offset in range where byte(offset) != 0 {
      bytes[offset] = Kind.end
      options.isChanged = true
    }
  }
}

extension SimulatedHost {
  /// Options of a received packet, after routing (`ip_rcv_options`); `false` where they end its walk.
  func visitOptions(_ packet: SocketBuffer, _ ip: IPv4Header) -> Bool {
    guard ip.headerLength > 20 else { return true }
    let visit = IPOptionsVisit(packet, address: ownAddress(towards: packet, ip), time: millisecondsSinceMidnight) {
      self.routing.kind(of: $0) == .unicast
    }
    packet.bytes = visit.bytes
    packet.options = visit.options
    if let problem = visit.problem {
      let pointer = UInt32(truncatingIfNeeded: problem) << 24
      sendICMPError(type: 12, code: 0, info: pointer, about: packet, by: nil)
      finish(packet, .routing)
      return false
    }
    guard visit.options.sourceRoute != nil else { return true }
    // Source routes are refused unless `accept_source_route` says otherwise, which no sensible host does.
    if namespace.sysctl("net.ipv4.conf.all.accept_source_route", default: 0) != 0 {
      packet.walk.cannotModel("net.ipv4.conf.all.accept_source_route")
    }
    finish(packet, .routing)
    return false
  }

  /// The address by which this host answers a received packet: the one it was sent to, unless that was for many or
  /// another host (`fib_compute_spec_dst`).
  func ownAddress(towards packet: SocketBuffer, _ ip: IPv4Header) -> IPv4Address {
    if packet.route?.kind == .local { return ip.destination }
    if ip.source != .any, let route = routing.output(to: ip.source) { return route.preferredSource }
    return packet.inputInterface.flatMap { routing.address(of: $0, for: ip.source) } ?? .any
  }

  /// The recorded route of a forwarded packet names the address it leaves by (`ip_forward_options`).
  func recordDeparture(_ packet: SocketBuffer, _ route: Route) {
    guard let options = packet.options else { return }
    var isChanged = options.isChanged
    if options.recordRouteNeedsAddress, let offset = options.recordRoute,
      let pointer = packet.bytes[...].byte(at: offset + 2)
    {
      packet.bytes.store(route.preferredSource.rawValue, at: offset + Int(pointer) - 5)
      isChanged = true
    }
    guard isChanged else { return }
    packet.options?.isChanged = false
    packet.bytes.storeHeaderChecksum(length: packet.headerLength)
  }
}
