import Wire

/// PPTP (`net/netfilter/nf_conntrack_pptp.c`, RFC 2637): the control connection agrees on two call identifiers, which tell
/// the tunnel's GRE packets from those of others, each way. One call a connection, and its client is taken for the one
/// who calls.
package final class PPTPHelper: ConnectionHelper {
  package static let name = "pptp"
  package static let protocolNumbers: Set<UInt8> = [6]
  package static let policy = ExpectationPolicy(mostExpected: 2, timeout: 300)

  private enum Session: Int { case none, error, stopRequested, requested, confirmed }
  private enum Call { case none, outRequested, outConfirmed, inRequested, inReplied, inConfirmed, clearRequested }

  private var session = Session.none
  private var call = Call.none
  /// The client's and the server's identifiers; the client's as the server knows it.
  private var clientCall: UInt16 = 0
  private var serverCall: UInt16 = 0
  /// The same before translation (`struct nf_nat_pptp`).
  private var ownClientCall: UInt16 = 0
  private var ownServerCall: UInt16 = 0

  package init() {}

  package func help(_ packet: HelpedPacket) -> HelperVerdict {
    guard packet.isEstablished, let offset = packet.tcpDataOffset else { return .accept }
    guard packet.isKnown(from: offset) else { return .unknown }
    guard let message = PPTPMessage(packet.packet.bytes[...].slice(at: offset)) else {
      packet.note(.nothing, offset..<packet.packet.bytes.count)
      return .accept
    }
    let isOutbound = packet.direction == .original
    guard isOutbound ? takeOutbound(message) : takeInbound(message, packet, offset) else {
      packet.note(.nothing, offset..<packet.packet.bytes.count)
      return .accept
    }
    guard packet.isTranslated else { return .accept }
    return isOutbound ? translateOutbound(message, packet, offset) : translateInbound(message, packet, offset)
  }

  // MARK: The dialog

  /// A message of the client; `false` where it does not fit the dialog.
  private func takeOutbound(_ message: PPTPMessage) -> Bool {
    switch message.kind {
    case .startRequest:
      guard session == .none else { return false }
      session = .requested
    case .stopRequest: session = .stopRequested
    case .outCallRequest:
      guard session == .confirmed else { return false }
      call = .outRequested
      clientCall = message.word(at: 0)
    case .inCallReply:
      guard call == .inRequested || call == .inReplied, message.word(at: 2) == serverCall else { return false }
      if message.byte(at: 4) == 1 {
        call = .inReplied
        clientCall = message.word(at: 0)
      } else {
        call = .none
      }
    case .clearRequest:
      guard session == .confirmed else { return false }
      call = .clearRequested
    case .setLinkInfo, .echoRequest, .echoReply: break
    default: return false
    }
    return true
  }

  /// A message of the server; `false` where it does not fit the dialog.
  private func takeInbound(_ message: PPTPMessage, _ packet: HelpedPacket, _ offset: Int) -> Bool {
    switch message.kind {
    case .startReply:
      guard session.rawValue >= Session.requested.rawValue else { return false }
      session = message.byte(at: 2) == 1 ? .confirmed : .error
    case .stopReply:
      guard session.rawValue <= Session.stopRequested.rawValue else { return false }
      session = message.byte(at: 0) == 1 ? .none : .error
    case .outCallReply:
      guard session == .confirmed, call == .outRequested || call == .outConfirmed, message.word(at: 2) == clientCall
      else { return false }
      guard message.byte(at: 4) == 1 else {
        call = .none
        return true
      }
      call = .outConfirmed
      serverCall = message.word(at: 0)
      expectTunnel(serverCall, message.word(at: 2), packet, offset)
    case .inCallRequest:
      guard session == .confirmed else { return false }
      call = .inRequested
      serverCall = message.word(at: 0)
    case .inCallConnect:
      guard session == .confirmed, call == .inReplied || call == .inConfirmed, message.word(at: 0) == clientCall
      else { return false }
      call = .inConfirmed
      expectTunnel(serverCall, message.word(at: 0), packet, offset)
    case .disconnect:
      call = .none
      destroyTunnel(of: packet.entry, packet.tracker)
    case .wanError, .setLinkInfo, .echoRequest, .echoReply: break
    default: return false
    }
    return true
  }

  // MARK: The tunnel

  /// Waits for GRE each way (`exp_gre`); whether it can makes no difference to the packet.
  private func expectTunnel(_ server: UInt16, _ client: UInt16, _ packet: HelpedPacket, _ offset: Int) {
    let (entry, tracker) = (packet.entry, packet.tracker)
    func tunnel(_ direction: FlowDirection, _ from: UInt16, _ to: UInt16) -> Expectation {
      let ends = entry[direction]
      return Expectation(
        FlowTuple(
          source: ends.source, destination: ends.destination, protocolNumber: 47, sourcePort: from,
          destinationPort: to),
        sourcePortMask: .max, of: entry, by: Self.self)
    }
    let original = tunnel(.original, client, server)
    let reply = tunnel(.reply, server, client)
    if packet.isTranslated {
      ownServerCall = serverCall
      (original.tuple.sourcePort, original.tuple.destinationPort) = (ownClientCall, serverCall)
      original.following = .init(port: clientCall, direction: .original)
      (reply.tuple.sourcePort, reply.tuple.destinationPort) = (ownServerCall, clientCall)
      reply.following = .init(port: ownClientCall, direction: .reply)
    }
    let bytes = offset..<packet.packet.bytes.count
    guard packet.expect(original, bytes) == .accept else { return }
    guard packet.expect(reply, bytes) == .accept else { return tracker.forget(original) }
    var isKeyed = tracker.addCallKey(original.tuple, .original, of: entry)
    if isKeyed, !tracker.addCallKey(reply.tuple, .reply, of: entry) {
      tracker.removeCallKeys(of: entry)
      isKeyed = false
    }
    guard !isKeyed else { return }
    // Another call already has the place of this one.
    tracker.forget(reply)
    tracker.forget(original)
  }

  /// The call is over: its tunnel goes, or what waits for it (`pptp_destroy_siblings`).
  private func destroyTunnel(of entry: ConnectionTrackingEntry, _ tracker: ConnectionTracker) {
    tracker.removeCallKeys(of: entry)
    let ids: [(FlowDirection, UInt16, UInt16)] = [
      (.original, clientCall, serverCall), (.reply, serverCall, clientCall),
    ]
    for (direction, from, to) in ids {
      let tuple = FlowTuple(
        source: entry[direction].source, destination: entry[direction].destination, protocolNumber: 47,
        sourcePort: from, destinationPort: to)
      if let tunnel = tracker.find(tuple)?.entry {
        tracker.delete(tunnel)
      } else if let expectation = tracker.expectation(for: tuple) {
        tracker.forget(expectation)
      }
    }
  }

  package func end(_ entry: ConnectionTrackingEntry, _ tracker: ConnectionTracker) {
    destroyTunnel(of: entry, tracker)
  }

  /// One way has come: the other needs no expectation any more, being its answer.
  package func met(
    _ expectation: Expectation, _ entry: ConnectionTrackingEntry, _ packet: SocketBuffer,
    _ tracker: ConnectionTracker
  ) {
    guard let following = expectation.following, let master = entry.master else {
      if let other = expectation.tuple.inverted.flatMap({ tracker.expectation(for: $0) }) { tracker.forget(other) }
      return
    }
    let opposite = master[following.direction.opposite]
    let isOriginal = following.direction == .original
    // Of the server's packets the kernel asks the new connection, not its master, for the identifiers before
    // translation, and it knows none: the other expectation stays.
    let other = FlowTuple(
      source: opposite.source, destination: opposite.destination, protocolNumber: 47,
      sourcePort: isOriginal ? serverCall : 0, destinationPort: isOriginal ? clientCall : 0)
    if let other = tracker.expectation(for: other) { tracker.forget(other) }
    let ports = TranslationRange.Ends(following.port, following.port)
    let source = TranslationRange(ports: isOriginal ? ports : nil).to(opposite.destination)
    tracker.bind(packet, entry, to: source, .source, by: "NAT")
    let destination = TranslationRange(ports: isOriginal ? nil : ports).to(opposite.source)
    tracker.bind(packet, entry, to: destination, .destination, by: "NAT")
  }

  // MARK: Translation (`nf_nat_pptp.c`)

  /// The client's identifier is replaced by its port as the server sees it, which no other client has.
  private func translateOutbound(_ message: PPTPMessage, _ packet: HelpedPacket, _ offset: Int) -> HelperVerdict {
    switch message.kind {
    case .outCallRequest:
      ownClientCall = clientCall
      clientCall = packet.entry.reply.destinationPort
    case .inCallReply, .clearRequest: break
    default: return .accept
    }
    return write(clientCall, at: 0, packet, offset)
  }

  /// The server's messages name the client's own identifier again.
  private func translateInbound(_ message: PPTPMessage, _ packet: HelpedPacket, _ offset: Int) -> HelperVerdict {
    switch message.kind {
    case .outCallReply: write(ownClientCall, at: 2, packet, offset)
    case .inCallConnect, .wanError, .disconnect, .setLinkInfo: write(ownClientCall, at: 0, packet, offset)
    default: .accept
    }
  }

  private func write(_ identifier: UInt16, at place: Int, _ packet: HelpedPacket, _ offset: Int) -> HelperVerdict {
    let start = offset + PPTPMessage.headerLength + place
    let bytes = [UInt8(identifier >> 8), UInt8(truncatingIfNeeded: identifier)]
    return packet.packet.replaceData(start..<start + 2, with: bytes) ? .accept : .drop
  }
}

/// A control message (RFC 2637 section 2); integers are in network byte order.
private struct PPTPMessage {
  enum Kind: UInt16 {
    case startRequest = 1
    case startReply, stopRequest, stopReply, echoRequest, echoReply, outCallRequest, outCallReply, inCallRequest
    case inCallReply, inCallConnect, clearRequest, disconnect, wanError, setLinkInfo
  }

  /// Length, type and cookie, then the kind of message.
  static let headerLength = 12
  private static let cookie: UInt32 = 0x1a2b_3c4d
  /// Bytes after the header that a message of each kind has at least; the kernel lets both echoes be empty.
  private static let lengths: [Kind: Int] = [
    .startRequest: 144, .startReply: 144, .stopRequest: 4, .stopReply: 4, .outCallRequest: 156, .outCallReply: 20,
    .inCallRequest: 208, .inCallReply: 12, .inCallConnect: 16, .clearRequest: 4, .disconnect: 136, .wanError: 28,
    .setLinkInfo: 12,
  ]

  let kind: Kind
  private let body: Bytes

  /// `nil` for what is no whole message of a known kind.
  init?(_ data: Bytes) {
    guard data.uint16(at: 2) == 1, data.uint32(at: 4) == Self.cookie, data.count >= Self.headerLength,
      let kind = data.uint16(at: 8).flatMap(Kind.init)
    else { return nil }
    body = data.slice(at: Self.headerLength)
    guard body.count >= Self.lengths[kind] ?? 0 else { return nil }
    self.kind = kind
  }

  func word(at offset: Int) -> UInt16 { body.uint16(at: offset) ?? 0 }
  func byte(at offset: Int) -> UInt8 { body.byte(at: offset) ?? 0 }
}
