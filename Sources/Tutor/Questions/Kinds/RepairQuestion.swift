import Netfilter
import Simulation

/// Change the rules until a stated goal holds. The rules of the history are judged as they stand, by running every
/// packet; any repair that reaches the goal is right.
struct RepairQuestion: QuestionKind {
  static let name = "repair"
  private let goals: [Goal]
  private let missed: [Goal]
  private let bytes: [UInt8]
  private let marks: Step.Marks
  private let chain: (TableName, String)?

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    guard !spec.goals.isEmpty else { throw QuestionError("a repair needs a goal") }
    let subject = try Subject(spec, history)
    goals = spec.goals
    var missed: [Goal] = []
    for goal in spec.goals {
      guard let walk = history.record(goal.packet)?.walk else {
        throw QuestionError("packet \(goal.packet &+ 1) of the goal is not walked")
      }
      if !goal.isReached(by: walk) { missed.append(goal) }
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
  var prompt: Prompt { .repair(goals) }
  var clues: [Clue] {
    goals.prefix(3).map { .lookAtGoal($0, packet: $0.packet) }
      + Array(repeating: .lookAtChain(chain?.1 ?? "INPUT"), count: max(0, 3 - goals.count))
  }
  func read(_ text: String) -> Answer? { ["", "done", "check", "ok", "できた"].contains(text) ? .repaired : nil }

  func evidence(for answer: Answer) -> [Evidence] {
    missed.isEmpty ? [.goalReached] : missed.map { .goalMissed($0, packet: $0.packet) }
  }
}
