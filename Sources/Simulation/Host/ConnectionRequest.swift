import Netfilter
import Wire

/// A connection that a peer has asked a service of this host for, and not confirmed yet (`struct request_sock`).
struct ConnectionRequest {
  /// What becomes of a segment that belongs to the request (`tcp_check_req` in `net/ipv4/tcp_minisocks.c`).
  enum Judgement {
    case ignored
    /// The SYN/ACK is sent again.
    case answered
    /// The peer is told where we stand.
    case acknowledged
    case reset
    /// Reset, and given up.
    case refused
    case givenUp
    case established
  }

  /// The peer's initial sequence number.
  let peerSequence: UInt32
  /// Ours.
  let ownSequence: UInt32
  /// What the SYN/ACK offers, in bytes.
  let window: UInt16
  let windowScale: UInt8
  /// The time stamp in the peer's SYN, and ours in the answer; `nil` where the peer offered none.
  let timestamps: (peer: UInt32, own: UInt32)?
  /// The number of the captured packet that asked; `nil` where it was not captured.
  var origin: Int?
  /// What the SYN/ACK's IP options ask for.
  var options: ReceivedOptions?
  /// Its bytes that are copies of ones that were edited out of the capture.
  var edited: [Range<Int>] = []
  var mark: UInt32 = 0
  /// Who opened the socket that listens; `nil` where nobody knows.
  var opener: SocketOwner?
  /// How often its timer has run out.
  var timeouts = 0
  /// The timer tick at which it is sent again.
  var deadline: Int64 = 0
  /// The SYN/ACK as it was sent first, an IP packet, and when.
  private let answer: [UInt8]
  private let firstSent: Int64
  let permitsSACK: Bool
  /// The capture shows the SYN/ACK, so it shows what else the host says on the connection.
  var isCaptured = false
  /// The time stamp that it was sent with last.
  private var lastTimestamp: UInt32
  /// Timer tick of the last answer to a segment that had no place here.
  private var lastRemark: Int64?

  init?(_ offered: SYNOptions, peerSequence: UInt32, answer: [UInt8], now: Int64) {
    guard let segment = IPv4Header(answer[...]).flatMap({ TCPHeader($0.payload) }) else { return nil }
    self.peerSequence = peerSequence
    self.answer = answer
    firstSent = now
    permitsSACK = offered.permitsSACK
    ownSequence = segment.sequenceNumber
    window = segment.window
    windowScale = offered.hasWindowScale ? SYNOptions.ownWindowScale : 0
    timestamps = offered.timestamp.flatMap { peer in SYNOptions(segment.options).timestamp.map { (peer, $0) } }
    lastTimestamp = timestamps?.own ?? 0
  }

  /// Ticks until it is sent again: a second at first, then twice as long each time, up to two minutes
  /// (`tcp_reqsk_timeout`).
  func delay(hz: Int64) -> Int64 { hz * min(1 << Int64(min(timeouts, 7)), 120) }

  /// The tick at which the SYN/ACK was sent first.
  func firstTick(hz: Int64) -> Int64 { firstSent / (1_000_000_000 / max(1, hz)) }

  /// Our time stamp at a moment of the uptime: it counts milliseconds.
  func timestamp(at now: Int64) -> UInt32 {
    (timestamps?.own ?? 0) &+ UInt32(truncatingIfNeeded: (now - firstSent) / 1_000_000)
  }

  /// The SYN/ACK as it is sent at a moment of the uptime, and the bytes of it that depend on that clock.
  func answer(at now: Int64) -> (bytes: [UInt8], clock: [Range<Int>]) {
    guard now > firstSent, let place = timestampOffset, let ip = IPv4Header(answer[...]) else { return (answer, []) }
    var bytes = answer
    bytes.store(timestamp(at: now), at: place)
    let sum = ip.headerLength + 16
    bytes.store(UInt16(0), at: sum)
    let payload = bytes[...].slice(at: ip.headerLength)
    bytes.store(
      InternetChecksum.of(payload, source: ip.source, destination: ip.destination, protocolNumber: 6), at: sum)
    return (bytes, [place..<place + 4, sum..<sum + 2])
  }

  /// Whether a packet is this SYN/ACK, sent at whatever time.
  func isAnswer(_ bytes: [UInt8]) -> Bool {
    let clock = answer(at: .max).clock
    return bytes.count == answer.count
      && bytes.indices.allSatisfy { index in
        bytes[index] == answer[index] || (clock + edited).contains { $0.contains(index) }
      }
  }

  /// The SYN/ACK was sent with the time stamp that stands in it.
  mutating func noteSent(_ bytes: [UInt8]) {
    guard let place = timestampOffset, let value = bytes[...].uint32(at: place) else { return }
    lastTimestamp = value
  }

  /// Where our time stamp stands in the SYN/ACK, from the first byte of its IP header.
  private var timestampOffset: Int? {
    guard timestamps != nil, let ip = IPv4Header(answer[...]), let segment = TCPHeader(ip.payload) else { return nil }
    let options = segment.options
    var offset = 0
    while let kind = options.byte(at: offset), kind != 8 {
      offset += kind < 2 ? 1 : max(2, Int(options.byte(at: offset + 1) ?? 2))
    }
    return offset + 10 <= options.count ? ip.headerLength + 20 + offset + 2 : nil
  }

  mutating func judge(_ segment: TCPHeader, now: Int64, hz: Int64) -> Judgement {
    let flags = segment.flags.intersection([.syn, .ack, .rst])
    let (sequence, next) = (segment.sequenceNumber, peerSequence &+ 1)
    let length = UInt32(segment.data.count) + (segment.flags.contains(.fin) ? 1 : 0)
    let end = sequence &+ length &+ (flags.contains(.syn) ? 1 : 0)
    let isOutOfTime = isOld(segment)
    let mayRemark = { (request: inout ConnectionRequest) in
      // Data is no part of a loop of acknowledgments, so it is always answered.
      (length > 0 && !flags.contains(.syn)) || request.mayRemark(now: now, hz: hz)
    }
    if sequence == peerSequence, flags == .syn, !isOutOfTime { return mayRemark(&self) ? .answered : .ignored }
    let fits = !isOutOfTime && !answersAnother(segment) && isInWindow(sequence, end, next)
    if flags.contains(.rst) {
      guard fits else { return .ignored }
      if sequence == next { return .givenUp }
      return mayRemark(&self) ? .acknowledged : .ignored
    }
    if flags.contains(.ack), segment.acknowledgmentNumber != ownSequence &+ 1 { return .reset }
    guard fits else { return mayRemark(&self) ? .acknowledged : .ignored }
    // The SYN of the request itself, with more to it.
    if flags.contains(.syn), sequence != peerSequence { return .refused }
    return flags.contains(.ack) ? .established : .ignored
  }

  private func isInWindow(_ sequence: UInt32, _ end: UInt32, _ next: UInt32) -> Bool {
    let edge = next &+ UInt32(window)
    if sequence == next { return true }
    if Int32(bitPattern: end &- next) > 0, Int32(bitPattern: sequence &- edge) < 0 { return true }
    return sequence == edge && sequence == end
  }

  /// Its time stamp is older than the SYN's (PAWS, RFC 7323 section 5).
  private func isOld(_ segment: TCPHeader) -> Bool {
    guard let timestamps, timestamps.peer != 0, let value = SYNOptions(segment.options).timestamp else { return false }
    return Int32(bitPattern: timestamps.peer &- value) > 0
  }

  /// Its time stamp echoes one that we did not send.
  private func answersAnother(_ segment: TCPHeader) -> Bool {
    guard let timestamps, let echo = SYNOptions(segment.options).echo, echo != 0 else { return false }
    return echo &- timestamps.own > lastTimestamp &- timestamps.own
  }

  /// Two remarks a second at most (`tcp_invalid_ratelimit`).
  private mutating func mayRemark(now: Int64, hz: Int64) -> Bool {
    if let lastRemark, now - lastRemark < hz / 2 { return false }
    lastRemark = now
    return true
  }
}

/// The options of a SYN that its answer depends on (RFC 9293 section 3.2, RFC 7323, RFC 2018).
struct SYNOptions {
  /// What Linux offers with its default buffers.
  static let ownWindowScale: UInt8 = 10

  private(set) var permitsSACK = false
  private(set) var hasWindowScale = false
  /// The sender's time stamp, and the one it echoes.
  private(set) var timestamp: UInt32?
  private(set) var echo: UInt32?

  init(_ options: Bytes) {
    var offset = 0
    while let kind = options.byte(at: offset), kind != 0 {
      if kind == 1 {
        offset += 1
        continue
      }
      guard let length = options.byte(at: offset + 1), length >= 2, offset + Int(length) <= options.count else { break }
      switch (kind, length) {
      case (3, 3): hasWindowScale = true
      case (4, 2): permitsSACK = true
      case (8, 10):
        timestamp = options.uint32(at: offset + 2)
        echo = options.uint32(at: offset + 6)
      default: break
      }
      offset += Int(length)
    }
  }

  /// What Linux answers, in its order (`tcp_synack_options`).
  func answer(maximumSegmentSize: UInt16) -> [UInt8] {
    var bytes: [UInt8] = [2, 4, UInt8(maximumSegmentSize >> 8), UInt8(maximumSegmentSize & 255)]
    if let timestamp {
      bytes += (permitsSACK ? [4, 2] : [1, 1]) + Self.timestamps(1, echoing: timestamp)
    } else if permitsSACK {
      bytes += [1, 1, 4, 2]
    }
    if hasWindowScale { bytes += [1, 3, 3, Self.ownWindowScale] }
    return bytes
  }

  /// A Timestamps option.
  static func timestamps(_ value: UInt32, echoing echo: UInt32) -> [UInt8] {
    [8, 10] + [value, echo].flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) } }
  }
}
