import Capture
import Wire

/// What passes between a port of the host and another end.
package struct Conversation: Hashable, Sendable {
  /// 6 for TCP, 17 for UDP.
  package let protocolNumber: UInt8
  package let address: IPv4Address
  package let port: UInt16
  package let remote: IPv4Address
  package let remotePort: UInt16

  /// Of a packet that the host sent; `nil` for one that is no TCP or UDP, and for a reset, which the stack itself sends.
  private init?(sent ip: IPv4Header) {
    guard ip.fragmentOffset == 0, [6, 17].contains(ip.protocolNumber), let port = ip.payload.uint16(at: 0),
      let remotePort = ip.payload.uint16(at: 2)
    else { return nil }
    if let segment = TCPHeader(ip.payload), ip.protocolNumber == 6, segment.flags.contains(.rst) { return nil }
    protocolNumber = ip.protocolNumber
    (address, self.port) = (ip.source, port)
    (remote, self.remotePort) = (ip.destination, remotePort)
  }

  /// Conversations of which the capture shows what the host's programs and services said.
  package static func captured(in packets: some Sequence<CapturedPacket>, of host: HostDescription) -> Set<Conversation>
  {
    var conversations: Set<Conversation> = []
    for packet in packets where packet.direction != .incoming {
      guard let location = IPv4Location(packet), let ip = IPv4Header(packet.bytes[...].slice(at: location.offset)),
        host.interfaces.contains(where: { $0.addresses.contains { $0.address == ip.source } }),
        let conversation = Conversation(sent: ip),
        host.hasSocket(for: conversation)
      else { continue }
      conversations.insert(conversation)
    }
    return conversations
  }
}

extension HostDescription {
  /// A service listens on the conversation's port, or a program is said to send from it.
  fileprivate func hasSocket(for conversation: Conversation) -> Bool {
    let isServed = services.contains {
      $0.transport.protocolNumber == conversation.protocolNumber && $0.port == conversation.port
    }
    return isServed || programs.contains { $0.owns(conversation.port, conversation.protocolNumber) }
  }
}

extension SimulatedHost {
  /// The stack answers nothing in these conversations: all that is said in them comes from the capture.
  package func leaveToCapture(_ conversations: some Sequence<Conversation>) {
    localStack.captured.formUnion(
      conversations.filter { $0.protocolNumber == 6 }.map {
        LocalStack.Contact(address: $0.address, local: $0.port, remote: $0.remote, remotePort: $0.remotePort)
      })
  }
}
