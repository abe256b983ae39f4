import Netfilter
import Wire

/// An IP packet as it crossed one of the host's interfaces, before the firewall on the way in and after it on the way
/// out: what `tcpdump` sees.
package struct HostFrame: Sendable, Hashable {
  /// As `SimulatedHost.clock` counts.
  package let clock: Int64
  package let interface: String
  package let isOutgoing: Bool
  /// The Ethernet header; empty where the link's addresses are not known.
  package let linkHeader: [UInt8]
  /// The IP packet.
  package let bytes: [UInt8]
  /// Ranges count from the first byte of the IP header.
  package let knowledge: ByteKnowledge

  init(_ packet: SocketBuffer, interface: String, isOutgoing: Bool, clock: Int64, linkHeader: [UInt8]) {
    self.clock = clock
    self.interface = interface
    self.isOutgoing = isOutgoing
    self.linkHeader = linkHeader
    bytes = packet.bytes
    var knowledge = ByteKnowledge()
    knowledge.unknown = packet.unknown
    knowledge.edited = packet.edited
    knowledge.ipChecksumVouched = packet.ipChecksumVouched
    knowledge.transportChecksumVouched = packet.transportChecksumVouched
    self.knowledge = knowledge
  }
}

extension SimulatedHost {
  /// A packet crosses an interface.
  func seen(_ packet: SocketBuffer, on interface: String, isOutgoing: Bool) {
    guard isRecording || keepsFrames else { return }
    let header = isOutgoing ? sentLinkHeader(packet, interface) : packet.linkHeader
    frames.append(HostFrame(packet, interface: interface, isOutgoing: isOutgoing, clock: clock, linkHeader: header))
  }

  /// From the host, to the other end of the link.
  private func sentLinkHeader(_ packet: SocketBuffer, _ interface: String) -> [UInt8] {
    guard let link = description[interface: interface], let own = link.mac else { return [] }
    let group = packet.ip.flatMap { LinkAddressing.groupAddress($0.destination) }
    guard let other = group ?? link.peerMAC else { return [] }
    return other.bytes + own.bytes + [0x08, 0x00]
  }
}
