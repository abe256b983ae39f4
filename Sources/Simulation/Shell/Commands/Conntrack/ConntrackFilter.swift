import Netfilter
import Wire

/// Which entries a `conntrack` command is about.
struct ConntrackFilter {
  /// An address under a mask.
  struct Address {
    var address: IPv4Address
    var mask: UInt32 = .max

    func holds(_ other: IPv4Address) -> Bool { (address.rawValue ^ other.rawValue) & mask == 0 }
  }

  var source: Address?
  var destination: Address?
  var replySource: Address?
  var replyDestination: Address?
  var protocolNumber: UInt8?
  var sourcePort: UInt16?
  var destinationPort: UInt16?
  var replySourcePort: UInt16?
  var replyDestinationPort: UInt16?
  var icmpType: UInt8?
  var icmpCode: UInt8?
  var icmpIdentifier: UInt16?
  /// Of a TCP connection or SCTP association.
  var state: String?
  /// All of these.
  var status: ConnectionStatus = []
  /// `-u UNREPLIED`.
  var isUnreplied = false
  var mark: (value: UInt32, mask: UInt32)?
  /// `-n`, with the address translated to where one is given.
  var sourceNAT: NAT?
  var destinationNAT: NAT?
  /// `-j`.
  var anyNAT: NAT?
  /// Another address family or zone than those there are: nothing holds.
  var isElsewhere = false

  enum NAT {
    case any
    case address(IPv4Address)
  }

  func holds(_ entry: ConnectionTrackingEntry) -> Bool {
    !isElsewhere && holdsAddresses(entry) && holdsProtocol(entry) && holdsStatus(entry)
  }

  private func holdsAddresses(_ entry: ConnectionTrackingEntry) -> Bool {
    (source?.holds(entry.original.source) ?? true) && (destination?.holds(entry.original.destination) ?? true)
      && (replySource?.holds(entry.reply.source) ?? true)
      && (replyDestination?.holds(entry.reply.destination) ?? true)
  }

  private func holdsProtocol(_ entry: ConnectionTrackingEntry) -> Bool {
    func isSame<Value: Equatable>(_ wanted: Value?, _ value: Value) -> Bool { wanted.map { $0 == value } ?? true }
    return isSame(protocolNumber, entry.protocolNumber) && isSame(sourcePort, entry.original.sourcePort)
      && isSame(destinationPort, entry.original.destinationPort)
      && isSame(replySourcePort, entry.reply.sourcePort)
      && isSame(replyDestinationPort, entry.reply.destinationPort) && isSame(icmpType, entry.original.icmpType)
      && isSame(icmpCode, entry.original.icmpCode) && isSame(icmpIdentifier, entry.original.sourcePort)
      && (state.map { $0 == entry.protocolState } ?? true)
  }

  private func holdsStatus(_ entry: ConnectionTrackingEntry) -> Bool {
    guard entry.status.isSuperset(of: status), !isUnreplied || !entry.status.contains(.seenReply) else { return false }
    if let mark, entry.mark & mark.mask != mark.value { return false }
    let toSource = Self.translatedSource(of: entry)
    let toDestination = Self.translatedDestination(of: entry)
    if let sourceNAT, !Self.holds(sourceNAT, toSource) { return false }
    if let destinationNAT, !Self.holds(destinationNAT, toDestination) { return false }
    if let anyNAT, !Self.holds(anyNAT, toSource), !Self.holds(anyNAT, toDestination) { return false }
    return true
  }

  private static func holds(_ wanted: NAT, _ address: IPv4Address?) -> Bool {
    guard let address else { return false }
    if case .address(let other) = wanted { return address == other }
    return true
  }

  /// What the source was translated to, address or port.
  private static func translatedSource(of entry: ConnectionTrackingEntry) -> IPv4Address? {
    let (original, reply) = (entry.original, entry.reply)
    let isPort = original.protocolNumber != 1 && reply.destinationPort != original.sourcePort
    return reply.destination != original.source || isPort ? reply.destination : nil
  }

  private static func translatedDestination(of entry: ConnectionTrackingEntry) -> IPv4Address? {
    let (original, reply) = (entry.original, entry.reply)
    let isPort = original.protocolNumber != 1 && reply.sourcePort != original.destinationPort
    return reply.source != original.destination || isPort ? reply.source : nil
  }

  /// The one flow that `conntrack -G` asks for: as its first packet went.
  var tuple: FlowTuple? {
    guard let number = protocolNumber, let source, let destination else { return nil }
    var tuple = FlowTuple(
      source: source.address, destination: destination.address, protocolNumber: number, sourcePort: sourcePort ?? 0,
      destinationPort: destinationPort ?? 0)
    if number == 1 {
      tuple.sourcePort = icmpIdentifier ?? 0
      tuple.destinationPort = UInt16(icmpType ?? 0) << 8 | UInt16(icmpCode ?? 0)
    }
    return tuple
  }
}
