/// The numbers of a rule's header, side by side in memory: most rules of a long chain are passed over on these alone
/// when nobody watches the comparisons.
struct AddressScreen {
  private let source: UInt32
  private let sourceMask: UInt32
  private let destination: UInt32
  private let destinationMask: UInt32
  private let protocolNumber: UInt8
  private let sourceInverted: Bool
  private let destinationInverted: Bool
  private let protocolInverted: Bool

  init(_ header: RuleHeader) {
    source = header.source?.address.rawValue ?? 0
    sourceMask = header.source?.mask ?? 0
    sourceInverted = header.source?.inverted ?? false
    destination = header.destination?.address.rawValue ?? 0
    destinationMask = header.destination?.mask ?? 0
    destinationInverted = header.destination?.inverted ?? false
    protocolNumber = header.protocolNumber
    protocolInverted = header.protocolInverted
  }

  /// Whether addresses and protocol hold; the rest of the header and the matches are still to be asked.
  @inline(__always)
  func holds(_ packet: PacketAddress) -> Bool {
    if (packet.source & sourceMask == source) == sourceInverted { return false }
    if (packet.destination & destinationMask == destination) == destinationInverted { return false }
    return protocolNumber == 0 || (packet.protocolNumber == protocolNumber) != protocolInverted
  }
}

extension LoadedChain {
  /// The first rule at or after `index` whose addresses and protocol hold; the number of rules where none does.
  func firstCandidate(from index: Int, _ packet: PacketAddress) -> Int {
    let screens = screens
    var index = index
    while index < screens.count, !screens[index].holds(packet) { index += 1 }
    return index
  }
}
