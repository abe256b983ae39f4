import Wire

/// Writes pcapng (draft-ietf-opsawg-pcapng), little-endian, times in nanoseconds: each pair of interface name and link type
/// becomes an interface of its own; direction, comments and what is known of the bytes go with
/// each packet.
package struct PcapngWriter {
  private var interfaces: [Interface: UInt32] = [:]
  private var hasHeader = false

  private struct Interface: Hashable {
    let name: String?
    let linkType: LinkType
  }

  package init() {}

  /// The blocks to append for `packet`: before the first one the section header, before the first of an interface its description.
  ///
  /// A time of day is written as that time of 1970-01-01, no time as zero.
  package mutating func blocks(_ packet: CapturedPacket) -> [UInt8] {
    var bytes = hasHeader ? [] : Self.sectionHeader
    hasHeader = true
    let interface = Interface(name: packet.interface, linkType: packet.linkType)
    let index: UInt32
    if let known = interfaces[interface] {
      index = known
    } else {
      index = UInt32(interfaces.count)
      interfaces[interface] = index
      bytes += Self.description(interface)
    }
    return bytes + Self.enhancedPacket(packet, index)
  }

  /// A whole file of `packets`.
  package static func file(_ packets: some Sequence<CapturedPacket>) -> [UInt8] {
    var writer = PcapngWriter()
    var bytes: [UInt8] = []
    for packet in packets { bytes += writer.blocks(packet) }
    return bytes.isEmpty ? sectionHeader : bytes
  }

  private static let sectionHeader: [UInt8] = {
    var body: [UInt8] = []
    body.append(little: UInt32(0x1a2b_3c4d))
    body.append(little: UInt16(1))
    body.append(little: UInt16(0))
    body.append(little: UInt64.max)
    return block(.sectionHeader, body)
  }()

  private static func description(_ interface: Interface) -> [UInt8] {
    var body: [UInt8] = []
    body.append(little: UInt16(truncatingIfNeeded: interface.linkType.rawValue))
    body.append(little: UInt16(0))
    body.append(little: UInt32(0))
    if let name = interface.name { body += option(PcapngOption.interfaceName, Array(name.utf8)) }
    body += option(PcapngOption.timeResolution, [9])
    body += option(0, [])
    return block(.interfaceDescription, body)
  }

  private static func enhancedPacket(_ packet: CapturedPacket, _ index: UInt32) -> [UInt8] {
    let time = UInt64(max(0, packet.time?.nanoseconds ?? 0))
    var body: [UInt8] = []
    body.append(little: index)
    body.append(little: UInt32(time >> 32))
    body.append(little: UInt32(truncatingIfNeeded: time))
    body.append(little: UInt32(truncatingIfNeeded: packet.bytes.count))
    body.append(little: UInt32(truncatingIfNeeded: max(packet.originalLength, packet.bytes.count)))
    body += packet.bytes
    body.pad()
    let comments = packet.comments + (KnowledgeComment.text(packet).map { [$0] } ?? [])
    for comment in comments { body += option(PcapngOption.comment, Array(comment.utf8)) }
    let direction: UInt32? =
      switch packet.direction {
      case .incoming, .forwarded: 1
      case .outgoing: 2
      case nil: nil
      }
    if let direction {
      var value: [UInt8] = []
      value.append(little: direction)
      body += option(PcapngOption.packetFlags, value)
    }
    if !comments.isEmpty || direction != nil { body += option(0, []) }
    return block(.enhancedPacket, body)
  }

  private static func option(_ code: UInt16, _ value: [UInt8]) -> [UInt8] {
    let value = value.prefix(Int(UInt16.max))
    var bytes: [UInt8] = []
    bytes.append(little: code)
    bytes.append(little: UInt16(value.count))
    bytes += value
    bytes.pad()
    return bytes
  }

  private static func block(_ kind: PcapngBlock.Kind, _ body: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    let length = UInt32(truncatingIfNeeded: body.count + 12)
    bytes.append(little: kind.rawValue)
    bytes.append(little: length)
    bytes += body
    bytes.append(little: length)
    return bytes
  }
}

/// Writes pcap (draft-ietf-opsawg-pcap), little-endian, times in nanoseconds; all packets have one link type.
package struct PcapWriter {
  private let linkType: LinkType

  package init(linkType: LinkType) { self.linkType = linkType }

  /// The 24 bytes at the beginning of the file.
  package var header: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(little: UInt32(0xa1b2_3c4d))
    bytes.append(little: UInt16(2))
    bytes.append(little: UInt16(4))
    bytes.append(little: UInt64(0))
    bytes.append(little: UInt32(262_144))
    bytes.append(little: linkType.rawValue)
    return bytes
  }

  /// The packet with its header; `nil` where its link type is not the file's.
  package func record(_ packet: CapturedPacket) -> [UInt8]? {
    guard packet.linkType == linkType else { return nil }
    let time = UInt64(max(0, packet.time?.nanoseconds ?? 0))
    var bytes: [UInt8] = []
    bytes.append(little: UInt32(truncatingIfNeeded: time / 1_000_000_000))
    bytes.append(little: UInt32(time % 1_000_000_000))
    bytes.append(little: UInt32(truncatingIfNeeded: packet.bytes.count))
    bytes.append(little: UInt32(truncatingIfNeeded: max(packet.originalLength, packet.bytes.count)))
    return bytes + packet.bytes
  }
}

extension [UInt8] {
  /// Appends the bytes of an integer, the least significant first.
  fileprivate mutating func append(little value: some FixedWidthInteger) {
    var value = value
    for _ in 0..<value.bitWidth / 8 {
      append(UInt8(truncatingIfNeeded: value))
      value >>= 8
    }
  }

  /// Appends zeros up to a multiple of four.
  fileprivate mutating func pad() {
    while count % 4 != 0 { append(0) }
  }
}
