import Wire

/// Whether a segment fits the windows seen so far (`tcp_in_window`), after Guido van Rooij, "Real Stateful TCP Packet
/// Filtering in IP Filter".
///
/// With the highest SACK edge counting as the acknowledgment, a segment must hold:
/// sequence <= sender's maximum end; end >= sender's end - receiver's maximum window;
/// acknowledgment <= receiver's end; acknowledgment >= receiver's end - max(sender's maximum window, 66000).
enum TCPWindow {
  enum Judgement {
    case fits
    /// Old or too much, yet nobody is hurt: passes, but changes nothing.
    case ignored(String)
    case invalid(String)
  }

  private static let leastAcknowledgmentWindow: UInt32 = 66_000

  static func judge(
    _ segment: TCPSegment, _ direction: FlowDirection, _ tcp: inout TCPTracking, isLiberal: Bool
  ) -> Judgement {
    var sender = tcp[direction]
    var receiver = tcp[direction.opposite]
    defer {
      tcp[direction] = sender
      tcp[direction.opposite] = receiver
    }
    guard let measure = measure(segment, direction, tcp, &sender, &receiver) else { return .fits }
    let (sequence, end) = (measure.sequence, measure.end)
    let (acknowledgment, highest) = (measure.acknowledgment, measure.highest)
    let hasAck = segment.flags.contains(.ack)
    let lenient = isLiberal || sender.flags.contains(.liberal)

    guard measure.isSequenceInWindow else {
      let overshot = end &- sender.maximumEnd &+ 1
      let isInReceiveWindow = receiver.maximumWindow != 0 && end.isAfter(measure.oldestEnd)
      if isInReceiveWindow, measure.isAcknowledgmentNew, overshot <= receiver.maximumWindow,
        measure.isAcknowledgmentSent
      {
        // More than the receiver allows: should it acknowledge that all the same, we must know of it.
        sender.end = end
        sender.flags.insert(.dataUnacknowledged)
        return lenient ? .fits : .ignored("\(overshot) bytes more than expected")
      }
      return lenient
        ? .fits
        : .invalid("SEQ is over upper bound \(measure.sequenceLimit) (over the window of the receiver)")
    }
    guard measure.isAcknowledgmentSent else {
      return lenient
        ? .fits : .invalid("ACK is over upper bound \(measure.acknowledgmentLimit) (ACKed data not seen yet)")
    }
    guard measure.isEndNew else {
      return lenient
        ? .fits : .ignored("SEQ is under lower bound \(measure.oldestEnd) (already ACKed data retransmitted)")
    }
    guard measure.isAcknowledgmentNew else {
      return lenient
        ? .fits : .ignored("ignored ACK under lower bound \(measure.oldestAck) (possible overly delayed)")
    }

    let window = UInt32(segment.window) << (segment.flags.contains(.syn) ? 0 : UInt32(sender.windowScale))
    sender.maximumWindow = max(sender.maximumWindow, window &+ (highest &- acknowledgment))
    if end.isAfter(sender.end) {
      sender.end = end
      sender.flags.insert(.dataUnacknowledged)
    }
    if hasAck, !sender.flags.contains(.maximumAckSet) || acknowledgment.isAfter(sender.maximumAck) {
      sender.maximumAck = acknowledgment
      sender.flags.insert(.maximumAckSet)
    }
    if receiver.maximumWindow != 0, end.isAfter(sender.maximumEnd) {
      receiver.maximumWindow = receiver.maximumWindow &+ (end &- sender.maximumEnd)
    }
    if (highest &+ window).isAfter(receiver.maximumEnd &- 1) {
      receiver.maximumEnd = highest &+ window &+ (window == 0 ? 1 : 0)
    }
    if acknowledgment == receiver.end { receiver.flags.remove(.dataUnacknowledged) }

    if segment.kind == .ack {
      noteAcknowledgment(segment, direction, sequence, acknowledgment, end, &tcp)
    }
    return .fits
  }

  /// The segment's numbers and what they are held against; `nil` where nothing is left to check. The first segment of an
  /// end sets its window.
  static func measure(
    _ segment: TCPSegment, _ direction: FlowDirection, _ tcp: TCPTracking, _ sender: inout TCPEndpoint,
    _ receiver: inout TCPEndpoint
  ) -> TCPWindowMeasure? {
    let state = tcp.state
    var (sequence, end) = (segment.sequence, segment.end)
    var acknowledgment = segment.acknowledgment
    var highest = acknowledgment
    if receiver.flags.contains(.sackPermitted) {
      highest = TCPOptionWalk.highestAcknowledged(segment.options, highest)
    }
    if let shift = tcp.adjustment?[direction.opposite] {
      // The other end's numbers are kept as it counts them.
      let amount = shift.amount(at: acknowledgment &- 1)
      acknowledgment = acknowledgment &- amount
      highest = highest &- amount
    }

    if begin(segment, direction, state, highest, &sender, &receiver) { return nil }

    // No acknowledgment, or a reset whose sender set the bit and left the number zero: nothing to check there.
    if !segment.flags.contains(.ack) || (segment.flags.contains(.rst) && acknowledgment == 0) {
      acknowledgment = receiver.end
      highest = receiver.end
    }
    // A reset that answers a SYN.
    if segment.flags.contains(.rst), sequence == 0, state == .synSent {
      sequence = sender.end
      end = sender.end
    }
    return TCPWindowMeasure(
      sequence: sequence, end: end, acknowledgment: acknowledgment, highest: highest,
      sequenceLimit: sender.maximumEnd &+ 1, oldestEnd: sender.end &- receiver.maximumWindow &- 1,
      hasReceiveWindow: receiver.maximumWindow != 0, acknowledgmentLimit: receiver.end &+ 1,
      oldestAck: receiver.end &- max(sender.maximumWindow, leastAcknowledgmentWindow) &- 1)
  }

  /// The first segment of an end, or a SYN that begins anew; gives `true` where nothing is left to check.
  private static func begin(
    _ segment: TCPSegment, _ direction: FlowDirection, _ state: TCPState, _ highest: UInt32,
    _ sender: inout TCPEndpoint, _ receiver: inout TCPEndpoint
  ) -> Bool {
    let (isSyn, hasAck) = (segment.flags.contains(.syn), segment.flags.contains(.ack))
    if sender.maximumWindow == 0 {
      if isSyn {
        start(segment, direction, &sender, &receiver)
        return !hasAck
      }
      // In the middle of a connection whose history we do not know: take what this segment tells.
      sender.end = segment.end
      sender.maximumWindow = max(1, UInt32(segment.window) << UInt32(sender.windowScale))
      sender.maximumEnd = segment.end &+ sender.maximumWindow
      if receiver.maximumWindow == 0 {
        receiver.end = highest
        receiver.maximumEnd = highest
      } else if highest == receiver.end &+ 1 {
        // The answer to a keep-alive.
        receiver.end = receiver.end &+ 1
      }
    } else if isSyn, segment.end.isAfter(sender.end), state == .synSent || state == .synReceived {
      start(segment, direction, &sender, &receiver)
      return direction == .reply && !hasAck
    }
    return false
  }

  /// An end's SYN sets its window (`tcp_init_sender`); scaling counts only where both ends offer it.
  private static func start(
    _ segment: TCPSegment, _ direction: FlowDirection, _ sender: inout TCPEndpoint, _ receiver: inout TCPEndpoint
  ) {
    sender.end = segment.end
    sender.maximumEnd = segment.end
    sender.maximumWindow = max(1, UInt32(segment.window))
    sender.readOptions(segment.options)
    guard direction == .reply else { return }
    if !sender.flags.contains(.windowScale) || !receiver.flags.contains(.windowScale) {
      sender.windowScale = 0
      receiver.windowScale = 0
    }
  }

  /// Counts acknowledgments that repeat the one before them.
  private static func noteAcknowledgment(
    _ segment: TCPSegment, _ direction: FlowDirection, _ sequence: UInt32, _ acknowledgment: UInt32, _ end: UInt32,
    _ tcp: inout TCPTracking
  ) {
    let last = tcp.last
    if last.direction == direction, last.sequence == sequence, last.acknowledgment == acknowledgment, last.end == end,
      last.window == segment.window
    {
      tcp.retransmissions &+= 1
      return
    }
    tcp.last.direction = direction
    tcp.last.sequence = sequence
    tcp.last.acknowledgment = acknowledgment
    tcp.last.end = end
    tcp.last.window = segment.window
    tcp.retransmissions = 0
  }
}
