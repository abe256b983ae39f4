import Netfilter
import Wire

/// What the host's own TCP/IP stack answers to delivered packets (`tcp_ipv4.c`, `udp.c`, `icmp.c`).
final class LocalStack {
  private let isQuiet: Bool
  private let services: Set<HostDescription.Service>
  var identification: UInt16 = 0
  /// Ends that a service here is in contact with: a SYN from there was answered, or the host has sent there.
  private var contacts: Set<Contact> = []

  private struct Contact: Hashable {
    var local: UInt16
    var remote: IPv4Address
    var remotePort: UInt16
  }

  init(_ description: HostDescription) {
    isQuiet = description.stack == .quiet
    services = Set(description.services)
  }

  func deliver(_ packet: SocketBuffer, _ kind: Route.Kind, by host: SimulatedHost) {
    guard !isQuiet, packet.walk.notModelled.isEmpty, let ip = packet.ip else { return }
    switch ip.protocolNumber {
    case 1: answerICMP(packet, ip, kind, host)
    case 6: answerTCP(packet, ip, kind, host)
    case 17: answerUDP(packet, ip, kind, host)
    default:
      if kind == .local { host.sendICMPError(type: 3, code: 2, info: 0, about: packet, by: nil) }
    }
  }

  private func isChecksumGood(_ ip: IPv4Header, _ packet: SocketBuffer) -> Bool {
    packet.transportChecksumVouched
      || InternetChecksum.of(
        ip.payload, source: ip.source, destination: ip.destination, protocolNumber: ip.protocolNumber) == 0
  }

  // MARK: ICMP

  private func answerICMP(_ packet: SocketBuffer, _ ip: IPv4Header, _ kind: Route.Kind, _ host: SimulatedHost) {
    guard let type = ip.payload.first, ip.payload.count >= 8 else { return }
    guard InternetChecksum.of(ip.payload) == 0 || packet.transportChecksumVouched else { return }
    let ignoresBroadcasts = host.namespace.sysctl("net.ipv4.icmp_echo_ignore_broadcasts", default: 1) != 0
    if kind != .local, ignoresBroadcasts { return }
    switch type {
    case 8 where host.namespace.sysctl("net.ipv4.icmp_echo_ignore_all", default: 0) == 0:
      var message = Array(ip.payload)
      message[0] = 0
      reply(to: packet, ip, message, host)
    case 13 where ip.payload.count >= 20:
      var message = Array(ip.payload.prefix(20))
      message[0] = 14
      let time = host.millisecondsSinceMidnight
      message.store(time, at: 12)
      message.store(time, at: 16)
      reply(to: packet, ip, message, host)
    default: break
    }
  }

  private func reply(to packet: SocketBuffer, _ ip: IPv4Header, _ message: [UInt8], _ host: SimulatedHost) {
    var message = message
    message.store(UInt16(0), at: 2)
    message.store(InternetChecksum.of(message), at: 2)
    let builder = IPv4Builder(
      typeOfService: ip.typeOfService & 0x1e, identification: host.nextIdentification(), timeToLive: 64,
      protocolNumber: 1, source: ip.destination, destination: ip.source)
    send(builder.bytes(payload: message), about: packet, host)
  }

  // MARK: TCP

  private func answerTCP(_ packet: SocketBuffer, _ ip: IPv4Header, _ kind: Route.Kind, _ host: SimulatedHost) {
    guard kind == .local, let segment = TCPHeader(ip.payload), isChecksumGood(ip, packet) else { return }
    let service = HostDescription.Service(transport: .tcp, port: segment.destinationPort)
    guard services.contains(service) else { return sendReset(packet, ip, segment, host) }
    let control = segment.flags.intersection([.syn, .ack, .rst, .fin])
    let contact = Contact(local: segment.destinationPort, remote: ip.source, remotePort: segment.sourcePort)
    if control == .syn {
      contacts.insert(contact)
      return sendSynAck(packet, ip, segment, host)
    }
    // What a service says on a connection is the service's own doing; a capture shows it, a stack cannot know it.
    // Out of any connection, a listening socket answers what acknowledges something and ignores the rest.
    if contacts.contains(contact) || control.contains(.rst) { return }
    if control.contains(.ack) { sendReset(packet, ip, segment, host) }
  }

  /// The host itself sent this packet, so a program of it talks to that end.
  func noteSent(_ packet: SocketBuffer) {
    guard let ip = packet.ip, ip.protocolNumber == 6, let segment = TCPHeader(ip.payload) else { return }
    contacts.insert(
      Contact(local: segment.sourcePort, remote: ip.destination, remotePort: segment.destinationPort))
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
    let builder = IPv4Builder(
      typeOfService: ip.typeOfService, identification: 0, dontFragment: true, timeToLive: 64, protocolNumber: 6,
      source: ip.destination, destination: ip.source)
    send(answer.packet(in: builder), about: packet, host)
  }

  /// The second step of the handshake. The kernel picks the initial sequence number from a keyed hash of the clock;
  /// here it follows from the ports.
  private func sendSynAck(_ packet: SocketBuffer, _ ip: IPv4Header, _ segment: TCPHeader, _ host: SimulatedHost) {
    var answer = TCPBuilder(sourcePort: segment.destinationPort, destinationPort: segment.sourcePort)
    answer.sequenceNumber = 0x1000_0000 &+ UInt32(segment.sourcePort) << 8
    answer.acknowledgmentNumber = segment.sequenceNumber &+ 1
    answer.flags = [.syn, .ack]
    let offered = SYNOptions(segment.options)
    let mtu = host.routing.output(to: ip.source)?.mtu ?? 1500
    let options = offered.answer(maximumSegmentSize: UInt16(clamping: min(mtu, 65535) - 40))
    answer.options = options
    answer.window = offered.hasTimestamps ? 65160 : 64240
    let builder = IPv4Builder(
      typeOfService: 0, identification: 0, dontFragment: true, timeToLive: 64, protocolNumber: 6,
      source: ip.destination, destination: ip.source)
    let bytes = answer.packet(in: builder)
    send(bytes, about: packet, host, KernelChoice.handshake(bytes))
  }

  // MARK: UDP

  private func answerUDP(_ packet: SocketBuffer, _ ip: IPv4Header, _ kind: Route.Kind, _ host: SimulatedHost) {
    guard let port = ip.payload.uint16(at: 2), let length = ip.payload.uint16(at: 4), ip.payload.count >= 8,
      length >= 8, Int(length) <= ip.payload.count
    else { return }
    let hasChecksum = ip.payload.uint16(at: 6) != 0
    guard !hasChecksum || isChecksumGood(ip, packet) else { return }
    guard kind == .local, !services.contains(.init(transport: .udp, port: port)) else { return }
    host.sendICMPError(type: 3, code: 3, info: 0, about: packet, by: nil)
  }

  private func send(
    _ bytes: [UInt8], about packet: SocketBuffer, _ host: SimulatedHost, _ choice: KernelChoice? = nil
  ) {
    let choice = choice ?? KernelChoice.identification(of: bytes)
    let bytes = choice.witness(of: bytes, in: host.upcoming) ?? bytes
    let walk = Walk(origin: .stack, bytes: bytes, isRecording: host.isRecording)
    let answer = SocketBuffer(bytes: bytes, walk: walk)
    if host.namespace.sysctl("net.ipv4.fwmark_reflect", default: 0) != 0 { answer.mark = packet.mark }
    host.send(answer, causedBy: packet)
  }
}

/// The options of a SYN that its answer depends on (RFC 9293 section 3.2, RFC 7323, RFC 2018).
private struct SYNOptions {
  private(set) var hasMaximumSegmentSize = false
  private(set) var hasTimestamps = false
  private(set) var permitsSACK = false
  private(set) var hasWindowScale = false
  private var timestamp: [UInt8] = []

  init(_ options: Bytes) {
    var offset = 0
    while let kind = options.byte(at: offset), kind != 0 {
      if kind == 1 {
        offset += 1
        continue
      }
      guard let length = options.byte(at: offset + 1), length >= 2 else { break }
      switch (kind, length) {
      case (2, 4): hasMaximumSegmentSize = true
      case (3, 3): hasWindowScale = true
      case (4, 2): permitsSACK = true
      case (8, 10):
        hasTimestamps = true
        timestamp = Array(options.slice(at: offset + 2, length: 4))
      default: break
      }
      offset += Int(length)
    }
  }

  /// What Linux answers, in its order (`tcp_synack_options`).
  func answer(maximumSegmentSize: UInt16) -> [UInt8] {
    var bytes: [UInt8] = [2, 4, UInt8(maximumSegmentSize >> 8), UInt8(maximumSegmentSize & 255)]
    if hasTimestamps {
      bytes += (permitsSACK ? [4, 2] : [1, 1]) + [8, 10, 0, 0, 0, 1] + timestamp
    } else if permitsSACK {
      bytes += [1, 1, 4, 2]
    }
    if hasWindowScale { bytes += [1, 3, 3, 10] }
    return bytes
  }
}
