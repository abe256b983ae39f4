import Netfilter
import Simulation
import Wire

/// What does connection tracking call the packet?
struct StateQuestion: QuestionKind {
  static let name = "state"
  private let subject: Subject
  private let facts: WalkFacts
  private let state: ConnectionState

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    subject = try Subject(spec, history)
    facts = try subject.walked()
    guard let state = facts.state else { throw QuestionError("connection tracking never saw the packet") }
    self.state = state
  }

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
    let isReset = subject.tcpFlags?.contains(.rst) == true
    switch (state, answer) {
    case (_, .untracked): return .untrackedMeansUnknown
    case (.untracked, _): return .trackingSeesEverything
    case (.invalid, .new): return .firstSeenIsNew
    case (.invalid, .established): return subject.isAnswer || isReset ? .resetIsPartOfIt : .ackMeansEstablished
    case (.invalid, .related): return subject.isAnswer || isReset ? .replyIsRelated : .relatedMeansSimilar
    case (.new, .established): return hasACK ? .ackMeansEstablished : .establishedAtOnce
    case (.new, .related): return .relatedMeansSimilar
    case (.new, .invalid): return hasACK ? .firstIsAlwaysSYN : .invalidMeansUnwanted
    case (.established, .new): return .establishedNeedsHandshake
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
    return [kind].compactMap { $0 } + [.tracking(outcome, packet: subject.packetName, isAnswer: subject.isAnswer)]
  }
}
