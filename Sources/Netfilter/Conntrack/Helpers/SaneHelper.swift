import Wire

/// Scanners over the network (`net/netfilter/nf_conntrack_sane.c`): the answer to a request to start names the port that
/// the picture comes from. Integers are in network byte order.
package final class SaneHelper: ConnectionHelper {
  package static let name = "sane"
  package static let protocolNumbers: Set<UInt8> = [6]
  package static let policy = ExpectationPolicy(mostExpected: 1, timeout: 300)

  /// The procedure that begins a scan (`SANE_NET_START`).
  private static let start: UInt32 = 7
  /// The last request was one to start.
  private var hasAskedToStart = false

  package init() {}

  package func help(_ packet: HelpedPacket) -> HelperVerdict {
    guard packet.isEstablished, let offset = packet.tcpDataOffset else { return .accept }
    let data = packet.packet.bytes[...].slice(at: offset)
    let bytes = offset..<min(offset + 8, packet.packet.bytes.count)
    guard packet.isKnown(from: offset) else { return .unknown }
    if packet.direction == .original {
      guard data.count == 8 else { return .accept }
      hasAskedToStart = data.uint32(at: 0) == Self.start
      packet.note(.nothing, bytes)
      return .accept
    }
    guard hasAskedToStart else { return .accept }
    hasAskedToStart = false
    // Status 0 is success; the two bytes before the port are zero.
    guard data.count >= 8, data.uint32(at: 0) == 0, data.uint16(at: 4) == 0, let port = data.uint16(at: 6) else {
      packet.note(.nothing, bytes)
      return .accept
    }
    let original = packet.entry.original
    let expectation = Expectation(
      FlowTuple(source: original.source, destination: original.destination, protocolNumber: 6, destinationPort: port),
      of: packet.entry, by: Self.self)
    return packet.expect(expectation, bytes)
  }
}
