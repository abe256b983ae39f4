import Netfilter
import Simulation

/// Change the rules until a stated goal holds, and nothing that held is lost. The rules of the history are judged as
/// they stand, by running every packet; any repair that reaches the goal is right.
struct RepairQuestion: QuestionKind {
  static let name = "repair"
  private let goals: [Goal]
  private let keeps: [Goal]
  /// What does not hold now, and what the packet that shows it came to.
  private let missed: [(goal: Goal, facts: [Evidence])]
  private let bytes: [UInt8]
  private let marks: Step.Marks
  private let chain: (TableName, String)

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    guard !spec.goals.isEmpty else { throw QuestionError("a repair needs a goal") }
    let subject = try Subject(spec, history)
    goals = spec.goals
    keeps = spec.keeps
    var missed: [(Goal, [Evidence])] = []
    for goal in spec.goals + spec.keeps {
      guard let packet = goal.packet, let walk = history.record(packet)?.walk else {
        throw QuestionError("packet \((goal.packet ?? 0) &+ 1) of the goal is not walked")
      }
      if !goal.isReached(by: walk) { missed.append((goal, walk.whatCameOfIt)) }
    }
    self.missed = missed
    bytes = subject.bytes
    marks = subject.plainMarks
    chain = spec.chain.map { (spec.table, $0) } ?? (.filter, "INPUT")
  }

  var correct: Answer { .repaired }
  var distractors: [Choice] { [] }
  func isRight(_ answer: Answer) -> Bool { answer == .repaired && missed.isEmpty }
  var view: QuestionView { QuestionView(bytes: bytes, marks: marks, chain: chain) }
  var prompt: Prompt { .repair(goals, keeps: keeps) }
  var clues: [Clue] {
    let goal = missed.first?.goal ?? goals[0]
    return [.lookAtGoal(goal, packet: goal.packet ?? 0), .lookAtChain(chain.1), .insertBefore(chain: chain.1)]
  }
  func read(_ text: String) -> Answer? { ["", "done", "check", "ok", "できた"].contains(text) ? .repaired : nil }

  func evidence(for answer: Answer) -> [Evidence] {
    guard let first = missed.first else { return [.goalReached] }
    return [.goalMissed(first.goal, packet: first.goal.packet ?? 0)] + first.facts
      + missed.dropFirst().map { .goalMissed($0.goal, packet: $0.goal.packet ?? 0) }
  }
}

extension Walk {
  /// What decided about the packet, what was sent and what was logged on its account, as evidence.
  var whatCameOfIt: [Evidence] {
    let facts = WalkFacts(self)
    var evidence: [Evidence] = []
    if let verdict {
      let last = facts.visits.last(where: \.matched)
      if verdict != .routing, let last {
        evidence.append(.verdictBy(last.step, text: last.text, verdict))
      } else {
        evidence.append(.verdictOfRouting(verdict))
      }
    }
    if let sent = facts.replies.first {
      evidence.append(.sent(sent.reply, by: sent.by))
    } else {
      evidence.append(.nothingSent(verdict: verdict))
    }
    for (walk, isOwn) in [(self, true)] + emitted.map({ ($0, false) }) {
      let own = isOwn ? facts : WalkFacts(walk)
      guard let log = own.logs.first, let visit = log.visit else { continue }
      evidence.append(.logged(chain: visit.step.chain, rule: visit.step.number, line: LogsQuestion.head(log.line.text)))
    }
    return evidence
  }
}
