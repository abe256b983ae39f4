import Netfilter
import Wire

/// What connection tracking's judgement of a packet rests on.
package struct StateEvidence: Sendable {
  /// An entry as tracking found it before it judged the packet.
  package struct Entry: Sendable, Hashable {
    /// As `conntrack -L` prints it.
    package var line: String
    /// Which way the packet goes in it.
    package var direction: FlowDirection
    package var hasSeenReply: Bool
  }

  /// `nil` where tracking never saw the packet.
  package var state: ConnectionState?
  /// `nil` where no tuple can be read.
  package var tuple: FlowTuple?
  /// The tuple of the packet that an ICMP error quotes; it is that one's entry that counts.
  package var quoted: FlowTuple?
  /// What tracking said at the packet's first hook; `nil` where it did not look.
  package var outcome: TrackingOutcome?
  package var entry: Entry?
  package var tcp: TCPEvidence?
  /// The packet is one that the host sent on account of another, whose connection it went with from the start.
  package var isAttached = false
  /// It is one that the host sent on account of another.
  package var isAnswer = false
  /// `nf_conntrack_tcp_loose`: an ACK may begin an entry.
  package var isLoose = true
  package var tracks = true
}

extension History {
  /// What tracking's judgement of packet `index` rests on, or of one that the host sent on its account; `nil` where no
  /// packet is walked.
  ///
  /// Complexity: plays the packets up to this one.
  package func stateEvidence(_ index: Int, emission: [Int]) -> StateEvidence? {
    guard let walk = record(index)?.walk?.emission(at: emission) else { return nil }
    var evidence = StateEvidence(state: walk.conntrack)
    evidence.isAnswer = !emission.isEmpty
    let bytes = walk.initialBytes
    evidence.tuple = FlowTuple(packet: bytes[...])
    guard let place = walk.events.firstIndex(where: \.isFirstJudgement) else {
      evidence.isAttached = walk.conntrack == .related
      evidence.tracks = walk.conntrack != nil
      return evidence
    }
    if case .tracking(let outcome) = walk.events[place] { evidence.outcome = outcome }
    evidence.quoted = Self.quotation(bytes[...])
    let quoted = evidence.quoted
    let found = look(in: index, at: Step.Moment(emission: emission, events: place)) {
      shell -> (StateEvidence.Entry?, TCPEvidence?, Bool) in
      let namespace = shell.host.namespace
      let isLoose = namespace.sysctl("net.netfilter.nf_conntrack_tcp_loose", default: 1) != 0
      let tuple = quoted.map(\.inverted) ?? namespace.tracker?.tuple(of: bytes[...])
      let found = tuple.flatMap { namespace.tracker?.find($0) }
      let direction = found?.direction ?? .original
      let tcp = TCPEvidence(bytes[...], found?.entry, direction)
      guard let found else { return (nil, tcp, isLoose) }
      let line = found.entry.line(at: namespace.jiffies, hz: namespace.hz)
      let entry = StateEvidence.Entry(
        line: line, direction: direction, hasSeenReply: found.entry.status.contains(.seenReply))
      return (entry, tcp, isLoose)
    }
    if let found { (evidence.entry, evidence.tcp, evidence.isLoose) = found }
    return evidence
  }
}

extension History {
  /// The tuple of the packet that an ICMP error quotes (RFC 792).
  fileprivate static func quotation(_ bytes: Bytes) -> FlowTuple? {
    guard let ip = IPv4Header(bytes), ip.protocolNumber == 1, ip.payload.count >= 8,
      let type = ip.payload.byte(at: 0), [3, 4, 5, 11, 12].contains(type)
    else { return nil }
    return FlowTuple(packet: ip.payload.slice(at: 8))
  }
}

extension Event {
  /// Whether tracking judges the packet here, for the first time or after nothing was found.
  fileprivate var isFirstJudgement: Bool {
    if case .tracking(let outcome) = self { return outcome.reason != "confirmed" }
    return false
  }
}
