import Netfilter
import Wire

/// What the host's own TCP/IP stack answers to delivered packets (`tcp_ipv4.c`, `udp.c`, `icmp.c`).
final class LocalStack {
  let isQuiet: Bool
  private let services: [HostDescription.Service]
  private let programs: [HostDescription.Program]
  var identification: UInt16 = 0
  /// Ends that a service here is in contact with: their handshake was completed, or the host has sent there.
  var contacts: Set<Contact> = []
  /// Ends that a program has sent datagrams to, from a port that is said to be its own.
  var correspondents: Set<Contact> = []
  /// Ends to which all that a service or program said is in the capture.
  var captured: Set<Contact> = []
  /// Ends whose SYN was answered.
  var requests: [Contact: ConnectionRequest] = [:]
  /// Connections to services of which the capture shows only the peer's side.
  var connections: [Contact: ServiceConnection] = [:]
  /// When answers are sent again, and acknowledgments that wait.
  var timers = TimerWheel<Contact>()

  /// Protocols whose handlers are always there and answer nothing by themselves: IGMP, PIM.
  private static let silentProtocols: Set<UInt8> = [2, 103]

  struct Contact: Hashable, Sendable {
    /// Ours.
    let address: IPv4Address
    let local: UInt16
    let remote: IPv4Address
    let remotePort: UInt16

    init(address: IPv4Address, local: UInt16, remote: IPv4Address, remotePort: UInt16) {
      (self.address, self.local, self.remote, self.remotePort) = (address, local, remote, remotePort)
    }

    init(_ query: SocketQuery) {
      (address, local) = (query.destination, query.destinationPort)
      (remote, remotePort) = (query.source, query.sourcePort)
    }

    /// Of a segment that came.
    init(to ip: IPv4Header, _ segment: TCPHeader) {
      (address, local) = (ip.destination, segment.destinationPort)
      (remote, remotePort) = (ip.source, segment.sourcePort)
    }

    /// Of a segment that goes.
    init(from ip: IPv4Header, _ segment: TCPHeader) {
      (address, local) = (ip.source, segment.sourcePort)
      (remote, remotePort) = (ip.destination, segment.destinationPort)
    }
  }

  init(_ description: HostDescription) {
    isQuiet = description.stack == .quiet
    services = description.services
    programs = description.programs
  }

  /// The service that serves a port at an address of the host: one for this address goes before one for all.
  func service(
    _ transport: HostDescription.Service.Transport, _ port: UInt16, at address: IPv4Address
  ) -> HostDescription.Service? {
    let serving = services.filter { $0.transport == transport && $0.port == port }
    return serving.first { $0.address == address } ?? serving.first { $0.address == nil }
  }

  /// A program of the host sends from this port, so it has a socket there.
  func mayBeOpen(_ protocolNumber: UInt8, _ port: UInt16) -> Bool {
    programs.contains { $0.owns(port, protocolNumber) }
  }

  /// Whether a packet is for the program that its port is said to be of, and has spoken to this end before: the stack
  /// answers nothing then. Whose it is where that program has not is left open.
  func isForProgram(_ packet: SocketBuffer, _ protocolNumber: UInt8, _ contact: Contact) -> Bool {
    guard mayBeOpen(protocolNumber, contact.local) else { return false }
    if (protocolNumber == 6 ? contacts : correspondents).contains(contact) { return true }
    packet.walk.leaveOpen("whether the program of port \(contact.local) takes what comes from others")
    return false
  }

  func deliver(_ packet: SocketBuffer, _ kind: Route.Kind, by host: SimulatedHost) {
    guard !isQuiet, packet.walk.notModelled.isEmpty, let ip = packet.ip else { return }
    // Nothing is answered from an address that is not the host's.
    guard kind != .local || host.routing.mayBeSource(ip.destination) else { return }
    switch ip.protocolNumber {
    case 1: answerICMP(packet, ip, kind, host)
    case 6: answerTCP(packet, ip, kind, host)
    case 17, 136: answerUDP(packet, ip, kind, host)
    case let number where Self.silentProtocols.contains(number): break
    default:
      if kind == .local { host.sendICMPError(type: 3, code: 2, info: 0, about: packet, by: nil) }
    }
  }

  func isChecksumGood(_ payload: Bytes, _ ip: IPv4Header, _ packet: SocketBuffer) -> Bool {
    packet.transportChecksumVouched
      || InternetChecksum.of(
        payload, source: ip.source, destination: ip.destination, protocolNumber: ip.protocolNumber) == 0
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
    case 13 where ip.payload.count >= 12:
      // All that is kept of the request is the time it was sent.
      var message = Array(ip.payload.prefix(12)) + Array(repeating: 0, count: 8)
      message[0] = 14
      message[1] = 0
      let time = host.millisecondsSinceMidnight
      message.store(time, at: 12)
      message.store(time, at: 16)
      reply(to: packet, ip, message, host)
    case 3 where ip.payload.byte(at: 1) == 4: noteTooLong(ip.payload.slice(at: 8), host)
    default: break
    }
  }

  /// A router tells that a packet of ours does not fit. What the host makes of it depends on the socket that sent it
  /// (`ipv4_update_pmtu`), so it is only told where it may matter.
  private func noteTooLong(_ quoted: Bytes, _ host: SimulatedHost) {
    guard let ours = IPv4Header(quoted), host.routing.kind(of: ours.source) == .local else { return }
    host.narrowPaths.insert(ours.destination)
  }

  private func reply(to packet: SocketBuffer, _ ip: IPv4Header, _ message: [UInt8], _ host: SimulatedHost) {
    var message = message
    message.store(UInt16(0), at: 2)
    message.store(InternetChecksum.of(message), at: 2)
    guard let type = message.first, let answer = options(of: packet, ip, host) else { return }
    let destination = answer.destination
    let route = host.routing.output(to: destination)
    guard host.isWithinRate(type: type, code: 0, to: destination, by: route?.interface ?? "", about: packet) else {
      return
    }
    let builder = IPv4Builder(
      typeOfService: ip.typeOfService, identification: host.nextIdentification(), timeToLive: host.defaultTimeToLive,
      protocolNumber: 1, source: host.ownAddress(towards: packet, ip), destination: destination, options: answer.bytes)
    send(builder.bytes(payload: message), about: packet, host, asking: answer.received)
  }

  /// The options of an answer, and where it goes first; `nil` where there can be none.
  func options(
    of packet: SocketBuffer, _ ip: IPv4Header, _ host: SimulatedHost
  ) -> (bytes: [UInt8], received: ReceivedOptions?, destination: IPv4Address)? {
    guard let echo = IPOptionsEcho(packet, isForeignUnicast: { host.routing.kind(of: $0) == .unicast }) else {
      return nil
    }
    let source = host.ownAddress(towards: packet, ip)
    let bytes = echo.filled(from: source, to: ip.source, time: host.millisecondsSinceMidnight)
    return (bytes, echo.received, echo.firstHop ?? ip.source)
  }

  // MARK: UDP

  /// UDP and UDP-Lite (`__udp4_lib_rcv`).
  private func answerUDP(_ packet: SocketBuffer, _ ip: IPv4Header, _ kind: Route.Kind, _ host: SimulatedHost) {
    guard let port = ip.payload.uint16(at: 2), let length = ip.payload.uint16(at: 4), ip.payload.count >= 8,
      Int(length) <= ip.payload.count, ip.protocolNumber == 17 ? isDatagram(packet, ip, length) : isLite(ip, length)
    else { return }
    let isServed = ip.protocolNumber == 17 && service(.udp, port, at: ip.destination) != nil
    guard kind == .local, !isServed else { return }
    let contact = Contact(
      address: ip.destination, local: port, remote: ip.source, remotePort: ip.payload.uint16(at: 0) ?? 0)
    if isForProgram(packet, ip.protocolNumber, contact) { return }
    // What the connection of the datagram was is forgotten: the error is tracked for itself (`nf_reset_ct`).
    packet.connection = nil
    packet.connectionInfo = nil
    host.sendICMPError(type: 3, code: 3, info: 0, about: packet, by: nil)
  }

  /// Whether length and checksum are right; what stands behind the datagram is cut off.
  private func isDatagram(_ packet: SocketBuffer, _ ip: IPv4Header, _ length: UInt16) -> Bool {
    guard length >= 8 else { return false }
    packet.bytes.removeLast(ip.payload.count - Int(length))
    return ip.payload.uint16(at: 6) == 0 || isChecksumGood(ip.payload.prefix(Int(length)), ip, packet)
  }

  /// The checksum covers as many bytes as the length field says, 0 for all (RFC 3828 section 3.1), and must be there.
  private func isLite(_ ip: IPv4Header, _ coverage: UInt16) -> Bool {
    guard coverage == 0 || coverage >= 8, ip.payload.uint16(at: 6) != 0 else { return false }
    var sum = InternetChecksum()
    sum.add(ip.source.bytes)
    sum.add(ip.destination.bytes)
    sum.add(UInt16(ip.protocolNumber))
    sum.add(UInt16(truncatingIfNeeded: ip.payload.count))
    sum.add(coverage == 0 ? ip.payload : ip.payload.prefix(Int(coverage)))
    return sum.value == 0
  }

  /// Sends an answer.
  ///
  /// - Parameter options: what its IP options ask for.
  func send(
    _ bytes: [UInt8], about packet: SocketBuffer, _ host: SimulatedHost, asking options: ReceivedOptions? = nil,
    by socket: SendingSocket = .kernel
  ) {
    let choice = KernelChoice.identification(of: bytes)
    let witness = choice.witness(of: bytes, in: host.upcoming)
    let bytes = witness ?? bytes
    let walk = Walk(origin: .stack, bytes: bytes, isRecording: host.isRecording)
    let answer = SocketBuffer(bytes: bytes, walk: walk)
    answer.chosen = witness == nil ? choice.ranges : []
    answer.socket = socket
    answer.options = options
    answer.ignoresDontFragment = bytes[...].byte(at: 9) == 1
    answer.edited = packet.editedInAnswer(bytes)
    walk.edited = answer.edited
    if host.namespace.sysctl("net.ipv4.fwmark_reflect", default: 0) != 0 { answer.mark = packet.mark }
    host.send(answer, causedBy: packet)
  }
}

extension SocketBuffer {
  /// Bytes of an answer to this packet that are copies of ones that were edited out (addresses and ports, the other way
  /// round), and the checksums over them.
  func editedInAnswer(_ bytes: [UInt8]) -> [Range<Int>] {
    guard !edited.isEmpty else { return [] }
    let hasPorts = [6, 17].contains(bytes[...].byte(at: 9) ?? 0)
    /// Offset in the packet, length, offset in the answer.
    var copies = [(12, 4, 16), (16, 4, 12)]
    if hasPorts { copies += [(headerLength, 2, 22), (headerLength + 2, 2, 20)] }
    var result: [Range<Int>] = []
    for (from, length, to) in copies {
      for range in edited {
        let common = range.clamped(to: from..<from + length)
        if !common.isEmpty { result.append(common.lowerBound - from + to..<common.upperBound - from + to) }
      }
    }
    guard !result.isEmpty else { return [] }
    if result.contains(where: { $0.lowerBound < 20 }) { result.append(10..<12) }
    if hasPorts { result.append(bytes[...].byte(at: 9) == 6 ? 36..<38 : 26..<28) }
    return result
  }
}
