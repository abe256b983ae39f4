import Wire

/// Reads pcap files (draft-ietf-opsawg-pcap): both byte orders, microseconds and nanoseconds, and the variant of
/// patched libpcaps whose packet headers are eight bytes longer.
struct PcapReader: CaptureReader {
  static let format = CaptureFormat(
    name: "pcap", recognises: { Variant(head: Array($0.prefix(4))) != nil },
    open: { source throws(CaptureError) in try PcapReader(source) })

  let formatName = "pcap"
  private let source: ByteSource
  private let variant: Variant
  private let linkType: LinkType
  private let minorVersion: UInt16
  private var number = 0

  init(_ source: ByteSource) throws(CaptureError) {
    let header = try source.take(24)
    guard let variant = Variant(head: header), let minor = header.uint16(at: 6, variant.order),
      let network = header.uint32(at: 20, variant.order)
    else { throw CaptureError(file: source.name, "byte \(header.count): the pcap file header is cut short") }
    guard header.uint16(at: 4, variant.order) == 2 else {
      throw CaptureError(file: source.name, "byte 4: not a version of pcap that can be read; 2 is expected")
    }
    self.source = source
    self.variant = variant
    linkType = LinkType(inFile: network & 0x03ff_ffff)
    minorVersion = minor
  }

  var bytesRead: Int { source.offset }
  var totalBytes: Int? { source.totalBytes }

  mutating func next() throws(CaptureError) -> CapturedPacket? {
    let offset = source.offset
    let header = try source.take(variant.packetHeaderLength)
    if header.isEmpty { return nil }
    guard header.count == variant.packetHeaderLength, let seconds = header.uint32(at: 0, variant.order),
      let fraction = header.uint32(at: 4, variant.order), var captured = header.uint32(at: 8, variant.order),
      var original = header.uint32(at: 12, variant.order)
    else { throw cutShort(offset, expected: variant.packetHeaderLength, found: header.count) }
    // Before version 2.3 the two lengths stood the other way round; in 2.3 either way is found.
    if minorVersion < 3 || (minorVersion == 3 && captured > original) { swap(&captured, &original) }
    guard captured <= longestPacket else {
      throw CaptureError(
        file: source.name,
        "byte \(offset): packet \(number + 1) claims \(captured) captured bytes: the file is damaged here")
    }
    let bytes = try source.take(Int(captured))
    guard bytes.count == Int(captured) else {
      throw cutShort(offset, expected: variant.packetHeaderLength + Int(captured), found: source.offset - offset)
    }
    number += 1
    let units = UInt64(seconds) * variant.unitsPerSecond + UInt64(fraction)
    var packet = CapturedPacket(
      number: number, time: Timestamp(units: units, perSecond: variant.unitsPerSecond), linkType: linkType,
      bytes: bytes, originalLength: max(Int(original), bytes.count),
      provenance: Provenance(file: source.name, offset: offset))
    packet.direction = Direction(cookedHeaderOf: bytes, linkType: linkType)
    return packet
  }

  private func cutShort(_ offset: Int, expected: Int, found: Int) -> CaptureError {
    CaptureError(
      file: source.name,
      "byte \(offset): the file is cut short in packet \(number + 1): \(found) of \(expected) bytes are there")
  }

  /// What the first four bytes say.
  private struct Variant {
    let order: ByteOrder
    let unitsPerSecond: UInt64
    let packetHeaderLength: Int

    init?(head: [UInt8]) {
      for order in [ByteOrder.little, .big] {
        switch head.uint32(at: 0, order) {
        case 0xa1b2_c3d4: (unitsPerSecond, packetHeaderLength) = (1_000_000, 16)
        case 0xa1b2_3c4d: (unitsPerSecond, packetHeaderLength) = (1_000_000_000, 16)
        case 0xa1b2_cd34: (unitsPerSecond, packetHeaderLength) = (1_000_000, 24)
        default: continue
        }
        self.order = order
        return
      }
      return nil
    }
  }
}
