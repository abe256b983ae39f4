import Netfilter
import Simulation

/// In which order does the packet meet tables, connection tracking and routing?
struct TableOrderQuestion: QuestionKind {
  static let name = "table_order"
  private let subject: Subject
  private let order: [String]
  private let hooks: [Hook]

  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError) {
    subject = try Subject(spec, history)
    let facts = try subject.walked()
    order = facts.order
    hooks = facts.hooks
    guard order.count > 1 else { throw QuestionError("the packet meets fewer than two tables") }
  }

  var correct: Answer { .order(order) }

  var distractors: [Choice] {
    let ideas: [(String, Misconception)] = [
      ("filter", .filterComesFirst), ("conntrack", .trackingComesFirst), ("nat", .natComesFirst),
      ("routing", .routingComesFirst),
    ]
    var choices = ideas.compactMap { name, idea -> Choice? in
      guard let at = order.firstIndex(of: name), at > 0 else { return nil }
      var changed = order
      changed.remove(at: at)
      changed.insert(name, at: 0)
      return Choice(.order(changed), idea)
    }
    choices.append(Choice(.order(order.reversed()), .orderIsBackwards))
    return choices
  }

  var view: QuestionView { QuestionView(bytes: subject.bytes, marks: subject.plainMarks) }
  var prompt: Prompt { .order(hooks: hooks.map(\.rawValue)) }
  var clues: [Clue] { [.orderRule("hooks"), .orderRule("priorities"), .orderRule("first-" + (order.first ?? ""))] }

  /// Names with anything between them: `raw conntrack nat`, `raw, conntrack, nat`, `raw -> conntrack -> nat`.
  func read(_ text: String) -> Answer? {
    let words = text.split { !$0.isLetter }.map(String.init).map { $0 == "tracking" ? "conntrack" : $0 }
    let known: Set<String> = ["raw", "mangle", "nat", "filter", "security", "conntrack", "routing"]
    guard words.count > 1, words.allSatisfy(known.contains) else { return nil }
    return .order(words)
  }

  func evidence(for answer: Answer) -> [Evidence] { [.order(order)] }
}
