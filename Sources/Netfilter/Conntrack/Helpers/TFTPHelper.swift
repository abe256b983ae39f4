import Wire

/// TFTP (`net/netfilter/nf_conntrack_tftp.c`): the server answers a request from a port of its own choice (RFC 1350
/// section 4).
package final class TFTPHelper: ConnectionHelper {
  package static let name = "tftp"
  package static let protocolNumbers: Set<UInt8> = [17]
  package static let policy = ExpectationPolicy(mostExpected: 1, timeout: 300)

  /// Opcodes of a read and of a write request (RFC 1350 section 5).
  private static let requests: Set<UInt16> = [1, 2]

  package init() {}

  package func help(_ packet: HelpedPacket) -> HelperVerdict {
    let offset = packet.packet.headerLength + 8
    let bytes = offset..<offset + 2
    guard let opcode = packet.packet.bytes[...].uint16(at: offset) else { return .accept }
    guard !packet.packet.isUnknown(bytes) else { return .unknown }
    guard Self.requests.contains(opcode) else {
      packet.note(.nothing, bytes)
      return .accept
    }
    let (entry, reply) = (packet.entry, packet.entry.reply)
    let expectation = Expectation(
      FlowTuple(
        source: reply.source, destination: reply.destination, protocolNumber: 17,
        destinationPort: reply.destinationPort),
      of: entry, by: Self.self)
    if packet.isTranslated { expectation.following = .init(port: entry.original.sourcePort, direction: .reply) }
    return packet.expect(expectation, bytes)
  }
}
