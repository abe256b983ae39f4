import Capture
import Netfilter
import Wire

// TCP before a program has the connection (`net/ipv4/tcp_ipv4.c`, `tcp_input.c`). What a service says on a connection is
// the service's own doing; a capture shows it, a stack cannot know it.
extension LocalStack {
  func answerTCP(_ packet: SocketBuffer, _ ip: IPv4Header, _ kind: Route.Kind, _ host: SimulatedHost) {
    guard kind == .local, let segment = TCPHeader(ip.payload), isChecksumGood(ip.payload, ip, packet) else { return }
    let service = HostDescription.Service(transport: .tcp, port: segment.destinationPort)
    guard services.contains(service) else { return sendReset(packet, ip, segment, host) }
    let contact = Contact(local: segment.destinationPort, remote: ip.source, remotePort: segment.sourcePort)
    if contacts.contains(contact) { return }
    guard var request = requests[contact] else { return listen(packet, ip, segment, contact, host) }
    let judgement = request.judge(segment, now: host.namespace.jiffies, hz: host.namespace.hz)
    requests[contact] = request
    switch judgement {
    case .ignored: break
    case .answered: send(request.answer, about: packet, host, hasPartialChecksum: true)
    case .acknowledged: sendAcknowledgment(of: request, packet, ip, segment, host)
    case .reset: sendReset(packet, ip, segment, host)
    case .refused:
      sendReset(packet, ip, segment, host)
      requests[contact] = nil
    case .givenUp: requests[contact] = nil
    case .established:
      requests[contact] = nil
      contacts.insert(contact)
    }
  }

  /// The host itself sent this packet, so a program of it talks to that end.
  func noteSent(_ packet: SocketBuffer) {
    guard let ip = packet.ip, ip.protocolNumber == 6, let segment = TCPHeader(ip.payload) else { return }
    contacts.insert(Contact(local: segment.sourcePort, remote: ip.destination, remotePort: segment.destinationPort))
  }

  /// Out of any connection, a listening socket answers a SYN and what acknowledges something, and ignores the rest.
  private func listen(
    _ packet: SocketBuffer, _ ip: IPv4Header, _ segment: TCPHeader, _ contact: Contact, _ host: SimulatedHost
  ) {
    if segment.flags.contains(.ack) { return sendReset(packet, ip, segment, host) }
    guard segment.flags.contains(.syn), segment.flags.isDisjoint(with: [.rst, .fin]) else { return }
    let offered = SYNOptions(segment.options)
    guard let echo = options(of: packet, ip, host) else { return }
    let answer = synAck(ip, segment, offered, echo.bytes, to: echo.destination, host)
    requests[contact] = ConnectionRequest(offered, peerSequence: segment.sequenceNumber, answer: answer)
    send(answer, about: packet, host, asking: echo.received, hasPartialChecksum: true)
  }

  /// RFC 9293 section 3.5.2: a reset for a segment to a port nobody listens on.
  private func sendReset(_ packet: SocketBuffer, _ ip: IPv4Header, _ segment: TCPHeader, _ host: SimulatedHost) {
    guard !segment.flags.contains(.rst) else { return }
    var answer = TCPBuilder(sourcePort: segment.destinationPort, destinationPort: segment.sourcePort)
    if segment.flags.contains(.ack) {
      answer.sequenceNumber = segment.acknowledgmentNumber
      answer.flags = .rst
    } else {
      let length =
        UInt32(segment.data.count) + (segment.flags.contains(.syn) ? 1 : 0)
        + (segment.flags.contains(.fin) ? 1 : 0)
      answer.acknowledgmentNumber = segment.sequenceNumber &+ length
      answer.flags = [.rst, .ack]
    }
    answer.window = 0
    reply(answer, to: packet, ip, host)
  }

  /// Tells a peer whose segment has no place in the handshake where it stands.
  private func sendAcknowledgment(
    of request: ConnectionRequest, _ packet: SocketBuffer, _ ip: IPv4Header, _ segment: TCPHeader, _ host: SimulatedHost
  ) {
    var answer = TCPBuilder(sourcePort: segment.destinationPort, destinationPort: segment.sourcePort)
    answer.sequenceNumber = request.ownSequence &+ 1
    answer.acknowledgmentNumber = request.peerSequence &+ 1
    answer.flags = .ack
    answer.window = request.window >> UInt16(request.windowScale)
    if let timestamps = request.timestamps, timestamps.peer != 0 {
      answer.options = [1, 1] + SYNOptions.timestamps(timestamps.own, echoing: timestamps.peer)
    }
    reply(answer, to: packet, ip, host)
  }

  /// Sends a segment that belongs to no socket (`ip_send_unicast_reply`).
  private func reply(_ segment: TCPBuilder, to packet: SocketBuffer, _ ip: IPv4Header, _ host: SimulatedHost) {
    guard let echo = options(of: packet, ip, host) else { return }
    // The congestion bits are the sender's own.
    let builder = IPv4Builder(
      typeOfService: ip.typeOfService & ~3, identification: 0, dontFragment: true,
      timeToLive: host.defaultTimeToLive, protocolNumber: 6, source: ip.destination, destination: echo.destination,
      options: echo.bytes)
    let service = HostDescription.Service(transport: .tcp, port: segment.sourcePort)
    send(
      segment.packet(in: builder), about: packet, host, asking: echo.received, forService: services.contains(service))
  }

  /// The second step of the handshake, an IP packet.
  private func synAck(
    _ ip: IPv4Header, _ segment: TCPHeader, _ offered: SYNOptions, _ options: [UInt8], to destination: IPv4Address,
    _ host: SimulatedHost
  ) -> [UInt8] {
    var answer = TCPBuilder(sourcePort: segment.destinationPort, destinationPort: segment.sourcePort)
    answer.sequenceNumber = initialSequence(ip, segment, host)
    answer.acknowledgmentNumber = segment.sequenceNumber &+ 1
    answer.flags = [.syn, .ack]
    let mtu = host.routing.output(to: ip.source)?.mtu ?? 1500
    let maximumSegmentSize = min(mtu, 65535) - 40
    answer.options = offered.answer(maximumSegmentSize: UInt16(clamping: maximumSegmentSize))
    answer.window = Self.initialWindow(maximumSegmentSize - (offered.timestamp == nil ? 0 : 12))
    if segment.flags.isSuperset(of: [.ece, .cwr]), ip.typeOfService & 3 == 0 { answer.flags.insert(.ece) }
    let builder = IPv4Builder(
      typeOfService: 0, identification: 0, dontFragment: true, timeToLive: host.defaultTimeToLive, protocolNumber: 6,
      source: ip.destination, destination: destination, options: options)
    let bytes = answer.packet(in: builder)
    return chosen(bytes, KernelChoice.handshake(bytes), host)
  }

  /// The kernel picks the initial sequence number from a keyed hash of the clock. Where the capture shows only the
  /// peer's side, the peer's acknowledgment tells it; else it follows from the ports.
  private func initialSequence(_ ip: IPv4Header, _ segment: TCPHeader, _ host: SimulatedHost) -> UInt32 {
    let acknowledged = KernelChoice.acknowledgment(of: segment, from: ip.source, in: host.upcoming)
    return acknowledged.map { $0 &- 1 } ?? 0x1000_0000 &+ UInt32(segment.sourcePort) << 8
  }

  /// Half of `tcp_rmem`'s default of 131072 bytes, in whole segments (`tcp_select_initial_window`).
  private static func initialWindow(_ segmentSize: Int) -> UInt16 {
    UInt16(clamping: 65536 / max(1, segmentSize) * segmentSize)
  }
}
