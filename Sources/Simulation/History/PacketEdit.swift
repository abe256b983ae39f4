import Capture
import Wire

/// Why a packet cannot be changed so; facts for whoever words it.
package enum PacketEditError: Error, Sendable, Hashable {
  case pastTheEnd(offset: Int, count: Int)
  /// Nobody knows the byte, so a part of it cannot be changed.
  case hidden(byte: Int)
  case noSuchField(String, nearest: String?)
  /// Several headers have a field of that name: `tcp.source_port`, `udp.source_port`.
  case severalFields([String])
  /// What the field takes: `0 to 255`, `an IPv4 address`.
  case badValue(field: String, given: String, expected: String)
  case badHex(String)
}

/// Changes bytes of a captured packet, and brings its checksums up to date.
package struct PacketEdit {
  /// What became of a checksum that covers a changed byte.
  package enum Checksum: Sendable, Hashable {
    /// `ipv4` or the transport's name, and the value before and after.
    case fixed(String, from: UInt16, to: UInt16)
    /// Left as it is, on demand.
    case kept(String, UInt16)
    /// It covers bytes that nobody knows, and one of them was changed: left as it is.
    case unknowable(String)
  }

  package private(set) var packet: CapturedPacket
  private let original: CapturedPacket

  package init(_ packet: CapturedPacket) {
    self.packet = packet
    original = packet
  }

  // MARK: Changes

  /// Writes bytes over those at `offset`, counted from the first captured one.
  package mutating func set(_ bytes: [UInt8], at offset: Int) throws(PacketEditError) {
    guard offset >= 0, offset < packet.bytes.count, bytes.count <= packet.bytes.count - offset else {
      throw .pastTheEnd(offset: offset, count: packet.bytes.count)
    }
    for (index, byte) in bytes.enumerated() { packet.bytes[offset + index] = byte }
    reveal(offset..<offset + bytes.count)
  }

  /// Turns a bit over, or sets it; bit 0 is the most significant bit of its byte.
  package mutating func setBit(_ bit: Int, ofByte offset: Int, to value: Bool?) throws(PacketEditError) {
    guard packet.bytes.indices.contains(offset), (0..<8).contains(bit) else {
      throw .pastTheEnd(offset: offset, count: packet.bytes.count)
    }
    guard !isHidden(offset) else { throw .hidden(byte: offset) }
    let mask = UInt8(0x80) >> UInt8(bit)
    let isSet = value ?? (packet.bytes[offset] & mask == 0)
    try set([isSet ? packet.bytes[offset] | mask : packet.bytes[offset] & ~mask], at: offset)
  }

  /// Sets a header field by its name: `ttl`, `tcp.flags`, `destination port`.
  package mutating func set(field name: String, to text: String) throws(PacketEditError) {
    let field = try FieldFinder(packet).find(name)
    let bits = try FieldValueReader(field).bits(text)
    let range = field.bits
    var bytes = Array(packet.bytes[...].slice(at: field.byteRange.lowerBound, length: field.byteRange.count))
    guard bytes.count == field.byteRange.count else {
      throw .pastTheEnd(offset: field.byteRange.upperBound - 1, count: packet.bytes.count)
    }
    let skipped = range.lowerBound % 8
    if range.count % 8 != 0 || skipped != 0, let hidden = field.byteRange.first(where: isHidden) {
      throw .hidden(byte: hidden)
    }
    for (index, isSet) in bits.enumerated() {
      let place = skipped + index
      let mask = UInt8(0x80) >> UInt8(place % 8)
      if isSet { bytes[place / 8] |= mask } else { bytes[place / 8] &= ~mask }
    }
    try set(bytes, at: field.byteRange.lowerBound)
  }

  private func isHidden(_ offset: Int) -> Bool { packet.knowledge.conceals(offset..<offset + 1) }

  /// What is written over is known from now on.
  private mutating func reveal(_ range: Range<Int>) {
    packet.knowledge.edited = packet.knowledge.edited.flatMap { $0.without(range) }
    packet.knowledge.unknown = packet.knowledge.unknown.flatMap { $0.without(range) }
    guard let offset = IPv4Location(packet)?.offset else { return }
    if range.overlaps(offset + 12..<offset + 16) { packet.shownSource = shownAddress(at: offset + 12) }
    if range.overlaps(offset + 16..<offset + 20) { packet.shownDestination = shownAddress(at: offset + 16) }
  }

  /// `nil` for an address that is known whole.
  private func shownAddress(at offset: Int) -> String? {
    let range = offset..<offset + 4
    guard packet.knowledge.conceals(range),
      let address = IPv4Address(bytes: packet.bytes[...].slice(at: offset, length: 4))
    else { return nil }
    let hidden = (packet.knowledge.edited + packet.knowledge.unknown).map {
      $0.lowerBound - offset..<$0.upperBound - offset
    }
    return address.text(editedFrom: 0, hidden)
  }

  // MARK: Checksums

  /// The packet with every checksum that covers a changed byte brought up to date, or left, and which was what.
  package func finished(keepsChecksums: Bool) -> (packet: CapturedPacket, checksums: [Checksum]) {
    var result = packet
    var notes: [Checksum] = []
    for cover in ChecksumCover.all(of: packet) {
      guard cover.isTouched(original.bytes, packet.bytes), let old = packet.bytes[...].uint16(at: cover.place) else {
        continue
      }
      // Who sets the checksum itself means it.
      if original.bytes[...].uint16(at: cover.place) != old { continue }
      if keepsChecksums {
        notes.append(.kept(cover.name, old))
        result.knowledge.distrust(cover.name)
        continue
      }
      guard let new = cover.fixed(original, packet) else {
        notes.append(.unknowable(cover.name))
        result.knowledge.distrust(cover.name)
        continue
      }
      result.bytes.store(new, at: cover.place)
      // What is computed from bytes that are all known needs nobody's word.
      if cover.isKnown(packet) { result.knowledge.distrust(cover.name) }
      if new != old { notes.append(.fixed(cover.name, from: old, to: new)) }
    }
    return (result, notes)
  }
}

/// A checksum of a packet and what it covers.
private struct ChecksumCover {
  let name: String
  /// Where it stands, from the first captured byte.
  let place: Int
  /// The bytes under it, one stretch after the other.
  let ranges: [Range<Int>]
  /// Words added to them, such as a pseudo-header's protocol and length.
  let words: [UInt16]
  /// Its first byte to its last are all there.
  let isWhole: Bool
  let isUDP: Bool

  static func all(of packet: CapturedPacket) -> [ChecksumCover] {
    guard let offset = IPv4Location(packet)?.offset, let ip = IPv4Header(packet.bytes[...].slice(at: offset)) else {
      return []
    }
    let header = offset..<offset + ip.headerLength
    var covers = [
      ChecksumCover(
        name: "ipv4", place: offset + 10, ranges: [header], words: [], isWhole: header.upperBound <= packet.bytes.count,
        isUDP: false)
    ]
    let places: [UInt8: (name: String, place: Int, hasPseudoHeader: Bool)] = [
      1: ("icmp", 2, false), 2: ("igmp", 2, false), 6: ("tcp", 16, true), 17: ("udp", 6, true),
    ]
    guard let transport = places[ip.protocolNumber], ip.fragmentOffset == 0 else { return covers }
    let end = offset + ip.totalLength
    let payload = header.upperBound..<max(header.upperBound, min(end, packet.bytes.count))
    let place = header.upperBound + transport.place
    guard payload.contains(place + 1) else { return covers }
    if transport.name == "udp", packet.bytes[...].uint16(at: place) == 0 { return covers }
    let length = UInt16(truncatingIfNeeded: max(0, ip.totalLength - ip.headerLength))
    covers.append(
      ChecksumCover(
        name: transport.name, place: place,
        ranges: [payload] + (transport.hasPseudoHeader ? [offset + 12..<offset + 20] : []),
        words: transport.hasPseudoHeader ? [UInt16(ip.protocolNumber), length] : [],
        isWhole: end <= packet.bytes.count && !ip.moreFragments, isUDP: transport.name == "udp"))
    return covers
  }

  func isTouched(_ old: [UInt8], _ new: [UInt8]) -> Bool {
    ranges.contains { range in range.contains { old[...].byte(at: $0) != new[...].byte(at: $0) } }
  }

  /// The checksum that fits. Where it covers bytes that nobody knows it follows from the old one by the difference
  /// alone (RFC 1624), so that it says no more of them than the old one did; `nil` where such bytes were changed.
  func fixed(_ old: CapturedPacket, _ new: CapturedPacket) -> UInt16? {
    guard let stored = old.bytes[...].uint16(at: place), !new.knowledge.conceals(place..<place + 2) else { return nil }
    if isKnown(new) { return shown(~sum(new.bytes)) }
    let wasHidden = ranges.contains { range in
      range.contains {
        old.knowledge.conceals($0..<$0 + 1) && (!new.knowledge.conceals($0..<$0 + 1))
      }
    }
    guard !wasHidden else { return nil }
    var folded = UInt32(~stored) + UInt32(~sum(old.bytes)) + UInt32(sum(new.bytes))
    while folded > 0xffff { folded = folded & 0xffff + folded >> 16 }
    return shown(~UInt16(truncatingIfNeeded: folded))
  }

  /// Whether every byte that it covers is there.
  func isKnown(_ packet: CapturedPacket) -> Bool { isWhole && !ranges.contains { packet.knowledge.conceals($0) } }

  /// UDP writes a sum of zero as ffff, since zero stands for none (RFC 768).
  private func shown(_ value: UInt16) -> UInt16 { isUDP && value == 0 ? 0xffff : value }

  /// The sum of what it covers, the checksum itself counted as zero.
  private func sum(_ bytes: [UInt8]) -> UInt16 {
    var checksum = InternetChecksum()
    for range in ranges {
      for index in range { checksum.add([index == place || index == place + 1 ? 0 : bytes[...].byte(at: index) ?? 0]) }
      if range.count % 2 == 1 { checksum.add([0]) }
    }
    for word in words { checksum.add(word) }
    return checksum.folded
  }
}

extension ByteKnowledge {
  /// Whoever called the checksum correct saw other bytes.
  fileprivate mutating func distrust(_ checksum: String) {
    if checksum == "ipv4" { ipChecksumVouched = false } else { transportChecksumVouched = false }
  }

  /// Whether a byte of the range was edited out or is not known.
  func conceals(_ range: Range<Int>) -> Bool { (edited + unknown).contains { $0.overlaps(range) } }
}

extension Range<Int> {
  /// What is left of it without another.
  fileprivate func without(_ other: Range<Int>) -> [Range<Int>] {
    guard overlaps(other) else { return [self] }
    var rest: [Range<Int>] = []
    if lowerBound < other.lowerBound { rest.append(lowerBound..<other.lowerBound) }
    if other.upperBound < upperBound { rest.append(other.upperBound..<upperBound) }
    return rest
  }
}
