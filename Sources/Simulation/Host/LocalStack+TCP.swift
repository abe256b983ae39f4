import Capture
import Netfilter
import Wire

// TCP before a program has the connection (`net/ipv4/tcp_ipv4.c`, `tcp_input.c`). What a service says on a connection is
// the service's own doing; a capture shows it, a stack cannot know it.
extension LocalStack {
  func answerTCP(_ packet: SocketBuffer, _ ip: IPv4Header, _ kind: Route.Kind, _ host: SimulatedHost) {
    guard kind == .local, let segment = TCPHeader(ip.payload), isChecksumGood(ip.payload, ip, packet) else { return }
    let contact = Contact(to: ip, segment)
    if captured.contains(contact) { return }
    guard service(.tcp, segment.destinationPort, at: ip.destination) != nil else {
      if isForProgram(packet, 6, contact) { return }
      return sendReset(packet, ip, segment, host)
    }
    if contacts.contains(contact) { return }
    if connections[contact] != nil { return receive(segment, of: contact, about: packet, host) }
    guard var request = requests[contact] else { return listen(packet, ip, segment, contact, host) }
    let judgement = request.judge(segment, now: host.namespace.jiffies, hz: host.namespace.hz)
    requests[contact] = request
    switch judgement {
    case .ignored: break
    case .answered:
      let answer = answer(to: request, host)
      requests[contact]?.noteSent(answer.bytes)
      // The time that the timer stands at begins anew.
      if host.answer(answer, causedBy: packet) { wait(for: contact, host) }
    case .acknowledged: sendAcknowledgment(of: request, packet, ip, segment, host)
    case .reset: sendReset(packet, ip, segment, host)
    case .refused:
      sendReset(packet, ip, segment, host)
      requests[contact] = nil
    case .givenUp: requests[contact] = nil
    case .established:
      requests[contact] = nil
      guard !request.isCaptured else {
        contacts.insert(contact)
        return
      }
      connections[contact] = ServiceConnection(
        request, segment, now: host.namespace.jiffies, hz: host.namespace.hz)
      receive(segment, of: contact, about: packet, host)
    }
  }

  // MARK: Once more

  /// The SYN/ACK as it is sent at this moment; `captured` where the capture shows it.
  private func answer(
    to request: ConnectionRequest, _ host: SimulatedHost, as captured: [UInt8]? = nil
  ) -> SocketBuffer {
    let (made, clock) = request.answer(at: host.namespace.now)
    let bytes = captured ?? KernelChoice(ranges: clock).witness(of: made, in: host.upcoming) ?? made
    let walk = Walk(origin: .stack, bytes: bytes, isRecording: host.isRecording)
    let packet = SocketBuffer(bytes: bytes, walk: walk)
    packet.socket = .request(request.opener)
    packet.hasPartialChecksum = true
    packet.options = request.options
    packet.edited = request.edited
    packet.mark = request.mark
    walk.edited = packet.edited
    return packet
  }

  /// Sets the timer of a request.
  private func wait(for contact: Contact, _ host: SimulatedHost) {
    guard var request = requests[contact] else { return }
    let delay = request.delay(hz: host.namespace.hz)
    request.deadline = timers.set(contact, now: host.namespace.jiffies, delay: delay)
    requests[contact] = request
  }

  /// Answers that nobody has acknowledged in time are sent again (`reqsk_timer_handler`), acknowledgments have waited
  /// long enough.
  func runTimers(of host: SimulatedHost) {
    let tick = timers.next
    for contact in timers.takeNext() {
      if requests[contact]?.deadline == tick { resend(contact, host) }
      if connections[contact]?.deadline == tick {
        connections[contact]?.hasWaited(hz: host.namespace.hz)
        guard let answer = acknowledgment(of: contact, host) else { continue }
        _ = host.sendBelated(answer, .delayedAcknowledgment, origin: connections[contact]?.origin)
      }
    }
  }

  /// Sends an answer again, or gives it up: after `tcp_synack_retries`, or where it cannot leave.
  private func resend(_ contact: Contact, _ host: SimulatedHost, as captured: [UInt8]? = nil) {
    guard var request = requests[contact] else { return }
    let most = host.namespace.sysctl("net.ipv4.tcp_synack_retries", default: 5)
    guard request.timeouts < most else { return requests[contact] = nil }
    let packet = answer(to: request, host, as: captured)
    request.noteSent(packet.bytes)
    request.timeouts += 1
    requests[contact] = request
    guard host.sendBelated(packet, .unacknowledged, origin: request.origin) else { return requests[contact] = nil }
    // What it met on its way, a reset say, may have ended the request.
    wait(for: contact, host)
  }

  /// A captured packet of the host is a SYN/ACK whose timer has not run out here: in the kernel that captured it, it has.
  func resend(captured bytes: [UInt8], by host: SimulatedHost) {
    guard let ip = IPv4Header(bytes[...]), ip.protocolNumber == 6, let segment = TCPHeader(ip.payload) else { return }
    let contact = Contact(from: ip, segment)
    guard let request = requests[contact], request.isAnswer(bytes) else { return }
    resend(contact, host, as: bytes)
  }

  /// The host itself sent this packet, so a program of it talks to that end.
  func noteSent(_ packet: SocketBuffer) {
    guard let ip = packet.ip else { return }
    noteDatagram(ip)
    guard ip.protocolNumber == 6, let segment = TCPHeader(ip.payload) else { return }
    let contact = Contact(from: ip, segment)
    contacts.insert(contact)
    requests[contact] = nil
    connections[contact] = nil
  }

  private func noteDatagram(_ ip: IPv4Header) {
    guard [17, 136].contains(ip.protocolNumber), let local = ip.payload.uint16(at: 0),
      let remote = ip.payload.uint16(at: 2), mayBeOpen(ip.protocolNumber, local)
    else { return }
    correspondents.insert(Contact(address: ip.source, local: local, remote: ip.destination, remotePort: remote))
  }

  // MARK: Once it is there

  /// A segment of a connection to a service that only the peer's side of is captured.
  private func receive(_ segment: TCPHeader, of contact: Contact, about packet: SocketBuffer, _ host: SimulatedHost) {
    let namespace = host.namespace
    switch connections[contact]?.receive(segment, now: namespace.jiffies, hz: namespace.hz) {
    case .nothing?, nil: break
    case .closed?: connections[contact] = nil
    case .reset?:
      if let ip = packet.ip { sendReset(packet, ip, segment, host, by: socket(of: contact)) }
      connections[contact] = nil
    case .acknowledgment?:
      guard let answer = acknowledgment(of: contact, host) else { return }
      answer.edited = packet.editedInAnswer(answer.bytes)
      answer.walk.edited = answer.edited
      host.answer(answer, causedBy: packet)
    case .delayed?:
      let delay = connections[contact]?.waitingTime ?? 0
      let tick = timers.set(contact, now: namespace.jiffies, delay: delay)
      connections[contact]?.wait(until: tick, for: packet.walk.number)
    }
  }

  /// Of a connection: the program's that accepts them, where one does.
  private func socket(of contact: Contact) -> SendingSocket {
    service(.tcp, contact.local, at: contact.address)?.user.map { .program($0) } ?? .unclaimed
  }

  private func acknowledgment(of contact: Contact, _ host: SimulatedHost) -> SocketBuffer? {
    guard let segment = connections[contact]?.acknowledge(contact, at: host.namespace.now) else { return nil }
    let bytes = segment.packet(
      in: IPv4Builder(
        identification: host.nextIdentification(), dontFragment: true, timeToLive: host.defaultTimeToLive,
        protocolNumber: 6, source: contact.address, destination: contact.remote))
    let walk = Walk(origin: .stack, bytes: bytes, isRecording: host.isRecording)
    let packet = SocketBuffer(bytes: bytes, walk: walk)
    packet.hasPartialChecksum = true
    packet.mark = connections[contact]?.mark ?? 0
    packet.socket = socket(of: contact)
    // The identification of a connection's packets begins anywhere.
    packet.chosen = [4..<6, 10..<12] + (connections[contact]?.isWindowChosen == true ? [34..<38] : [])
    return packet
  }

  /// As many half-open connections as any service has room for; programs ask for other numbers.
  private static let leastBacklog = 10

  /// Out of any connection, a listening socket answers a SYN and what acknowledges something, and ignores the rest.
  private func listen(
    _ packet: SocketBuffer, _ ip: IPv4Header, _ segment: TCPHeader, _ contact: Contact, _ host: SimulatedHost
  ) {
    if segment.flags.contains(.ack) { return sendReset(packet, ip, segment, host) }
    guard segment.flags.contains(.syn), segment.flags.isDisjoint(with: [.rst, .fin]) else { return }
    let offered = SYNOptions(segment.options)
    guard let echo = options(of: packet, ip, host) else { return }
    let made = synAck(ip, segment, offered, echo.bytes, to: echo.destination, host)
    let witness = KernelChoice.handshake(made).witness(of: made, in: host.upcoming)
    let bytes = witness ?? made
    guard
      var request = ConnectionRequest(
        offered, peerSequence: segment.sequenceNumber, answer: bytes, now: host.namespace.now)
    else { return }
    request.isCaptured = witness != nil
    request.opener = service(.tcp, contact.local, at: contact.address)?.opener
    request.origin = packet.walk.number
    request.options = echo.received
    request.edited = packet.editedInAnswer(bytes)
    if host.namespace.sysctl("net.ipv4.tcp_fwmark_accept", default: 0) != 0 { request.mark = packet.mark }
    if witness == nil, requests.count > Self.leastBacklog,
      requests.keys.count(where: { $0.local == contact.local }) > Self.leastBacklog
    {
      packet.walk.leaveOpen("the answer to so many SYNs at once: SYN cookies, and the backlog of a program")
    }
    requests[contact] = request
    wait(for: contact, host)
    host.answer(answer(to: request, host), causedBy: packet)
  }

  /// RFC 9293 section 3.5.2: a reset for a segment to a port nobody listens on.
  private func sendReset(
    _ packet: SocketBuffer, _ ip: IPv4Header, _ segment: TCPHeader, _ host: SimulatedHost,
    by socket: SendingSocket? = nil
  ) {
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
    reply(answer, to: packet, ip, host, by: socket)
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
      let own = request.timestamp(at: host.namespace.now)
      answer.options = [1, 1] + SYNOptions.timestamps(own, echoing: timestamps.peer)
    }
    reply(answer, to: packet, ip, host)
  }

  /// Sends a segment that belongs to no socket (`ip_send_unicast_reply`).
  private func reply(
    _ segment: TCPBuilder, to packet: SocketBuffer, _ ip: IPv4Header, _ host: SimulatedHost,
    by socket: SendingSocket? = nil
  ) {
    guard let echo = options(of: packet, ip, host) else { return }
    // The congestion bits are the sender's own.
    let builder = IPv4Builder(
      typeOfService: ip.typeOfService & ~3, identification: 0, dontFragment: true,
      timeToLive: host.defaultTimeToLive, protocolNumber: 6, source: ip.destination, destination: echo.destination,
      options: echo.bytes)
    let listening = service(.tcp, segment.sourcePort, at: ip.destination).map { SendingSocket.program($0.opener) }
    send(
      segment.packet(in: builder), about: packet, host, asking: echo.received, by: socket ?? listening ?? .kernel)
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
    return answer.packet(in: builder)
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
