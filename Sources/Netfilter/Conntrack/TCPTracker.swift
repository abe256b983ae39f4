import Wire

/// TCP (`nf_conntrack_proto_tcp.c`): a state machine for both directions at once, and the windows of both ends.
enum TCPTracker: ProtocolTracker {
  static func judge(_ packet: TrackedPacket) -> TrackingJudgement {
    guard packet.payload.count >= 20 else { return .invalid("short packet") }
    guard let header = TCPHeader(packet.payload) else { return .invalid("truncated packet") }
    if packet.hasBadChecksum(protocolNumber: 6) { return .invalid("bad checksum") }
    let segment = TCPSegment(header)
    guard segment.hasValidFlags else { return .invalid("invalid tcp flag combination") }
    if !packet.entry.isConfirmed, let refusal = begin(segment, packet) { return .invalid(refusal) }
    guard var tcp = packet.entry.tcp else { return .invalid("no TCP state") }
    defer { packet.entry.tcp = tcp }
    return judge(segment, packet, &tcp)
  }

  // MARK: A new entry

  /// Sets up the state of a flow's first segment, or says why it can begin none (`tcp_new`).
  private static func begin(_ segment: TCPSegment, _ packet: TrackedPacket) -> String? {
    guard case .to(let state) = TCPTransition.of(segment.kind, .original, in: .none) else { return "invalid new" }
    var tcp = TCPTracking()
    tcp.original.end = segment.end
    tcp.original.maximumWindow = max(1, UInt32(segment.window))
    tcp.original.maximumEnd = segment.end
    if state == .synSent {
      tcp.original.readOptions(segment.options)
    } else {
      guard packet.parameters.isLoose else { return "no pickup in the middle (tcp_loose 0)" }
      tcp.original.maximumEnd = segment.end &+ tcp.original.maximumWindow
      // The SYNs were missed, so the scale is unknown: be liberal, and expect SACK.
      tcp.original.flags = [.sackPermitted, .liberal]
      tcp.reply.flags = [.sackPermitted, .liberal]
    }
    tcp.last.kind = TCPSegmentKind.none
    packet.entry.tcp = tcp
    return nil
  }

  // MARK: The state machine

  private static func judge(
    _ segment: TCPSegment, _ packet: TrackedPacket, _ tcp: inout TCPTracking
  ) -> TrackingJudgement {
    let direction = packet.direction
    var oldState = tcp.state
    var newState: TCPState
    var skipsWindow = false

    switch TCPTransition.of(segment.kind, direction, in: oldState) {
    case .invalid:
      return .invalid("packet (index \(segment.kind.rawValue)) in dir \(direction.index) invalid, state \(oldState)")
    case .to(.synSent) where oldState.rawValue >= TCPState.timeWait.rawValue:
      if reopens(tcp, direction) {
        packet.tracker.delete(packet.entry)
        return .again
      }
      fallthrough
    case .ignore:
      guard answersIgnoredSyn(segment, direction, tcp) else {
        return ignore(segment, direction, &tcp)
      }
      synchronize(direction, &tcp)
      (oldState, newState) = (.synSent, .synReceived)
    case .to(.timeWait):
      if isChallenge(segment, direction, tcp) {
        tcp.last.expectsChallenge = false
        return .valid("challenge-ack ignored")
      }
      newState = .timeWait
    case .to(.synSent2):
      tcp.last.isSimultaneousOpen = true
      newState = .synSent2
    case .to(.synReceived):
      newState =
        direction == .reply && segment.kind == .ack && tcp.last.isSimultaneousOpen ? .established : .synReceived
    case .to(.close) where segment.kind == .rst:
      switch reset(segment, packet, tcp) {
      case .invalid: return .invalid("invalid rst")
      case .believe: (newState, skipsWindow) = (.close, true)
      case .check: newState = .close
      case .keepState: newState = oldState
      case .keepStateBelieve: (newState, skipsWindow) = (oldState, true)
      }
    case .to(let state):
      newState = state
    }

    if !skipsWindow {
      switch TCPWindow.judge(segment, direction, &tcp, isLiberal: packet.parameters.isLiberal) {
      case .fits: break
      case .ignored(let why): return .valid(why)
      case .invalid(let why):
        return .invalid(why + (handleInvalid(segment.kind, packet, &tcp) ?? ""))
      }
    }
    return accept(segment, packet, from: oldState, to: newState, &tcp)
  }

  /// A SYN to a closed connection opens a new one where the close was seen to begin, or the same end reset it.
  private static func reopens(_ tcp: TCPTracking, _ direction: FlowDirection) -> Bool {
    tcp.original.flags.union(tcp.reply.flags).contains(.closeInitiator)
      || (tcp.last.direction == direction && tcp.last.kind == .rst)
  }

  /// A SYN/ACK for a SYN that was ignored: the ends agree, and it is we who were out of step.
  private static func answersIgnoredSyn(_ segment: TCPSegment, _ direction: FlowDirection, _ tcp: TCPTracking) -> Bool {
    segment.kind == .synAck && tcp.last.kind == .syn && tcp.last.direction != direction
      && segment.acknowledgment == tcp.last.end
  }

  /// Takes over what the ignored SYN said.
  private static func synchronize(_ direction: FlowDirection, _ tcp: inout TCPTracking) {
    let last = tcp.last
    var opener = tcp[last.direction]
    opener.end = last.end
    opener.maximumEnd = last.end
    opener.maximumWindow = max(1, UInt32(last.window))
    opener.windowScale = last.windowScale
    tcp.last.expectsChallenge = false
    opener.flags = last.options
    tcp[last.direction] = opener
    tcp[direction].reset()
  }

  /// Lets a segment pass and remembers it, to tell by the answer who is out of step.
  private static func ignore(
    _ segment: TCPSegment, _ direction: FlowDirection, _ tcp: inout TCPTracking
  ) -> TrackingJudgement {
    let state = tcp.state
    tcp.last.kind = segment.kind
    tcp.last.direction = direction
    tcp.last.sequence = segment.sequence
    tcp.last.end = segment.end
    tcp.last.window = segment.window
    if segment.kind == .syn, direction == .original {
      var seen = TCPEndpoint()
      seen.readOptions(segment.options)
      tcp.last.options = seen.flags.intersection([.windowScale, .sackPermitted])
      tcp.last.windowScale = seen.flags.contains(.windowScale) ? seen.windowScale : 0
      tcp.last.isSimultaneousOpen = false
      tcp.last.expectsChallenge = state == .lastAck
    }
    if state == .synSent, segment.kind == .ack, direction == .reply {
      tcp.last.acknowledgment = segment.acknowledgment
    }
    return .valid("packet (index \(segment.kind.rawValue)) in dir \(direction.index) ignored, state \(state)")
  }

  /// An ACK that challenges an ignored SYN (RFC 5961) must not pass for that of the last FIN.
  private static func isChallenge(_ segment: TCPSegment, _ direction: FlowDirection, _ tcp: TCPTracking) -> Bool {
    tcp.state == .lastAck && segment.kind == .ack && tcp.last.direction != direction && tcp.last.kind == .syn
      && tcp.last.expectsChallenge
  }

  // MARK: Resets

  private enum ResetJudgement {
    case invalid
    /// Closes without a look at the window.
    case believe
    /// Closes if it is in the window.
    case check
    /// In doubt: the state stays, so that a challenge ACK may come.
    case keepState
    case keepStateBelieve
  }

  /// Whether a RST closes the connection (RFC 5961 section 3).
  private static func reset(_ segment: TCPSegment, _ packet: TrackedPacket, _ tcp: TCPTracking) -> ResetJudgement {
    let (entry, direction, last) = (packet.entry, packet.direction, tcp.last)
    switch tcp.state {
    // Already closing: the tuple may be in use anew, so what we know may be out of date.
    case .finWait, .lastAck, .timeWait, .close, .closeWait: return .believe
    default: break
    }
    let isEstablished = tcp.state == .established && entry.status.contains(.assured)
    let peer = tcp[direction.opposite]
    var keepsState = false
    if peer.flags.contains(.maximumAckSet), last.kind != .syn {
      // Most likely the answer to a SYN that was let pass.
      if segment.sequence == 0, !isEstablished { return .check }
      if segment.sequence.isBefore(peer.maximumAck), !packet.parameters.ignoresInvalidReset { return .invalid }
      if !isEstablished || segment.sequence == peer.maximumAck { return .check }
      // Right after data of its own.
      if last.kind == .ack, last.direction == direction, segment.sequence == last.end { return .check }
      keepsState = true
    }
    let answersIgnoredSyn = entry.status.contains(.seenReply) && last.kind == .syn && last.direction != direction
    let answersIgnoredAck = !entry.status.contains(.assured) && last.kind == .ack
    if answersIgnoredSyn || answersIgnoredAck, segment.acknowledgment == last.end {
      return keepsState ? .keepStateBelieve : .believe
    }
    // In answer to a challenge ACK that was let pass.
    if tcp.state == .synSent, last.kind == .ack, last.direction == .reply, segment.sequence == last.acknowledgment {
      return keepsState ? .keepStateBelieve : .believe
    }
    return keepsState ? .keepState : .check
  }

  /// Shortens the life of a connection that we seem to have lost track of, and says so (`nf_tcp_handle_invalid`).
  private static func handleInvalid(
    _ kind: TCPSegmentKind, _ packet: TrackedPacket, _ tcp: inout TCPTracking
  ) -> String? {
    let entry = packet.entry
    guard entry.status.contains(.assured), !entry.status.contains(.fixedTimeout), kind == .rst || kind == .fin else {
      return nil
    }
    guard tcp.last.direction != packet.direction, let last = tcp.last.kind, last == .fin || last == .rst else {
      tcp.last.kind = kind
      tcp.last.direction = packet.direction
      return nil
    }
    let (remaining, timeout) = (entry.timeout - packet.now, packet.parameters.tcpUnacknowledged)
    guard remaining >= 120 * max(1, packet.tracker.namespace.hz), remaining > timeout else { return nil }
    entry.timeout = packet.now + timeout
    let place = "packet (index \(kind.rawValue), dir \(packet.direction.index))"
    return "; \(place) response for index \(last.rawValue) lower timeout to \(timeout)"
  }

  // MARK: What the segment changes

  private static func accept(
    _ segment: TCPSegment, _ packet: TrackedPacket, from oldState: TCPState, to newState: TCPState,
    _ tcp: inout TCPTracking
  ) -> TrackingJudgement {
    let (entry, direction, parameters) = (packet.entry, packet.direction, packet.parameters)
    tcp.last.kind = segment.kind
    tcp.last.direction = direction
    tcp.state = newState
    if oldState != newState, newState == .finWait { tcp[direction].flags.insert(.closeInitiator) }
    var timeout = timeout(segment, newState, tcp, parameters)
    let transition = oldState == newState ? "" : "\(oldState) -> \(newState)"

    if !entry.status.contains(.seenReply) {
      // The only answer is a reset: there never was a connection.
      if segment.flags.contains(.rst) {
        packet.count()
        entry.tcp = tcp
        packet.tracker.delete(entry)
        return .valid("\(oldState) -> deleted")
      }
      // A SYN sent again does not prolong the entry, or reuse of the port could keep it for ever.
      if segment.kind == .syn, oldState == .synSent { return .valid("") }
      if newState == .established { timeout = min(timeout, parameters.tcpUnacknowledged) }
    } else if !entry.status.contains(.assured), newState == .established,
      oldState == .synReceived || oldState == .established
    {
      entry.status.insert(.assured)
    }
    packet.refresh(timeout)
    return .valid(transition)
  }

  private static func timeout(
    _ segment: TCPSegment, _ state: TCPState, _ tcp: TCPTracking, _ parameters: TrackingParameters
  ) -> Int64 {
    let usual = parameters.tcp[state.rawValue]
    if Int(tcp.retransmissions) >= parameters.maximumRetransmissions, usual > parameters.tcpRetransmitting {
      return parameters.tcpRetransmitting
    }
    // Also one that was not exact, and left the state as it was.
    if segment.kind == .rst { return parameters.tcp[TCPState.close.rawValue] }
    if tcp.original.flags.union(tcp.reply.flags).contains(.dataUnacknowledged), usual > parameters.tcpUnacknowledged {
      return parameters.tcpUnacknowledged
    }
    if tcp.last.window == 0, usual > parameters.tcpRetransmitting { return parameters.tcpRetransmitting }
    return usual
  }
}
