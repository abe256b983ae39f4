import Wire

/// Cuts packets that do not fit (`ip_fragment` in `net/ipv4/ip_output.c`).
package enum Fragmentation {
  package enum Outcome: Sendable, Hashable {
    case fits
    /// IP packets in the order they leave.
    case fragments([[UInt8]])
    /// It must not be cut: its sender is told the MTU (ICMP type 3 code 4).
    case needed(mtu: Int)
    /// Not even eight bytes of data fit.
    case impossible
  }

  /// What becomes of a packet on a link that takes IP packets of `mtu` bytes. What was put together from fragments is
  /// cut as it came.
  package static func fragment(_ packet: SocketBuffer, mtu: Int) -> Outcome {
    guard packet.length > mtu || packet.fragmentMaximumSize > 0, let ip = packet.ip else { return .fits }
    let wasFragmented = packet.fragmentMaximumSize > 0
    if ip.dontFragment, !packet.ignoresDontFragment || packet.fragmentMaximumSize > mtu { return .needed(mtu: mtu) }
    let most = wasFragmented ? min(mtu, packet.fragmentMaximumSize) : mtu
    let header = Array(packet.bytes[..<ip.headerLength])
    guard most >= header.count + 8 else { return .impossible }
    let data = packet.payload
    let room = most - header.count
    if let sizes = sizesAsTheyCame(packet, data.count, room) {
      return .fragments(cut(data, header, sizes, dontFragment: false))
    }
    var sizes: [Int] = []
    var left = data.count
    while left > 0 {
      let size = left > room ? room & ~7 : left
      sizes.append(size)
      left -= size
    }
    return .fragments(cut(data, header, sizes, dontFragment: packet.fragmentsKeepDontFragment))
  }

  /// Lengths of the fragments that a packet came in, where they still fit it and the link.
  private static func sizesAsTheyCame(_ packet: SocketBuffer, _ length: Int, _ room: Int) -> [Int]? {
    let sizes = packet.fragmentSizes
    // The early search for a socket wants a TCP header in one piece, which undoes the fragments' edges
    // (`tcp_v4_early_demux`).
    if packet.bytes[9] == 6, packet.inputInterface != nil, let first = sizes.first, first < 20 { return nil }
    guard sizes.count > 1, sizes.reduce(0, +) == length, sizes.allSatisfy({ $0 <= room }),
      sizes.dropLast().allSatisfy({ $0 % 8 == 0 })
    else { return nil }
    return sizes
  }

  private static func cut(_ data: Bytes, _ header: [UInt8], _ sizes: [Int], dontFragment: Bool) -> [[UInt8]] {
    let fragmentField = header[...].uint16(at: 6) ?? 0
    var offset = Int(fragmentField & 0x1fff) * 8
    let isInMiddle = fragmentField & 0x2000 != 0
    var position = 0
    var header = header
    return sizes.map { size in
      var packet = header + data.slice(at: position, length: size)
      position += size
      let hasMore = position < data.count || isInMiddle
      let flags: UInt16 = (hasMore ? 0x2000 : 0) | (dontFragment ? 0x4000 : 0)
      packet.store(UInt16(truncatingIfNeeded: packet.count), at: 2)
      packet.store(flags | UInt16(truncatingIfNeeded: offset / 8) & 0x1fff, at: 6)
      packet.storeHeaderChecksum(length: header.count)
      if offset == 0 { dropOptionsOfFirst(&header) }
      offset += size
      return packet
    }
  }

  /// Options that are not to be copied stand in the first fragment alone (RFC 791 section 3.1); No Operation fills
  /// their place.
  private static func dropOptionsOfFirst(_ header: inout [UInt8]) {
    var offset = 20
    while offset < header.count {
      let kind = header[offset]
      if kind == 0 { return }
      if kind == 1 {
        offset += 1
        continue
      }
      guard offset + 1 < header.count else { return }
      let length = Int(header[offset + 1])
      guard length >= 2, offset + length <= header.count else { return }
      if kind & 0x80 == 0 {
        for index in offset..<offset + length { header[index] = 1 }
      }
      offset += length
    }
  }
}
