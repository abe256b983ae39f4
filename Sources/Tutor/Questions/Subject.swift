import Netfilter
import Simulation
import Wire

/// The packet that a question is about: the captured one, or one that it made the host send.
struct Subject: Sendable {
  private(set) var bytes: [UInt8]
  let dissection: Dissection
  /// Bytes before the IP header.
  let networkOffset: Int
  let edited: [Range<Int>]
  let unknown: [Range<Int>]
  /// It is a packet that the host sent on account of another.
  let isAnswer: Bool
  let facts: WalkFacts?

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    guard let record = history.record(spec.packet), let captured = history.dissection(spec.packet) else {
      throw QuestionError("packet \(spec.packet &+ 1): the capture has \(history.packetCount)")
    }
    guard !spec.emission.isEmpty else {
      bytes = record.captured.bytes
      dissection = captured
      networkOffset = record.networkOffset ?? 0
      edited = record.captured.knowledge.edited
      unknown = record.captured.knowledge.unknown
      isAnswer = false
      facts = record.walk.map(WalkFacts.init)
      return
    }
    guard let walk = record.walk?.emission(at: spec.emission) else {
      throw QuestionError(
        "packet \(spec.packet &+ 1) makes the host send no packet number \((spec.emission.last ?? 0) &+ 1)")
    }
    bytes = walk.initialBytes
    dissection = Dissection(network: walk.initialBytes)
    networkOffset = 0
    edited = walk.edited
    unknown = []
    isAnswer = true
    facts = WalkFacts(walk)
  }

  /// The packet as it stands when it comes to a chain: NAT may have changed it by then.
  func arriving(at chain: String, _ table: TableName, _ spec: QuestionSpec, _ history: History) -> Subject {
    var subject = self
    let step = history.steps(spec.packet).first {
      $0.emission == spec.emission && $0.place?.table == table && $0.place?.chain == chain
    }
    if let step { subject.bytes = step.bytes }
    return subject
  }

  /// The walk's facts, or why there are none.
  func walked() throws(QuestionError) -> WalkFacts {
    guard let facts else { throw QuestionError("the packet is not walked") }
    return facts
  }

  var plainMarks: Step.Marks {
    var marks = Step.Marks()
    marks.edited = edited
    marks.unknown = unknown
    return marks
  }

  /// Bytes counted from the first one shown, cut at the packet's end.
  func bytes(_ range: Range<Int>) -> [UInt8] { Array(bytes[...].slice(at: range.lowerBound, length: range.count)) }

  /// A range counted from the IP header, counted from the first byte shown.
  func shown(_ range: Range<Int>) -> Range<Int> { range.lowerBound + networkOffset..<range.upperBound + networkOffset }

  /// A comparison with the bytes that it read.
  func evidence(_ comparison: Comparison, chain: String, rule: Int) -> Evidence {
    let range = comparison.bytes.map(shown).flatMap { range in
      // The zeros that stand for bytes edited out are nobody's.
      (edited + unknown).contains { $0.overlaps(range) } ? nil : range
    }
    return .comparison(chain: chain, rule: rule, comparison, bytes: range.map(bytes) ?? [], shown: range)
  }

  /// What a field of the packet holds; `nil` where it has none, or its bytes are hidden.
  func evidence(ofField name: String, in protocolName: String) -> Evidence? {
    guard let layer = protocolName == "ipv4" ? dissection["ipv4"] : transport, layer.protocolName == protocolName,
      let field = layer[name],
      !(edited + unknown).contains(where: { $0.overlaps(field.byteRange) })
    else { return nil }
    let text = protocolName == "tcp" && name == "flags" ? packetName : field.text
    return .field(
      protocolName: protocolName, name: name, shown: field.byteRange, bytes: bytes(field.byteRange), text: text)
  }

  /// What the IP packet carries; not what an ICMP error quotes.
  private var transport: Layer? {
    guard let index = dissection.layers.firstIndex(where: { $0.protocolName == "ipv4" }) else { return nil }
    let next = dissection.layers.dropFirst(index + 1).first
    return next.flatMap { ["payload", "padding", "data"].contains($0.protocolName) ? nil : $0 }
  }

  /// `SYN, ACK` and the like for a TCP segment, `ICMP echo reply`, the protocol's name for anything else.
  var packetName: String {
    if let flags = tcpFlags { return flags.names.isEmpty ? "TCP" : flags.names }
    guard let transport else { return "IP" }
    let name = transport.protocolName.uppercased()
    // The type's name stands in brackets after its number.
    guard name == "ICMP", let type = transport["type"]?.text.split(separator: "(").last?.dropLast(), !type.isEmpty,
      type.allSatisfy({ $0.isLetter || $0 == " " })
    else { return name }
    return "\(name) \(type)"
  }

  /// It is a datagram from a service's port to a higher one, as answers are.
  var looksLikeAnswer: Bool {
    guard let transport, transport.protocolName == "udp", case .unsigned(let from)? = transport["source_port"]?.value,
      case .unsigned(let to)? = transport["destination_port"]?.value
    else { return false }
    return from < to
  }

  /// The control bits of a TCP segment that is whole enough to have some.
  var tcpFlags: TCPFlags? {
    guard let transport, transport.protocolName == "tcp", case .unsigned(let value)? = transport["flags"]?.value else {
      return nil
    }
    return TCPFlags(rawValue: UInt8(truncatingIfNeeded: value))
  }
}

/// A walk's facts as values, so that questions can be kept and sent around without the walk.
struct WalkFacts: Sendable {
  let visits: [RuleVisit]
  let hooks: [Hook]
  let tracking: [TrackingOutcome]
  let state: ConnectionState?
  let verdict: Verdict?
  let logs: [(visit: RuleVisit?, line: LogLine)]
  let replies: [(reply: Reply, by: String)]
  let isModelled: Bool
  /// Tables, tracking and routing in the order the packet passed them.
  let order: [String]

  init(_ walk: Walk) {
    var visits: [RuleVisit] = []
    var hooks: [Hook] = []
    var tracking: [TrackingOutcome] = []
    var logs: [(RuleVisit?, LogLine)] = []
    var order: [String] = []
    for event in walk.events {
      switch event {
      case .visit(let visit):
        visits.append(visit)
        let table = visit.step.table.rawValue
        if order.last != table { order.append(table) }
      case .hook(let hook): hooks.append(hook)
      // What is entered into the table last of all is no decision about the packet.
      case .tracking(let outcome) where outcome.reason != "confirmed":
        tracking.append(outcome)
        order.append("conntrack")
      case .routing: order.append("routing")
      case .log(let line): logs.append((visits.last, line))
      default: break
      }
    }
    self.visits = visits
    self.hooks = hooks
    self.tracking = tracking
    self.logs = logs
    self.order = order
    state = walk.conntrack
    verdict = walk.verdict
    isModelled = walk.notModelled.isEmpty
    replies = walk.emitted.map { (Reply($0.initialBytes), $0.origin.text) }
  }

  /// What the packet met in a chain, in order; from the first time it came there only.
  func visits(_ table: TableName, _ chain: String) -> [RuleVisit] {
    let all = visits.filter { $0.step.table == table && $0.step.chain == chain }
    guard let hook = all.first?.hook else { return [] }
    return all.filter { $0.hook == hook }
  }
}

extension Walk.Origin {
  /// Who sent it: the rule's place, `stack` or `ip`.
  var text: String {
    switch self {
    case .reject(let step), .duplicate(let step): step.description
    case .stack: "stack"
    case .icmpError, .ownCopy: "ip"
    case .injected: "capture"
    }
  }
}

extension Reply {
  /// What a packet is, as far as questions ask about it.
  init(_ bytes: [UInt8]) {
    guard let ip = IPv4Header(bytes[...]) else {
      self.init(kind: "IP")
      return
    }
    switch ip.protocolNumber {
    case 6:
      guard let tcp = TCPHeader(ip.payload) else {
        self.init(kind: "TCP")
        return
      }
      // What a listening service begins with is the host's own choice, which nobody could work out.
      let isFree = tcp.flags.contains([.syn, .ack])
      self.init(
        kind: tcp.flags.names, sequence: isFree ? nil : tcp.sequenceNumber,
        acknowledgment: tcp.flags.contains(.ack) ? tcp.acknowledgmentNumber : nil)
    case 1:
      let (type, code) = (ip.payload.byte(at: 0) ?? 0, ip.payload.byte(at: 1) ?? 0)
      self.init(kind: "ICMP type \(type) code \(code)")
    default: self.init(kind: ProtocolNames.text(ip.protocolNumber).uppercased())
    }
  }
}

extension TCPFlags {
  /// `SYN, ACK`, in the order people say them; empty where none is set.
  package var names: String {
    let all: [(TCPFlags, String)] = [
      (.syn, "SYN"), (.fin, "FIN"), (.rst, "RST"), (.psh, "PSH"), (.ack, "ACK"), (.urg, "URG"), (.ece, "ECE"),
      (.cwr, "CWR"),
    ]
    return all.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
  }

  /// The same, and `none` where none is set.
  package var spokenNames: String { names.isEmpty ? "none" : names }
}

extension RuleVisit {
  /// The name of the rule's target, or the chain it goes to; empty where it has none.
  package var target: String {
    let words = text.split(separator: " ")
    guard let at = words.firstIndex(where: { $0 == "-j" || $0 == "-g" }), at + 1 < words.count else { return "" }
    return String(words[at + 1])
  }

  /// Whether the walk through the chain goes on after it.
  package var letsWalkGoOn: Bool { result == .next || (matched && result == nil) }

  /// Whether it fired and goes to another chain.
  package var jumps: Bool { matched && result == nil && step.kind == .rule }
}
