import Netfilter
import Wire

/// The options of a packet as they stand in what this host answers it with (`__ip_options_echo`, `ip_options_build` in
/// `net/ipv4/ip_options.c`; RFC 1122 section 3.2.2.6).
struct IPOptionsEcho {
  /// Padded to a multiple of four.
  private(set) var bytes: [UInt8] = []
  /// Where the answer goes first, where it is routed by its source.
  private(set) var firstHop: IPv4Address?
  private var recordRoute: Int?
  private var timestamp: Int?
  private var sourceRoute: Int?
  private var needsAddress = false
  private var timestampNeedsAddress = false
  private var timestampNeedsTime = false

  /// What the options ask for, as of a packet with nothing before them in its header; `nil` where there are none.
  var received: ReceivedOptions? {
    guard !bytes.isEmpty else { return nil }
    var options = ReceivedOptions()
    options.recordRoute = recordRoute.map { $0 + 20 }
    options.recordRouteNeedsAddress = needsAddress
    options.timestamp = timestamp.map { $0 + 20 }
    options.timestampNeedsAddress = timestampNeedsAddress
    options.timestampNeedsTime = timestampNeedsTime
    options.sourceRoute = sourceRoute.map { $0 + 20 }
    return options
  }

  /// Nothing for a packet without options; `nil` where no answer may be made.
  init?(_ packet: SocketBuffer, isForeignUnicast: (IPv4Address) -> Bool) {
    guard let options = packet.options else { return }
    let original = packet.bytes[...]
    if let offset = options.recordRoute {
      guard echoRecordRoute(original, offset, options) else { return nil }
    }
    if let offset = options.timestamp {
      guard echoTimestamp(original, offset, options, isForeignUnicast) else { return nil }
    }
    if let offset = options.sourceRoute { echoSourceRoute(original, offset) }
    if let offset = options.securityLabel {
      bytes += original.slice(at: offset, length: Int(original.byte(at: offset + 1) ?? 0))
    }
    bytes += Array(repeating: 0, count: (4 - bytes.count % 4) % 4)
  }

  private mutating func echoRecordRoute(_ original: Bytes, _ offset: Int, _ options: ReceivedOptions) -> Bool {
    let (length, pointer) = Self.lengthAndPointer(original, offset)
    recordRoute = bytes.count
    bytes += original.slice(at: offset, length: length)
    guard options.recordRouteNeedsAddress, pointer <= length else { return true }
    guard pointer + 3 <= length else { return false }
    setPointer(pointer + 4, ofOptionAt: recordRoute)
    needsAddress = true
    return true
  }

  private mutating func echoTimestamp(
    _ original: Bytes, _ offset: Int, _ options: ReceivedOptions, _ isForeignUnicast: (IPv4Address) -> Bool
  ) -> Bool {
    let (length, received) = Self.lengthAndPointer(original, offset)
    var pointer = received
    timestamp = bytes.count
    bytes += original.slice(at: offset, length: length)
    guard pointer <= length else { return true }
    if options.timestampNeedsAddress {
      guard pointer + 3 <= length else { return false }
      timestampNeedsAddress = true
      pointer += 4
    }
    if options.timestampNeedsTime {
      guard pointer + 3 <= length else { return false }
      if (original.byte(at: offset + 3) ?? 0) & 15 != 3 {
        timestampNeedsTime = true
        pointer += 4
      } else if pointer + 7 <= length, let next = IPv4Address(bytes: original.slice(at: offset + pointer - 1)),
        !isForeignUnicast(next)
      {
        timestampNeedsTime = true
        pointer += 8
      }
    }
    setPointer(pointer, ofOptionAt: timestamp)
    return true
  }

  /// The way back is the way here, turned round.
  private mutating func echoSourceRoute(_ original: Bytes, _ offset: Int) {
    let (length, pointer) = Self.lengthAndPointer(original, offset)
    var hops: [Bytes] = []
    var place = min(pointer, length + 1) - 4
    while place > 3 {
      hops.append(original.slice(at: offset + place - 1, length: 4))
      place -= 4
    }
    guard let first = hops.first, let last = hops.last else { return }
    // The sender itself needs no place in the route (RFC 1812 section 5.3.13.4).
    let places = hops.count - (last.elementsEqual(original.slice(at: 12, length: 4)) ? 1 : 0)
    guard places > 0 else { return }
    firstHop = IPv4Address(bytes: first)
    sourceRoute = bytes.count
    bytes += [original.byte(at: offset) ?? 0, UInt8(truncatingIfNeeded: places * 4 + 3), 4]
    // The last place is the destination's.
    bytes += hops.dropFirst().prefix(places - 1).joined() + [0, 0, 0, 0]
  }

  private static func lengthAndPointer(_ original: Bytes, _ offset: Int) -> (length: Int, pointer: Int) {
    (Int(original.byte(at: offset + 1) ?? 0), Int(original.byte(at: offset + 2) ?? 0))
  }

  private mutating func setPointer(_ pointer: Int, ofOptionAt offset: Int?) {
    if let offset, offset + 2 < bytes.count { bytes[offset + 2] = UInt8(truncatingIfNeeded: pointer) }
  }

  /// The options as they leave: with the address of this host and the time where they ask for them.
  ///
  /// - Parameters:
  ///   - destination: where the answer goes in the end.
  ///   - time: milliseconds since midnight.
  func filled(from source: IPv4Address, to destination: IPv4Address, time: UInt32) -> [UInt8] {
    var filled = bytes
    func end(_ offset: Int?) -> Int? { offset.flatMap { filled[...].byte(at: $0 + 2) }.map { Int($0) + (offset ?? 0) } }
    func store(_ value: UInt32, at place: Int) {
      if place >= 0, place + 4 <= filled.count { filled.store(value, at: place) }
    }
    if let sourceRoute, let length = filled[...].byte(at: sourceRoute + 1) {
      store(destination.rawValue, at: sourceRoute + Int(length) - 4)
    }
    if needsAddress, let end = end(recordRoute) { store(source.rawValue, at: end - 5) }
    if timestampNeedsAddress, let end = end(timestamp) { store(source.rawValue, at: end - 9) }
    if timestampNeedsTime, let end = end(timestamp) { store(time, at: end - 5) }
    return filled
  }
}
