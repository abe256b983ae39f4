import Wire

/// Reads pcapng files (draft-ietf-opsawg-pcapng): any number of sections, in either byte order, and of interfaces;
/// enhanced, simple and obsolete packet blocks. Blocks of other types are skipped, their lengths checked.
struct PcapngReader: CaptureReader {
  static let format = CaptureFormat(
    name: "pcapng", recognises: { $0.starts(with: [0x0a, 0x0d, 0x0d, 0x0a]) },
    open: { source throws(CaptureError) in PcapngReader(source) })

  let formatName = "pcapng"
  private(set) var notes: [String] = []
  private let source: ByteSource
  private var order = ByteOrder.little
  private var interfaces: [PcapngInterface] = []
  private var number = 0

  init(_ source: ByteSource) { self.source = source }

  var bytesRead: Int { source.offset }
  var totalBytes: Int? { source.totalBytes }

  mutating func next() throws(CaptureError) -> CapturedPacket? {
    while let block = try nextBlock() {
      switch block.type {
      case .sectionHeader:
        interfaces = []
        keepComments(of: block, optionsAt: 16, "the section")
      case .interfaceDescription:
        guard let interface = PcapngInterface(block) else { throw damaged(block, "an interface description") }
        interfaces.append(interface)
        keepComments(of: block, optionsAt: 8, interface.name.map { "interface \($0)" } ?? "an interface")
      case .enhancedPacket, .packet, .simplePacket: return try packet(block)
      default: continue
      }
    }
    return nil
  }

  /// The section's and the interfaces' comments are about no packet: they go to the reader's notes.
  private mutating func keepComments(of block: PcapngBlock, optionsAt offset: Int, _ subject: String) {
    guard notes.count < 100 else { return }
    notes += block.options(at: offset).filter { $0.code == PcapngOption.comment }.map { "\(subject): \($0.text)" }
  }

  // MARK: Blocks

  private mutating func nextBlock() throws(CaptureError) -> PcapngBlock? {
    let offset = source.offset
    let head = try source.take(8)
    if head.isEmpty { return nil }
    guard head.count == 8, var type = head.uint32(at: 0, order) else { throw cutShort(offset) }
    var prefix: [UInt8] = []
    if type == PcapngBlock.Kind.sectionHeader.rawValue {
      prefix = try source.take(4)
      guard let magic = prefix.uint32(at: 0, .big) else { throw cutShort(offset) }
      switch magic {
      case 0x1a2b_3c4d: order = .big
      case 0x4d3c_2b1a: order = .little
      default: throw error(offset, "the section header's byte-order magic is wrong: the file is damaged")
      }
      type = PcapngBlock.Kind.sectionHeader.rawValue
    }
    guard let length = head.uint32(at: 4, order), length >= 12, length % 4 == 0 else {
      throw error(offset, "a block's length must be a multiple of 4 and at least 12: the file is damaged here")
    }
    let kind = PcapngBlock.Kind(rawValue: type)
    let bodyLength = Int(length) - 12 - prefix.count
    guard bodyLength >= 0 else { throw error(offset, "a section header block is too short") }
    var body = prefix
    if PcapngBlock.Kind.read.contains(kind) {
      guard bodyLength <= longestPacket + 65536 else {
        throw error(offset, "a block claims \(length) bytes: the file is damaged here")
      }
      body += try source.take(bodyLength)
      guard body.count == prefix.count + bodyLength else { throw cutShort(offset) }
    } else {
      guard try source.skip(bodyLength) == bodyLength else { throw cutShort(offset) }
    }
    let trailer = try source.take(4)
    guard trailer.count == 4 else { throw cutShort(offset) }
    guard trailer.uint32(at: 0, order) == length else {
      throw error(offset, "a block's two lengths differ: the file is damaged here")
    }
    if kind == .sectionHeader, body.uint16(at: 4, order) != 1 {
      throw error(offset, "not a version of pcapng that can be read; 1 is expected")
    }
    return PcapngBlock(type: kind, body: body, order: order, offset: offset)
  }

  // MARK: Packets

  private mutating func packet(_ block: PcapngBlock) throws(CaptureError) -> CapturedPacket {
    guard let layout = PcapngPacketLayout(block, snapshotLengthOfFirst: interfaces.first?.snapshotLength) else {
      throw damaged(block, "a packet block")
    }
    guard interfaces.indices.contains(layout.interfaceIndex) else {
      throw error(block.offset, "packet \(number + 1) is of interface \(layout.interfaceIndex), which is not described")
    }
    let interface = interfaces[layout.interfaceIndex]
    number += 1
    let bytes = Array(block.body[layout.data])
    var packet = CapturedPacket(
      number: number, time: layout.time.flatMap { interface.time($0) }, linkType: interface.linkType, bytes: bytes,
      originalLength: max(layout.originalLength, bytes.count),
      provenance: Provenance(file: source.name, offset: block.offset))
    packet.interface = interface.name
    packet.direction = Direction(cookedHeaderOf: bytes, linkType: interface.linkType)
    for option in block.options(at: layout.optionsOffset) {
      switch option.code {
      case PcapngOption.comment:
        if !KnowledgeComment.apply(option.text, to: &packet) { packet.comments.append(option.text) }
      case PcapngOption.packetFlags: packet.direction = option.direction(block.order) ?? packet.direction
      default: continue
      }
    }
    return packet
  }

  private func damaged(_ block: PcapngBlock, _ what: String) -> CaptureError {
    error(block.offset, "\(what) does not fit in its block: the file is damaged here")
  }

  private func cutShort(_ offset: Int) -> CaptureError {
    error(offset, "the file is cut short in a block after packet \(number)")
  }

  private func error(_ offset: Int, _ message: String) -> CaptureError {
    CaptureError(file: source.name, "byte \(offset): \(message)")
  }
}
