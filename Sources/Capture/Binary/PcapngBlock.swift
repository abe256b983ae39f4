import Wire

/// One block of a pcapng file: its type, and its body between the two lengths.
struct PcapngBlock {
  /// Block type codes (draft-ietf-opsawg-pcapng section 4).
  struct Kind: RawRepresentable, Hashable {
    let rawValue: UInt32

    static let sectionHeader = Kind(rawValue: 0x0a0d_0d0a)
    static let interfaceDescription = Kind(rawValue: 1)
    /// The packet block of the format's first draft, obsolete.
    static let packet = Kind(rawValue: 2)
    static let simplePacket = Kind(rawValue: 3)
    static let enhancedPacket = Kind(rawValue: 6)

    /// The types whose bodies are read; all others are skipped.
    static let read: Set<Kind> = [.sectionHeader, .interfaceDescription, .packet, .simplePacket, .enhancedPacket]
  }

  let type: Kind
  let body: [UInt8]
  let order: ByteOrder
  /// Where the block begins, in bytes from the file's first.
  let offset: Int

  /// The options from `start` in the body on, up to the end-of-options mark, the end of the body or one that does not fit.
  func options(at start: Int) -> [PcapngOption] {
    var options: [PcapngOption] = []
    var position = start
    while let code = body.uint16(at: position, order), let length = body.uint16(at: position + 2, order), code != 0 {
      let value = body[...].slice(at: position + 4, length: Int(length))
      guard value.count == Int(length) else { break }
      options.append(PcapngOption(code: code, value: Array(value)))
      position += 4 + (Int(length) + 3) / 4 * 4
    }
    return options
  }
}

/// One option of a pcapng block.
struct PcapngOption {
  let code: UInt16
  let value: [UInt8]

  static let comment: UInt16 = 1
  static let interfaceName: UInt16 = 2
  /// `epb_flags` and `pack_flags`; the code is the same as `if_name`, in another block.
  static let packetFlags: UInt16 = 2
  static let timeResolution: UInt16 = 9
  static let timeOffset: UInt16 = 14

  var text: String {
    String(decoding: value.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Bits 0 and 1 of the flags word: 1 inbound, 2 outbound.
  func direction(_ order: ByteOrder) -> Direction? {
    switch value.uint32(at: 0, order).map({ $0 & 3 }) {
    case 1: .incoming
    case 2: .outgoing
    default: nil
    }
  }
}

/// What an interface description block says.
struct PcapngInterface {
  let linkType: LinkType
  /// 0 where there is no limit.
  let snapshotLength: Int
  let name: String?
  private let unitsPerSecond: UInt64
  /// Seconds to add to each time.
  private let offset: Int64

  init?(_ block: PcapngBlock) {
    guard let type = block.body.uint16(at: 0, block.order), let limit = block.body.uint32(at: 4, block.order) else {
      return nil
    }
    linkType = LinkType(inFile: UInt32(type))
    snapshotLength = Int(limit)
    var name: String?
    var units: UInt64 = 1_000_000
    var offset: Int64 = 0
    for option in block.options(at: 8) {
      switch option.code {
      case PcapngOption.interfaceName: name = option.text
      case PcapngOption.timeResolution: units = option.value.first.flatMap(Self.unitsPerSecond) ?? units
      case PcapngOption.timeOffset:
        offset = option.value.uint64(at: 0, block.order).map(Int64.init(bitPattern:)) ?? offset
      default: continue
      }
    }
    self.name = name
    unitsPerSecond = units
    self.offset = offset
  }

  func time(_ units: UInt64) -> Timestamp? {
    Timestamp(units: units, perSecond: unitsPerSecond, plusSeconds: offset)
  }

  /// `if_tsresol`: a power of two where the top bit is set, else a power of ten; `nil` beyond 64 bits.
  private static func unitsPerSecond(_ resolution: UInt8) -> UInt64? {
    let exponent = Int(resolution & 0x7f)
    if resolution & 0x80 != 0 { return exponent < 64 ? 1 << UInt64(exponent) : nil }
    return exponent <= 19 ? (0..<exponent).reduce(1) { value, _ in value &* 10 } : nil
  }
}

/// Where things stand in the three kinds of packet blocks.
struct PcapngPacketLayout {
  let interfaceIndex: Int
  /// In the interface's units; `nil` for a simple packet block.
  let time: UInt64?
  /// The captured bytes, as a range of the block's body.
  let data: Range<Int>
  let originalLength: Int
  let optionsOffset: Int

  /// `nil` where the block is too short for what it claims.
  init?(_ block: PcapngBlock, snapshotLengthOfFirst limit: Int?) {
    let order = block.order
    let body = block.body
    let start: Int
    let captured: Int
    if block.type == .simplePacket {
      guard let length = body.uint32(at: 0, order) else { return nil }
      start = 4
      interfaceIndex = 0
      time = nil
      originalLength = Int(length)
      captured = min(Int(length), limit.flatMap { $0 > 0 ? $0 : nil } ?? .max)
    } else {
      let index = block.type == .packet ? body.uint16(at: 0, order).map(UInt32.init) : body.uint32(at: 0, order)
      guard let index, let high = body.uint32(at: 4, order), let low = body.uint32(at: 8, order),
        let length = body.uint32(at: 12, order), let original = body.uint32(at: 16, order)
      else { return nil }
      start = 20
      interfaceIndex = Int(index)
      time = UInt64(high) << 32 | UInt64(low)
      originalLength = Int(original)
      captured = Int(length)
    }
    guard captured <= body.count - start else { return nil }
    data = start..<start + captured
    optionsOffset = start + (captured + 3) / 4 * 4
  }
}
