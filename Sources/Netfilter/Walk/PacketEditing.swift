import Wire

/// Changes to a packet's headers with the checksums brought up to date the way the kernel does it, by the difference
/// alone: a checksum that was wrong stays wrong by as much.
extension SocketBuffer {
  /// The type of service byte (`ipv4_change_dsfield`).
  package func setService(_ new: UInt8, by target: String) {
    guard bytes.count >= 20, bytes[1] != new else { return }
    let old = bytes[1]
    var check = UInt32(bytes[...].uint16(at: 10) ?? 0) + UInt32(old)
    if (check + 1) >> 16 != 0 { check = (check + 1) & 0xffff }
    check = check &- UInt32(new)
    check = check &+ check >> 16
    bytes.store(UInt16(truncatingIfNeeded: check), at: 10)
    bytes[1] = new
    note(target, "type_of_service", old.hexadecimal, new.hexadecimal, 1..<2)
  }

  /// The time to live.
  package func setTimeToLive(_ new: UInt8, by target: String) {
    guard bytes.count >= 20, bytes[8] != new else { return }
    let old = bytes[8]
    updateHeaderChecksum(from: UInt16(old) << 8, to: UInt16(new) << 8)
    bytes[8] = new
    note(target, "ttl", String(old), String(new), 8..<9)
  }

  /// Writes the IPv4 header's total length and checksum anew where they are wrong, as `raw_send_hdrinc`
  /// (`net/ipv4/raw.c`) does for what a program sends. A header with bytes that nobody knows is left alone.
  package func fillInHeader() {
    guard let ip, !ipChecksumVouched, !isUnknown(0..<ip.headerLength), bytes.count >= ip.headerLength,
      !edited.contains(where: { $0.overlaps(0..<ip.headerLength) })
    else { return }
    if bytes.count != ip.totalLength, let length = UInt16(exactly: bytes.count) {
      note("IP", "total_length", String(ip.totalLength), String(length), 2..<4)
      bytes.store(length, at: 2)
    }
    let before = bytes[10..<12].hex
    bytes.storeHeaderChecksum(length: ip.headerLength)
    let after = bytes[10..<12].hex
    if after != before { note("IP", "header_checksum", "0x" + before, "0x" + after, 10..<12) }
  }

  /// Brings the IPv4 header's checksum up to date for one changed word (`csum_replace2`).
  package func updateHeaderChecksum(from old: UInt16, to new: UInt16) {
    updateChecksum(at: 10, from: old, to: new)
  }

  /// Brings the checksum at an offset up to date for one changed word (RFC 1624).
  package func updateChecksum(at offset: Int, from old: UInt16, to new: UInt16) {
    guard let check = bytes[...].uint16(at: offset) else { return }
    var sum = UInt32(~check) + UInt32(~old) + UInt32(new)
    sum = sum & 0xffff + sum >> 16
    sum = sum & 0xffff + sum >> 16
    bytes.store(~UInt16(truncatingIfNeeded: sum), at: offset)
  }

  /// Writes a word of the TCP header, `offset` bytes into it, and brings the checksum up to date.
  package func setTCPWord(_ new: UInt16, at offset: Int) {
    let place = headerLength + offset
    guard let old = bytes[...].uint16(at: place), old != new else { return }
    updateChecksum(at: headerLength + 16, from: old, to: new)
    bytes.store(new, at: place)
  }

  /// Tells the walk what a target changed.
  package func note(_ target: String, _ what: String, _ from: String, _ to: String, _ bytes: Range<Int>? = nil) {
    walk.record(.changed(PacketChange(by: target, what: what, from: from, to: to, bytes: bytes)))
  }
}
