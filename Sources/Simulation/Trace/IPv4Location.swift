import Capture
import Netfilter
import Wire

/// Where the IPv4 packet stands in a captured frame, and what the link layer says of it.
package struct IPv4Location: Sendable, Hashable {
  /// Bytes before the IP header.
  package var offset: Int
  package var linkHeader: [UInt8]?
  package var packetType: PacketType?

  /// `nil` for a frame that carries something else than IPv4, or too little of it to walk.
  package init?(_ packet: CapturedPacket) {
    let bytes = packet.bytes[...]
    switch packet.linkType {
    case .raw, .ipv4: self.init(offset: 0)
    case .ethernet: self.init(ethernet: bytes)
    case .linuxSLL:
      guard bytes.uint16(at: 14) == 0x0800 else { return nil }
      self.init(offset: 16)
      packetType = Self.cookedType(bytes.uint16(at: 0))
    case .linuxSLL2:
      guard bytes.uint16(at: 0) == 0x0800 else { return nil }
      self.init(offset: 20)
      packetType = Self.cookedType(bytes.byte(at: 10).map(UInt16.init))
    case .null, .loop:
      // AF_INET is 2 everywhere; the byte order is the capturing host's.
      guard let family = bytes.uint32(at: 0), family == 2 || family.byteSwapped == 2 else { return nil }
      self.init(offset: 4)
    case .ppp:
      guard let offset = Self.pppOffset(bytes) else { return nil }
      self.init(offset: offset)
    default: return nil
    }
    guard let first = bytes.byte(at: offset), first >> 4 == 4, bytes.count >= offset + 20 else { return nil }
  }

  private init(offset: Int) { self.offset = offset }

  private init?(ethernet bytes: Bytes) {
    var type = 12
    while let value = bytes.uint16(at: type), [0x8100, 0x88a8, 0x9100].contains(value) { type += 4 }
    guard bytes.uint16(at: type) == 0x0800 else { return nil }
    offset = type + 2
    linkHeader = Array(bytes.slice(at: 0, length: offset))
    let isGroup = (bytes.byte(at: 0) ?? 0) & 1 == 1
    if isGroup { packetType = bytes.slice(at: 0, length: 6).allSatisfy { $0 == 0xff } ? .broadcast : .multicast }
  }

  /// `sll_pkttype`: for us, broadcast, multicast, for another host, from us.
  private static func cookedType(_ value: UInt16?) -> PacketType? {
    switch value {
    case 0: .host
    case 1: .broadcast
    case 2: .multicast
    case 3: .otherHost
    default: nil
    }
  }

  /// RFC 1661 framing, with or without the address and control bytes of RFC 1662.
  private static func pppOffset(_ bytes: Bytes) -> Int? {
    let start = bytes.uint16(at: 0) == 0xff03 ? 2 : 0
    if bytes.uint16(at: start) == 0x0021 { return start + 2 }
    return bytes.byte(at: start) == 0x21 ? start + 1 : nil
  }
}
