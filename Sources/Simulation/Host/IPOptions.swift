import Netfilter
import Wire

/// What the host does with the options of a packet it receives: records its address and time where they ask for it,
/// refuses what is malformed (`net/ipv4/ip_options.c`; RFC 791 section 3.1, RFC 1122 section 3.2.1.8).
struct IPOptionsVisit {
  /// A byte of the header that makes no sense: where an ICMP parameter problem points.
  struct Problem: Error {
    let pointer: Int
  }

  private enum Kind {
    static let end: UInt8 = 0
    static let noOperation: UInt8 = 1
    static let recordRoute: UInt8 = 7
    static let timestamp: UInt8 = 68
    static let looseSourceRoute: UInt8 = 131
    static let strictSourceRoute: UInt8 = 137
    static let routerAlert: UInt8 = 148
  }

  /// The IP packet; its options change, its header checksum is made to fit again where they did.
  private(set) var bytes: [UInt8]
  private(set) var hasSourceRoute = false
  /// Where the address by which the packet leaves is to be written when it is forwarded.
  private(set) var departureSlots: [Int] = []
  /// The host's address towards the sender.
  private let address: IPv4Address
  /// Milliseconds since midnight.
  private let time: UInt32
  private let isForeignUnicast: (IPv4Address) -> Bool
  private var changed = false
  private var seen: Set<UInt8> = []

  init(
    _ packet: SocketBuffer, address: IPv4Address, time: UInt32, isForeignUnicast: @escaping (IPv4Address) -> Bool
  ) throws(Problem) {
    bytes = packet.bytes
    self.address = address
    self.time = time
    self.isForeignUnicast = isForeignUnicast
    try visit(20..<packet.headerLength)
    if changed { fitChecksum(headerLength: packet.headerLength) }
  }

  private func byte(_ offset: Int) -> Int { Int(bytes[...].byte(at: offset) ?? 0) }

  private mutating func visit(_ options: Range<Int>) throws(Problem) {
    var offset = options.lowerBound
    while offset < options.upperBound {
      let kind = bytes[...].byte(at: offset) ?? Kind.end
      if kind == Kind.end { return clear(offset + 1..<options.upperBound) }
      if kind == Kind.noOperation {
        offset += 1
        continue
      }
      guard options.upperBound - offset >= 2 else { throw Problem(pointer: offset) }
      let length = byte(offset + 1)
      guard length >= 2, length <= options.upperBound - offset else { throw Problem(pointer: offset) }
      try visit(kind, at: offset, length: length)
      offset += length
    }
  }

  private mutating func visit(_ kind: UInt8, at offset: Int, length: Int) throws(Problem) {
    switch kind {
    case Kind.looseSourceRoute, Kind.strictSourceRoute:
      try expect(length >= 3, offset + 1)
      try expect(byte(offset + 2) >= 4, offset + 2)
      try expect(!hasSourceRoute, offset)
      hasSourceRoute = true
    case Kind.recordRoute:
      try expect(seen.insert(kind).inserted, offset)
      try expect(length >= 3, offset + 1)
      try recordRoute(at: offset, length: length)
    case Kind.timestamp:
      try expect(seen.insert(kind).inserted, offset)
      try expect(length >= 4, offset + 1)
      try recordTime(at: offset, length: length)
    case Kind.routerAlert:
      try expect(length >= 4, offset + 1)
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
    departureSlots.append(offset + pointer - 1)
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
      changed = true
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
    case 3:
      try expect(pointer + 7 <= length, offset + 2)
      guard let wanted = IPv4Address(bytes: bytes[...].slice(at: offset + pointer - 1)), !isForeignUnicast(wanted)
      else {
        return
      }
      write(time, at: offset + pointer + 3)
      bytes[offset + 2] += 8
    default: break
    }
  }

  private mutating func write(_ value: UInt32, at offset: Int) {
    bytes.store(value, at: offset)
    changed = true
  }

  /// Whatever follows the end of the options is made zero.
  private mutating func clear(_ range: Range<Int>) {
    for offset in range where byte(offset) != 0 {
      bytes[offset] = Kind.end
      changed = true
    }
  }

  private mutating func fitChecksum(headerLength: Int) {
    bytes.store(UInt16(0), at: 10)
    bytes.store(InternetChecksum.of(bytes.prefix(headerLength)), at: 10)
  }
}

extension SimulatedHost {
  /// Options of a received packet, after routing (`ip_rcv_options`); `false` where they end its walk.
  func visitOptions(_ packet: SocketBuffer, _ ip: IPv4Header) -> Bool {
    guard ip.headerLength > 20 else { return true }
    let kind = packet.route?.kind
    let source = ip.source
    let own = kind == .local ? ip.destination : routing.output(to: source)?.preferredSource ?? .any
    do {
      let visit = try IPOptionsVisit(packet, address: own, time: millisecondsSinceMidnight) {
        self.routing.kind(of: $0) == .unicast
      }
      // Source routes are refused unless `accept_source_route` says otherwise, which no sensible host does.
      guard !visit.hasSourceRoute else {
        if namespace.sysctl("net.ipv4.conf.all.accept_source_route", default: 0) != 0 {
          packet.walk.cannotModel("net.ipv4.conf.all.accept_source_route")
        }
        finish(packet, .routing)
        return false
      }
      packet.bytes = visit.bytes
      packet.departureSlots = visit.departureSlots
      return true
    } catch {
      let pointer = UInt32(truncatingIfNeeded: error.pointer) << 24
      sendICMPError(type: 12, code: 0, info: pointer, about: packet, by: nil)
      finish(packet, .routing)
      return false
    }
  }

  /// The recorded route of a forwarded packet names the address it leaves by (`ip_forward_options`).
  func recordDeparture(_ packet: SocketBuffer, _ route: Route) {
    guard !packet.departureSlots.isEmpty else { return }
    for slot in packet.departureSlots { packet.bytes.store(route.preferredSource.rawValue, at: slot) }
    packet.bytes.store(UInt16(0), at: 10)
    packet.bytes.store(InternetChecksum.of(packet.bytes.prefix(packet.headerLength)), at: 10)
  }
}
