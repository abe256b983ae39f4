import Wire

/// What tracking keeps about an SCTP association (`struct ip_ct_sctp`).
package struct SCTPTracking: Sendable, Hashable {
  package internal(set) var state: SCTPState = .none
  /// Verification tags that packets of each direction must carry; 0 while unknown.
  package internal(set) var originalTag: UInt32 = 0
  package internal(set) var replyTag: UInt32 = 0
  var lastDirection: FlowDirection = .original
  var heartbeatTagFailed = false
  var originalInitiated = false
  var replyInitiated = false

  subscript(tag direction: FlowDirection) -> UInt32 {
    get { direction == .original ? originalTag : replyTag }
    set { if direction == .original { originalTag = newValue } else { replyTag = newValue } }
  }

  subscript(initiated direction: FlowDirection) -> Bool {
    get { direction == .original ? originalInitiated : replyInitiated }
    set { if direction == .original { originalInitiated = newValue } else { replyInitiated = newValue } }
  }
}

/// SCTP (`nf_conntrack_proto_sctp.c`): the chunks of a packet, one after the other, move the association.
enum SCTPTracker: ProtocolTracker {
  fileprivate struct Chunk {
    let type: UInt8
    let flags: UInt8
    /// The first four bytes after the chunk's header: the initiate tag of an INIT; `nil` where an INIT is cut short.
    let initiateTag: UInt32?

    /// The sender reflects the tag it was sent, having none of its own (T bit, RFC 9260 section 8.5.1).
    var reflectsTag: Bool { flags & 1 != 0 }
  }

  /// Chunks that have a rule of their own for the verification tag.
  private static let ownTagRule: Set<UInt8> = [
    SCTPChunkType.initiation, SCTPChunkType.shutdownComplete, SCTPChunkType.cookieEcho, SCTPChunkType.abort,
    SCTPChunkType.shutdownAck, SCTPChunkType.heartbeat, SCTPChunkType.heartbeatAck,
  ]
  /// Out of the blue, these begin nothing (RFC 9260 section 8.4).
  private static let neverFirst: Set<UInt8> = [
    SCTPChunkType.abort, SCTPChunkType.shutdownComplete, SCTPChunkType.cookieAck,
  ]

  static func judge(_ packet: TrackedPacket) -> TrackingJudgement {
    let payload = packet.payload
    guard payload.count >= 12, let tag = payload.uint32(at: 4) else { return .invalid("nf_ct_sctp: short packet") }
    if packet.verifiesChecksum, CRC32c.ofSCTP(payload) != Array(payload.slice(at: 8, length: 4)) {
      return .invalid("nf_ct_sctp: bad CRC")
    }
    guard let chunks = chunks(of: payload) else { return .invalid("do_basic_checks failed") }
    let types = Set(chunks.map(\.type))
    if !packet.entry.isConfirmed {
      guard types.isDisjoint(with: neverFirst) else { return .invalid("chunk begins no association") }
      guard let fresh = begin(chunks, tag) else { return .invalid("invalid new") }
      packet.entry.sctp = fresh
    }
    guard var sctp = packet.entry.sctp else { return .invalid("no SCTP state") }
    let direction = packet.direction
    if types.isDisjoint(with: ownTagRule), tag != sctp[tag: direction] {
      return .invalid(
        "verification tag check failed \(hex(tag)) vs \(hex(sctp[tag: direction])) for dir \(direction.index)")
    }
    let old = sctp.state
    let outcome = apply(chunks, types, tag, packet, &sctp)
    packet.entry.sctp = sctp
    switch outcome {
    case .invalid(let why): return .invalid(why)
    case .passes(let refreshes):
      if refreshes { packet.refresh(packet.parameters.sctp[sctp.state.rawValue]) }
      return .valid(old == sctp.state ? "" : "\(old) -> \(sctp.state)")
    }
  }

  /// The chunks, where they may stand together (`do_basic_checks`); `nil` where not, or where there is none.
  private static func chunks(of payload: Bytes) -> [Chunk]? {
    var chunks: [Chunk] = []
    var offset = 12
    var mustBeAlone = false
    while offset < payload.count, let type = payload.byte(at: offset), let flags = payload.byte(at: offset + 1),
      let length = payload.uint16(at: offset + 2)
    {
      mustBeAlone =
        mustBeAlone || type == SCTPChunkType.initiation || type == SCTPChunkType.initiationAck
        || type == SCTPChunkType.shutdownComplete
      let mustBeFirst = type == SCTPChunkType.cookieAck || type == SCTPChunkType.cookieEcho || mustBeAlone
      guard !(mustBeFirst && !chunks.isEmpty), length != 0 else { return nil }
      let tag = offset + 20 <= payload.count ? payload.uint32(at: offset + 4) : nil
      chunks.append(Chunk(type: type, flags: flags, initiateTag: tag))
      offset += (Int(length) + 3) & ~3
    }
    return chunks.isEmpty ? nil : chunks
  }

  /// The state of a flow's first packet (`sctp_new`); `nil` where it begins none.
  private static func begin(_ chunks: [Chunk], _ tag: UInt32) -> SCTPTracking? {
    var sctp = SCTPTracking()
    for chunk in chunks {
      guard let state = SCTPTransition.next(chunk.type, .original, in: .none), state != .none else { return nil }
      switch chunk.type {
      case SCTPChunkType.initiation:
        guard tag == 0, let initiateTag = chunk.initiateTag else { return nil }
        sctp.replyTag = initiateTag
      case SCTPChunkType.heartbeat: sctp.originalTag = tag
      case SCTPChunkType.shutdownAck: sctp.replyTag = tag
      default: break
      }
    }
    return sctp
  }

  private enum Outcome {
    case invalid(String)
    case passes(refreshes: Bool)
  }

  private static func apply(
    _ chunks: [Chunk], _ types: Set<UInt8>, _ tag: UInt32, _ packet: TrackedPacket, _ sctp: inout SCTPTracking
  ) -> Outcome {
    let direction = packet.direction
    var refreshes = true
    for chunk in chunks {
      switch checkTag(chunk, types, tag, direction, ignoring: !refreshes, &sctp) {
      case .wrong: return .invalid("verification tag of chunk type \(chunk.type)")
      case .passUnseen:
        refreshes = false
        continue
      case .right: break
      }
      let old = sctp.state
      guard let state = SCTPTransition.next(chunk.type, direction, in: old) else {
        return .invalid("Invalid, old_state \(old.rawValue), dir \(direction.index), type \(chunk.type)")
      }
      if chunk.type == SCTPChunkType.initiation {
        guard let initiateTag = chunk.initiateTag else { return .invalid("INIT cut short") }
        if old == .none || sctp[tag: direction.opposite] != initiateTag {
          if sctp[initiated: direction], sctp[initiated: direction.opposite] {
            sctp[initiated: direction.opposite] = false
          }
          sctp[initiated: direction] = true
        }
        sctp[tag: direction.opposite] = initiateTag
        // An INIT sent again does not prolong the entry.
        if state == .closed, old == .closed, packet.entry.isConfirmed { refreshes = false }
      } else if chunk.type == SCTPChunkType.initiationAck {
        guard let initiateTag = chunk.initiateTag else { return .invalid("INIT ACK cut short") }
        let known = sctp[tag: direction.opposite]
        if !sctp[initiated: direction.opposite], known != 0, known != initiateTag { return .invalid("INIT ACK tag") }
        if sctp[initiated: direction], sctp[initiated: direction.opposite], known != initiateTag {
          return .invalid("INIT collision")
        }
        sctp[tag: direction.opposite] = initiateTag
      }
      sctp.state = state
      if old != state, state == .established { packet.entry.status.insert(.assured) }
    }
    return .passes(refreshes: refreshes)
  }

  private enum TagCheck { case right, wrong, passUnseen }

  /// The special cases of the verification tag (RFC 9260 section 8.5.1), and the tags of heartbeats.
  private static func checkTag(
    _ chunk: Chunk, _ types: Set<UInt8>, _ tag: UInt32, _ direction: FlowDirection, ignoring: Bool,
    _ sctp: inout SCTPTracking
  ) -> TagCheck {
    let own = sctp[tag: direction]
    switch chunk.type {
    case SCTPChunkType.initiation: return tag == 0 ? .right : .wrong
    case SCTPChunkType.abort, SCTPChunkType.shutdownComplete:
      return tag == (chunk.reflectsTag ? sctp[tag: direction.opposite] : own) ? .right : .wrong
    case SCTPChunkType.cookieEcho: return tag == own ? .right : .wrong
    case SCTPChunkType.cookieAck:
      sctp.originalInitiated = false
      sctp.replyInitiated = false
    case SCTPChunkType.heartbeat, SCTPChunkType.heartbeatAck:
      if own == 0 {
        sctp[tag: direction] = tag
      } else if tag == own {
        sctp.heartbeatTagFailed = false
      } else if types.contains(SCTPChunkType.data) || ignoring {
        return .wrong
      } else if chunk.type == SCTPChunkType.heartbeat {
        sctp.heartbeatTagFailed = true
        sctp.lastDirection = direction
        return .passUnseen
      } else {
        guard sctp.heartbeatTagFailed, sctp.lastDirection != direction else { return .wrong }
        sctp.heartbeatTagFailed = false
        sctp[tag: direction] = tag
        sctp[tag: direction.opposite] = 0
      }
    default: break
    }
    return .right
  }

  private static func hex(_ tag: UInt32) -> String { String(tag.byteSwapped, radix: 16) }
}
