import Capture
import Netfilter
import Simulation
import Wire

/// Send one packet with `hping3` that reaches a stated goal. The packet is run after all packets of the scenario; any
/// that reaches the goal is right.
struct CraftQuestion: QuestionKind {
  static let name = "craft"
  private let goals: [Goal]
  private let scenario: Scenario
  private let subject: Subject
  private let chain: (TableName, String)
  /// Who sends it: whoever sent the packet that the question is about.
  private let sender: IPv4Address
  private let host: IPv4Address

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    guard !spec.goals.isEmpty else { throw QuestionError("a packet to send needs a goal") }
    guard spec.goals.allSatisfy({ $0.packet == nil }) else {
      throw QuestionError("the goal is about the packet that is sent, so it names no other")
    }
    subject = try Subject(spec, history)
    guard let ip = IPv4Header(subject.bytes[...].slice(at: subject.networkOffset)), !subject.isAnswer else {
      throw QuestionError("the packet says nobody who could send another")
    }
    goals = spec.goals
    scenario = history.scenario
    sender = ip.source
    host = ip.destination
    chain = spec.chain.map { (spec.table, $0) } ?? (.filter, "INPUT")
  }

  /// No one command is the answer; what is shown is a lesson's own.
  var correct: Answer { .sent(command: "", Trial(missed: [], facts: [])) }
  var distractors: [Choice] { [] }
  func isRight(_ answer: Answer) -> Bool {
    if case .sent(_, let trial) = answer { trial.missed.isEmpty } else { false }
  }
  var view: QuestionView { QuestionView(bytes: subject.bytes, marks: subject.plainMarks, chain: chain) }
  var prompt: Prompt { .craft(goals, host: host.description) }
  var clues: [Clue] { [.lookAtChain(chain.1), .orderRule("hping3-flags"), .orderRule("hping3-ports")] }

  func claims(_ text: String) -> Bool { text.hasPrefix("hping3 ") }
  func read(_ text: String) -> Answer? { nil }

  func readExactly(_ text: String) -> Answer? {
    let words = text.split(separator: " ").map(String.init)
    guard words.first == "hping3", let command = try? Hping3(Array(words.dropFirst())) else { return nil }
    return .sent(command: words.joined(separator: " "), trial(command))
  }

  private func trial(_ command: Hping3) -> Trial {
    var sender = Hping3Sender(command, random: SplitMix64(seed: 3), process: 321)
    let last = scenario.packets.last?.time
    let time = last.map { Timestamp(nanoseconds: $0.nanoseconds &+ 1_000_000_000, isAbsolute: $0.isAbsolute) }
    let sent = sender.next(source: self.sender).map { bytes in
      CapturedPacket(number: 0, time: time, linkType: .raw, bytes: bytes, provenance: Provenance(file: "hping3"))
    }
    var scenario = scenario
    scenario.insert(sent, at: scenario.packets.count)
    let history = History(scenario)
    guard let walk = history.record(history.packetCount - 1)?.walk else { return Trial(missed: goals, facts: []) }
    return Trial(missed: goals.filter { !$0.isReached(by: walk) }, facts: walk.whatCameOfIt)
  }

  func evidence(for answer: Answer) -> [Evidence] {
    guard case .sent(_, let trial) = answer else { return [] }
    return trial.missed.prefix(1).map { .goalMissed($0, packet: -1) } + trial.facts
  }
}

extension Scenario {
  /// The same rules and host with other packets.
  func with(packets: [CapturedPacket]) -> Scenario {
    Scenario(ruleset: ruleset, packets: packets, host: host, content: content)
  }
}
