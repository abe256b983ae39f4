import Wire

/// The byte order that a binary capture was written in.
enum ByteOrder: Sendable {
  case little, big
}

extension [UInt8] {
  /// The unsigned 16-bit integer at `offset`, or `nil` where it does not fit.
  func uint16(at offset: Int, _ order: ByteOrder) -> UInt16? {
    self[...].uint16(at: offset).map { order == .big ? $0 : $0.byteSwapped }
  }

  /// The unsigned 32-bit integer at `offset`, or `nil` where it does not fit.
  func uint32(at offset: Int, _ order: ByteOrder) -> UInt32? {
    self[...].uint32(at: offset).map { order == .big ? $0 : $0.byteSwapped }
  }

  /// The unsigned 64-bit integer at `offset`, or `nil` where it does not fit.
  func uint64(at offset: Int, _ order: ByteOrder) -> UInt64? {
    guard let first = uint32(at: offset, order), let second = uint32(at: offset + 4, order) else { return nil }
    let (high, low) = order == .big ? (first, second) : (second, first)
    return UInt64(high) << 32 | UInt64(low)
  }
}

extension LinkType {
  /// The link type that a capture file's header names. Some systems wrote their own number for raw IP
  /// (12, and 14 on OpenBSD) in place of the registry's 101.
  init(inFile value: UInt32) {
    self = value == 12 || value == 14 ? .raw : LinkType(rawValue: value)
  }
}

extension Direction {
  /// What the packet type of a Linux cooked header says (`LINKTYPE_LINUX_SLL`, `LINKTYPE_LINUX_SLL2` of the tcpdump.org
  /// registry); `nil` for other link types and for packets that were addressed to somebody else.
  init?(cookedHeaderOf bytes: [UInt8], linkType: LinkType) {
    let kind: Int?
    switch linkType {
    case .linuxSLL: kind = bytes[...].uint16(at: 0).map(Int.init)
    case .linuxSLL2: kind = bytes[...].byte(at: 10).map(Int.init)
    default: kind = nil
    }
    switch kind {
    case 0, 1, 2: self = .incoming
    case 4: self = .outgoing
    default: return nil
    }
  }
}

extension Timestamp {
  /// A count of `perSecond` units since 1970 plus whole seconds; `nil` where it is out of range.
  init?(units: UInt64, perSecond: UInt64, plusSeconds offset: Int64 = 0) {
    guard perSecond > 0, let seconds = Int64(exactly: units / perSecond) else { return nil }
    let wide = (units % perSecond).multipliedFullWidth(by: 1_000_000_000)
    let fraction = perSecond.dividingFullWidth(wide).quotient
    let (sum, overflowA) = seconds.addingReportingOverflow(offset)
    let (product, overflowB) = sum.multipliedReportingOverflow(by: 1_000_000_000)
    let (total, overflowC) = product.addingReportingOverflow(Int64(fraction))
    guard !overflowA, !overflowB, !overflowC else { return nil }
    self.init(nanoseconds: total)
  }
}

/// The most bytes that one captured packet may have; more means that the file is damaged. Larger than any snapshot
/// length in use (`MAXIMUM_SNAPLEN` of tcpdump is 262144, USB and D-Bus captures go to 128 MiB).
let longestPacket = 128 << 20
