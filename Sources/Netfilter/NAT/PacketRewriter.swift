import Wire

/// Writes translated addresses and ports into packets, checksums kept in step (`net/netfilter/nf_nat_proto.c`).
enum PacketRewriter {
  /// Makes a packet look like the inverse of its connection's other direction (`nf_nat_manip_pkt`); `false` where it
  /// is too short for that, which drops it.
  static func rewrite(
    _ packet: SocketBuffer, _ entry: ConnectionTrackingEntry, _ direction: FlowDirection, _ end: TranslatedEnd
  ) -> Bool {
    guard let target = entry[direction.opposite].inverted else { return false }
    var edit = Edit(bytes: packet.bytes)
    guard edit.rewrite(header: 0, target, end) else { return false }
    finish(packet, edit, entry, direction, end)
    return true
  }

  /// Translates an ICMP error about a translated flow, the packet it quotes and itself
  /// (`nf_nat_icmp_reply_translation`); `false` drops it.
  static func translateError(
    _ packet: SocketBuffer, _ entry: ConnectionTrackingEntry, _ direction: FlowDirection, _ end: TranslatedEnd
  ) -> Bool {
    let header = packet.headerLength
    guard packet.bytes.count >= header + 28 else { return false }
    if packet.unknown.isEmpty, !packet.transportChecksumVouched,
      InternetChecksum.of(packet.bytes[header...]) != 0
    {
      return false
    }
    let isRedirect = packet.bytes[header] == 5
    if isRedirect {
      guard entry.status.isSuperset(of: .allNATDone), entry.status.isDisjoint(with: .anyNAT) else { return false }
    }
    let changed = direction == .original ? end.changed : end.opposite.changed
    guard entry.status.contains(changed) else { return true }
    guard var outer = entry[direction.opposite].inverted else { return false }
    var edit = Edit(bytes: packet.bytes)
    guard edit.rewrite(header: header + 8, entry[direction.opposite], end.opposite) else { return false }
    edit.bytes.store(UInt16(0), at: header + 2)
    edit.bytes.store(InternetChecksum.of(edit.bytes[header...]), at: header + 2)
    outer.protocolNumber = 1
    guard edit.rewrite(header: 0, outer, end) else { return false }
    finish(packet, edit, entry, direction, end)
    return true
  }

  private static func finish(
    _ packet: SocketBuffer, _ edit: Edit, _ entry: ConnectionTrackingEntry, _ direction: FlowDirection,
    _ end: TranslatedEnd
  ) {
    packet.bytes = edit.bytes
    if packet.hasPartialChecksum, packet.inputInterface != nil { packet.bytes = packet.unfinishedBytes }
    let changesRandomPort = entry.hasRandomPort && direction == .original
    for change in edit.changes {
      if changesRandomPort,
        change.what == "source_port" || change.what == "destination_port" || change.what == "identifier",
        let bytes = change.bytes, bytes.lowerBound >= packet.headerLength, !packet.isUnknown(bytes)
      {
        // Which port the kernel took nobody can tell.
        packet.unknown.append(bytes)
      }
      packet.walk.record(.changed(change))
    }
  }
}

/// Bytes being rewritten, and what was changed in them.
private struct Edit {
  var bytes: [UInt8]
  private(set) var changes: [PacketChange] = []

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Writes one end of `target` into the IPv4 packet that begins at `header` (`nf_nat_ipv4_manip_pkt`).
  mutating func rewrite(header: Int, _ target: FlowTuple, _ end: TranslatedEnd) -> Bool {
    guard bytes.count >= header + 20 else { return false }
    let transport = header + Int(bytes[header] & 15) * 4
    let address = header + (end == .source ? 12 : 16)
    let new = end == .source ? target.source : target.destination
    let old = IPv4Address(rawValue: bytes[...].uint32(at: address) ?? 0)
    guard rewriteTransport(transport, target, end, old, new) else { return false }
    bytes.updateChecksum(at: header + 10, from: old.rawValue, to: new.rawValue)
    bytes.store(new.rawValue, at: address)
    if old != new {
      note(
        end == .source ? "source_address" : "destination_address", old.description, new.description,
        address..<address + 4)
    }
    return true
  }

  /// Ports, identifiers and transport checksums (`l4proto_manip_pkt`).
  private mutating func rewriteTransport(
    _ offset: Int, _ target: FlowTuple, _ end: TranslatedEnd, _ old: IPv4Address, _ new: IPv4Address
  ) -> Bool {
    let rest = bytes.count - offset
    let port = offset + (end == .source ? 0 : 2)
    let newPort = end == .source ? target.sourcePort : target.destinationPort
    switch target.protocolNumber {
    case 6:
      guard rest >= 8 else { return false }
      // What an ICMP error quotes of it may end before the checksum.
      replacePort(at: port, newPort, end, checksum: rest >= 20 ? offset + 16 : nil, old, new)
    case 17, 136:
      guard rest >= 8 else { return false }
      let checksum = offset + 6
      let isSummed = target.protocolNumber == 136 || bytes[...].uint16(at: checksum) != 0
      replacePort(at: port, newPort, end, checksum: isSummed ? checksum : nil, old, new)
      if isSummed, bytes[...].uint16(at: checksum) == 0 { bytes.store(UInt16(0xffff), at: checksum) }
    case 132:
      guard rest >= 8 else { return false }
      replacePort(at: port, newPort, end, checksum: nil, old, new)
      if rest >= 12 { bytes.replaceSubrange(offset + 8..<offset + 12, with: CRC32c.ofSCTP(bytes[offset...])) }
    case 1:
      guard rest >= 8 else { return false }
      let queries: Set<UInt8> = [0, 8, 13, 14, 15, 16, 17, 18]
      guard queries.contains(bytes[offset]) else { return true }
      replace(at: offset + 4, target.sourcePort, "identifier", checksum: offset + 2)
    case 47:
      guard rest >= 8 else { return false }
      guard end == .destination else { return true }
      switch bytes[offset + 1] & 7 {
      case 0: break
      case 1: replace(at: offset + 6, target.destinationPort, "call_id", checksum: nil)
      default: return false
      }
    default: break
    }
    return true
  }

  private mutating func replacePort(
    at offset: Int, _ port: UInt16, _ end: TranslatedEnd, checksum: Int?, _ old: IPv4Address, _ new: IPv4Address
  ) {
    if let checksum { bytes.updateChecksum(at: checksum, from: old.rawValue, to: new.rawValue) }
    replace(at: offset, port, end == .source ? "source_port" : "destination_port", checksum: checksum)
  }

  private mutating func replace(at offset: Int, _ new: UInt16, _ what: String, checksum: Int?) {
    guard let old = bytes[...].uint16(at: offset) else { return }
    if let checksum { bytes.updateChecksum(at: checksum, from: UInt32(old), to: UInt32(new)) }
    guard old != new else { return }
    bytes.store(new, at: offset)
    note(what, String(old), String(new), offset..<offset + 2)
  }

  private mutating func note(_ what: String, _ from: String, _ to: String, _ range: Range<Int>) {
    changes.append(PacketChange(by: "NAT", what: what, from: from, to: to, bytes: range))
  }
}
