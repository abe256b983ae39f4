import Netfilter
import Wire

/// A connection to a service of this host, as far as the kernel keeps it by itself: what comes is acknowledged, what has
/// no place in it is answered or left. The service says nothing and reads nothing; what it says is its own doing.
///
/// After `tcp_rcv_state_process`, `tcp_validate_incoming`, `tcp_data_queue` and `__tcp_ack_snd_check` in
/// `net/ipv4/tcp_input.c`.
struct ServiceConnection {
  /// What becomes of a segment.
  enum Reaction: Hashable {
    case nothing
    /// An acknowledgment, at once.
    case acknowledgment
    /// One later: the timer of delayed acknowledgments runs.
    case delayed
    /// The peer has reset the connection.
    case closed
    /// The peer goes on after its end: it is reset.
    case reset
  }

  /// The number of the captured packet whose acknowledgment waits; `nil` where it was not captured.
  private(set) var origin: Int?
  let mark: UInt32
  /// The tick at which a delayed acknowledgment is sent; `nil` where none waits.
  private(set) var deadline: Int64?
  private let request: ConnectionRequest
  private let permitsSACK: Bool
  /// The number of our next byte, and of the peer's.
  private let ownNext: UInt32
  private(set) var peerNext: UInt32
  /// Where the last acknowledgment stood.
  private var acknowledged: UInt32
  /// The first number beyond the window.
  private let windowEnd: UInt32
  /// The peer's time stamp to echo.
  private var recent: UInt32?
  /// So much lies unread, or came at once, that the window depends on the kernel's buffers: ours is only near.
  private(set) var isWindowChosen = false
  private var hasEnded = false
  /// What came ahead of its turn, as far as it hangs together: what changed last comes first (RFC 2018 section 4).
  private var islands: [Island] = []
  /// What came twice, for the next acknowledgment (RFC 2883).
  private var duplicate: Island?
  private var isAcknowledgmentDue = false
  private var quickAcknowledgments = 0
  private var isInteractive = false
  /// How long an acknowledgment waits, and when data came last; in ticks.
  private var delay: Int64 = 0
  private var lastData: Int64 = 0
  /// How long the peer may be silent before it counts as starting anew, in ticks.
  private let patience: Int64
  private var lastRemark: Int64?

  private struct Island {
    var start: UInt32
    var end: UInt32
    /// Its last number is a FIN's.
    var hasEnd = false
  }

  /// Acknowledgments that are sent at once when data begins to come (`TCP_MAX_QUICKACKS`).
  private static let mostQuick = 16

  /// - Parameter now: the tick at which the handshake's last segment came.
  init(_ request: ConnectionRequest, _ segment: TCPHeader, now: Int64, hz: Int64) {
    self.request = request
    mark = request.mark
    permitsSACK = request.permitsSACK
    ownNext = request.ownSequence &+ 1
    peerNext = request.peerSequence &+ 1
    acknowledged = peerNext
    windowEnd = peerNext &+ UInt32(request.window)
    recent = request.timestamps?.peer
    // A round trip and 200 ms (`TCP_RTO_MIN`).
    patience = hz / 5 + max(1, now - request.firstTick(hz: hz))
  }

  // MARK: What comes

  mutating func receive(_ segment: TCPHeader, now: Int64, hz: Int64) -> Reaction {
    let (sequence, flags) = (segment.sequenceNumber, segment.flags)
    let hasEnd = flags.contains(.fin)
    let end = sequence &+ UInt32(segment.data.count) &+ (hasEnd ? 1 : 0)
    guard !flags.isDisjoint(with: [.ack, .rst, .syn]) else { return .nothing }
    if let reaction = validate(segment, end &+ (flags.contains(.syn) ? 1 : 0), now, hz) { return reaction }
    guard flags.contains(.ack) else { return .nothing }
    // More than we sent, or less: nothing of ours but the SYN is on its way (RFC 5961 section 5.2).
    let number = segment.acknowledgmentNumber
    if distance(number, ownNext) > 0 { return remark(now, hz) }
    if let stamp = SYNOptions(segment.options).timestamp, recent != nil, distance(sequence, acknowledged) <= 0 {
      recent = stamp
    }
    if number != ownNext { return remark(now, hz) }
    guard end != sequence, !hasEnded || distance(sequence, peerNext) < 0 else { return .nothing }
    if hasEnded, distance(end &- (hasEnd ? 1 : 0), peerNext) > 0 { return .reset }
    return take(Island(start: sequence, end: end, hasEnd: hasEnd), now, hz)
  }

  /// Whether the segment has a place in the connection (RFC 9293 section 3.10.7.4, RFC 5961, RFC 7323 section 5).
  private mutating func validate(_ segment: TCPHeader, _ end: UInt32, _ now: Int64, _ hz: Int64) -> Reaction? {
    let (sequence, flags) = (segment.sequenceNumber, segment.flags)
    let isOld = recent.flatMap { recent in SYNOptions(segment.options).timestamp.map { distance(recent, $0) > 0 } }
    let isOutside =
      distance(end, acknowledged) < 0 || distance(sequence, windowEnd) > 0
    if isOutside || (isOld == true && !flags.contains(.rst)) {
      if flags.contains(.rst) { return .nothing }
      if flags.contains(.syn) { return remark(now, hz) }
      if end == sequence, case .nothing = remark(now, hz) { return .nothing }
      if end != sequence {
        if distance(sequence, peerNext) < 0 {
          hurry()
          note(twice: Island(start: sequence, end: distance(end, peerNext) > 0 ? peerNext : end))
        }
      }
      return .acknowledgment
    }
    if flags.contains(.rst) {
      let last = islands.map(\.end).max { distance($0, $1) < 0 }
      return sequence == last ?? peerNext || sequence == peerNext ? .closed : remark(now, hz)
    }
    return flags.contains(.syn) ? remark(now, hz) : nil
  }

  /// Data, or an end, within the window or of before it.
  private mutating func take(_ piece: Island, _ now: Int64, _ hz: Int64) -> Reaction {
    isAcknowledgmentDue = true
    if distance(piece.end, peerNext) <= 0 {
      note(twice: piece)
      hurry()
      return .acknowledgment
    }
    if distance(piece.start, windowEnd) >= 0 {
      hurry()
      return .acknowledgment
    }
    guard distance(piece.start, peerNext) <= 0 else {
      keep(piece)
      return .acknowledgment
    }
    if distance(piece.start, peerNext) < 0 { note(twice: Island(start: piece.start, end: peerNext)) }
    peerNext = piece.end
    let count = piece.end &- piece.start &- (piece.hasEnd ? 1 : 0)
    if count > 0 { noteData(now, hz) }
    if count >= 128 || distance(peerNext, request.peerSequence) > 160 { isWindowChosen = true }
    if piece.hasEnd { finish() }
    if join() { return .acknowledgment }
    let isQuick = quickAcknowledgments > 0 && !isInteractive
    return isQuick || !islands.isEmpty ? .acknowledgment : .delayed
  }

  /// Data has come in order (`tcp_event_data_recv`).
  private mutating func noteData(_ now: Int64, _ hz: Int64) {
    let shortest = hz / 25
    let silence = now - lastData
    if delay == 0 {
      quickAcknowledgments = Self.mostQuick
      delay = shortest
    } else if silence <= shortest / 2 {
      delay = delay / 2 + shortest / 2
    } else if silence < delay {
      delay = min(delay / 2 + silence, patience)
    } else if silence > patience {
      quickAcknowledgments = max(quickAcknowledgments, Self.mostQuick)
    }
    lastData = now
  }

  /// The peer has said all: what came ahead of that is forgotten (`tcp_fin`).
  private mutating func finish() {
    islands = []
    duplicate = nil
    guard !hasEnded else { return }
    hasEnded = true
    isInteractive = true
  }

  /// What came ahead is taken up as far as it follows now; `true` where some did.
  private mutating func join() -> Bool {
    var hasJoined = false
    let known = peerNext
    while let index = islands.firstIndex(where: { distance($0.start, peerNext) <= 0 }) {
      let island = islands.remove(at: index)
      if distance(island.start, known) < 0 {
        note(alsoTwice: Island(start: island.start, end: distance(island.end, known) < 0 ? island.end : known))
      }
      if distance(island.end, peerNext) > 0 { peerNext = island.end }
      if island.hasEnd { finish() }
      hasJoined = true
    }
    return hasJoined
  }

  /// Keeps what came ahead of its turn.
  private mutating func keep(_ piece: Island) {
    for island in islands.sorted(by: { distance($0.start, $1.start) < 0 }) {
      guard distance(island.start, piece.end) < 0, distance(piece.start, island.end) < 0 else { continue }
      let end = distance(piece.end, island.end) < 0 ? piece.end : island.end
      if distance(island.start, piece.start) < 0 || end == piece.end && island.start == piece.start {
        note(twice: Island(start: piece.start, end: end))
      } else {
        note(alsoTwice: Island(start: island.start, end: end))
      }
    }
    var whole = piece
    for island in islands where distance(island.start, whole.end) <= 0 && distance(whole.start, island.end) <= 0 {
      if distance(island.start, whole.start) < 0 { whole.start = island.start }
      if distance(island.end, whole.end) > 0 { whole.end = island.end }
      whole.hasEnd = whole.hasEnd || island.hasEnd
    }
    let apart = islands.filter { distance($0.start, whole.end) > 0 || distance(whole.start, $0.end) > 0 }
    islands = Array(([whole] + apart).prefix(4))
  }

  private mutating func note(twice piece: Island) { duplicate = permitsSACK ? piece : nil }

  /// More that came twice: told where it touches what is told already (`tcp_dsack_extend`).
  private mutating func note(alsoTwice piece: Island) {
    guard var told = duplicate else { return note(twice: piece) }
    guard distance(piece.start, told.end) <= 0, distance(told.start, piece.end) <= 0 else { return }
    if distance(piece.start, told.start) < 0 { told.start = piece.start }
    if distance(piece.end, told.end) > 0 { told.end = piece.end }
    duplicate = told
  }

  /// The peer should hear at once (`tcp_enter_quickack_mode`).
  private mutating func hurry() {
    quickAcknowledgments = max(quickAcknowledgments, Self.mostQuick)
    isInteractive = false
    delay = max(delay, 1)
  }

  /// Two remarks a second at most (`tcp_invalid_ratelimit`).
  private mutating func remark(_ now: Int64, _ hz: Int64) -> Reaction {
    if let lastRemark, now - lastRemark < hz / 2 { return .nothing }
    lastRemark = now
    return .acknowledgment
  }

  private func distance(_ a: UInt32, _ b: UInt32) -> Int32 { Int32(bitPattern: a &- b) }

  // MARK: What goes

  /// Ticks that an acknowledgment waits.
  var waitingTime: Int64 { delay }

  /// An acknowledgment waits until a tick; an earlier one stays.
  mutating func wait(until tick: Int64, for packet: Int?) {
    if deadline == nil { origin = packet }
    deadline = min(deadline ?? tick, tick)
  }

  /// The time of a delayed acknowledgment is over (`tcp_delack_timer_handler`).
  mutating func hasWaited(hz: Int64) {
    delay = isInteractive ? hz / 25 : min(delay * 2, patience)
    isInteractive = false
  }

  /// The acknowledgment that goes out now, and the notice of that.
  ///
  /// - Parameter uptime: in nanoseconds.
  mutating func acknowledge(_ contact: LocalStack.Contact, at uptime: Int64) -> TCPBuilder {
    var segment = TCPBuilder(sourcePort: contact.local, destinationPort: contact.remotePort)
    segment.sequenceNumber = ownNext
    segment.acknowledgmentNumber = peerNext
    segment.flags = .ack
    let window = UInt32(max(0, distance(windowEnd, peerNext)))
    let unit: UInt32 = 1 << UInt32(request.windowScale)
    segment.window = UInt16(clamping: (window + unit - 1) / unit)
    if let recent { segment.options = [1, 1] + SYNOptions.timestamps(request.timestamp(at: uptime), echoing: recent) }
    segment.options += selectiveAcknowledgment
    duplicate = nil
    deadline = nil
    acknowledged = peerNext
    if isAcknowledgmentDue { quickAcknowledgments = max(0, quickAcknowledgments - 1) }
    isAcknowledgmentDue = false
    return segment
  }

  /// The SACK option, in front of it what aligns it.
  private var selectiveAcknowledgment: [UInt8] {
    guard permitsSACK else { return [] }
    let blocks = ((duplicate.map { [$0] } ?? []) + islands).prefix(recent == nil ? 4 : 3)
    guard !blocks.isEmpty else { return [] }
    return [1, 1, 5, UInt8(2 + 8 * blocks.count)]
      + blocks.flatMap { block in
        [block.start, block.end].flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
      }
  }
}
