import Netfilter
import Simulation
import Wire

/// What does connection tracking call the packet?
struct StateQuestion: QuestionKind {
  static let name = "state"
  private let subject: Subject
  private let facts: WalkFacts
  private let state: ConnectionState
  /// The last packet of the same flow before this one, whose entry is forgotten.
  private let forgotten: Evidence?

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    subject = try Subject(spec, history)
    facts = try subject.walked()
    guard let state = facts.state else { throw QuestionError("connection tracking never saw the packet") }
    self.state = state
    forgotten = state == .new && spec.emission.isEmpty ? Self.forgotten(spec.packet, history) : nil
  }

  /// The packet of the same flow before this one, where it left no entry, or one that UDP's clock has ended since.
  private static func forgotten(_ packet: Int, _ history: History) -> Evidence? {
    guard let this = history.record(packet), let flow = Flow(this) else { return nil }
    for earlier in (max(0, packet - 500)..<packet).reversed() {
      guard let other = history.record(earlier), Flow(other) == flow else { continue }
      if let verdict = other.walk?.verdict, verdict == .drop || verdict == .reject {
        return .entryNotKept(packet: earlier + 1, verdict)
      }
      guard flow.protocolNumber == 17, let time = this.captured.time, let before = other.captured.time else {
        return nil
      }
      let seconds = (time.nanoseconds &- before.nanoseconds) / 1_000_000_000
      return seconds < 30 ? nil : .entryForgotten(packet: earlier + 1, seconds: Int(seconds))
    }
    return nil
  }

  /// A flow of TCP or UDP, whichever way it goes.
  private struct Flow: Equatable {
    let protocolNumber: UInt8
    let ends: Set<[UInt32]>

    init?(_ record: PacketRecord) {
      guard let ip = IPv4Header(record.captured.bytes[...].slice(at: record.networkOffset ?? 0)),
        ip.protocolNumber == 17 || ip.protocolNumber == 6, ip.payload.count >= 4
      else { return nil }
      protocolNumber = ip.protocolNumber
      let ports = (0..<4).map { UInt32(ip.payload.byte(at: $0) ?? 0) }
      ends = [
        [ip.source.rawValue, ports[0] << 8 | ports[1]], [ip.destination.rawValue, ports[2] << 8 | ports[3]],
      ]
    }
  }

  /// It came by itself, neither TCP nor an answer of the host.
  private var isConnectionless: Bool { subject.tcpFlags == nil && !subject.isAnswer }
  private var isICMP: Bool { subject.packetName.hasPrefix("ICMP") }
  /// No packet of the entry had gone this way's other direction before.
  private var isFirstReply: Bool { facts.tracking.last?.before?.contains("[UNREPLIED]") ?? true }

  var correct: Answer { .state(state) }

  var distractors: [Choice] {
    ConnectionState.allCases.filter { $0 != state }
      .sorted { rank($0) < rank($1) }
      .map { Choice(.state($0), idea($0)) }
  }

  private func rank(_ other: ConnectionState) -> Int {
    let order: [ConnectionState] =
      subject.isAnswer
      ? [.related, .established, .new, .invalid, .untracked] : [.established, .new, .related, .invalid, .untracked]
    return order.firstIndex(of: other) ?? order.count
  }

  /// The wrong idea that leads to `answer`, given what is right.
  private func idea(_ answer: ConnectionState) -> Misconception {
    let hasACK = subject.tcpFlags?.contains(.ack) == true
    switch (state, answer) {
    case (_, .untracked): return .untrackedMeansUnknown
    case (.untracked, _): return .trackingSeesEverything
    case (.invalid, .new): return isICMP ? .errorBeginsSomething : .firstSeenIsNew
    case (.invalid, .established) where isConnectionless: return .looksLikeAnswer
    case (.invalid, .established) where subject.isAnswer: return .resetIsPartOfIt
    case (.invalid, .established): return hasACK ? .ackMeansEstablished : .looksLikeAnswer
    case (.invalid, .related): return subject.isAnswer ? .replyIsRelated : .relatedMeansSimilar
    case (.new, .established) where subject.looksLikeAnswer: return .looksLikeAnswer
    case (.new, .established): return hasACK ? .ackMeansEstablished : .establishedAtOnce
    case (.new, .related): return .relatedMeansSimilar
    case (.new, .invalid): return hasACK ? .firstIsAlwaysSYN : .invalidMeansUnwanted
    case (.established, .new): return isFirstReply ? .establishedNeedsHandshake : .everyPacketBegins
    case (.established, .related), (.related, .established): return .relatedMeansInside
    case (.related, .new): return .relatedIsNew
    default: return .invalidMeansUnwanted
    }
  }

  var view: QuestionView {
    var marks = subject.plainMarks
    if subject.tcpFlags != nil, let flags = subject.dissection["tcp"]?["flags"] { marks.current = [flags.byteRange] }
    return QuestionView(bytes: subject.bytes, marks: marks)
  }

  var prompt: Prompt { .state(isAnswer: subject.isAnswer) }

  var clues: [Clue] {
    let entry = facts.tracking.last
    return [
      .lookAtFlags(subject.packetName),
      .entryExists(entry?.before != nil),
      .orderRule("state-" + state.rawValue.lowercased()),
    ]
  }

  func read(_ text: String) -> Answer? { ConnectionState(rawValue: text.uppercased()).map { .state($0) } }

  func evidence(for answer: Answer) -> [Evidence] {
    let outcome =
      facts.tracking.last { $0.state == state }
      ?? TrackingOutcome(hook: facts.hooks.first ?? .prerouting, state: state, reason: "")
    let kind = subject.evidence(ofField: "flags", in: "tcp") ?? subject.evidence(ofField: "type", in: "icmp")
    return [kind, forgotten].compactMap { $0 }
      + [.tracking(outcome, packet: subject.packetName, isAnswer: subject.isAnswer)]
  }
}
