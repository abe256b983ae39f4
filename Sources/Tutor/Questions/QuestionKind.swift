import Netfilter
import Simulation

/// One kind of question: from a spec and a history it computes the answer, wrong answers that people really give,
/// and the evidence for and against each. One file a kind in `Kinds/`, one line in `QuestionKinds`.
package protocol QuestionKind: Sendable {
  /// As lessons write it: `field_value`.
  static var name: String { get }
  /// What the question is about is looked up here, once.
  init(_ spec: QuestionSpec, _ history: History) throws(QuestionError)

  var correct: Answer { get }
  /// Wrong answers worth offering, best first; none of them equivalent to `correct`.
  var distractors: [Choice] { get }
  /// What one could see of the packet, without giving the answer away.
  var view: QuestionView { get }
  /// The question, for `Phrases`.
  var prompt: Prompt { get }
  /// Three rungs: where to look, which field, the comparison.
  var clues: [Clue] { get }
  /// Reads an answer typed in full, in any of its equivalent forms; `nil` when it is not one. `text` is lower case,
  /// with single spaces.
  func read(_ text: String) -> Answer?
  /// Reads an answer that must be taken as typed, capital letters and all; most kinds have none.
  func readExactly(_ text: String) -> Answer?
  /// Whether an answer is right; most kinds have one right answer only.
  func isRight(_ answer: Answer) -> Bool
  /// What speaks against `answer`, or for it where it is right.
  func evidence(for answer: Answer) -> [Evidence]
  /// The wrong idea behind an answer that was typed and is none of the choices.
  func misconception(of answer: Answer) -> Misconception?
  /// Whether a line is meant as an answer although its first word is a command too.
  func claims(_ text: String) -> Bool
  /// What to ask once this is answered: the reason behind the answer.
  var followUp: QuestionSpec? { get }
}

extension QuestionKind {
  package func isRight(_ answer: Answer) -> Bool { answer == correct }
  package func misconception(of answer: Answer) -> Misconception? {
    distractors.first { $0.answer == answer }?.misconception
  }
  package func readExactly(_ text: String) -> Answer? { nil }
  package func claims(_ text: String) -> Bool { false }
  package var followUp: QuestionSpec? { nil }
}

/// What is shown above a question.
package struct QuestionView: Sendable {
  package var bytes: [UInt8]
  package var marks: Step.Marks
  /// The chain whose rules are listed; `nil` for none.
  package var chain: (TableName, String)?
  /// The chain's rules are the choices, so the list would say the same twice.
  package var isChainInChoices = false
}

/// What is asked.
package enum Prompt: Sendable {
  case fieldValue(protocolName: String, field: String, shown: Range<Int>, bits: Range<Int>?)
  case fieldBytes(protocolName: String, field: String, count: Int)
  case fires(chain: String, table: TableName, isAnswer: Bool)
  case whyNot(chain: String, rule: Int, text: String)
  case verdict(isAnswer: Bool)
  case state(isAnswer: Bool)
  case logs(isAnswer: Bool)
  case emits
  case order(hooks: [String])
  case counts(chain: String, table: TableName, isAnswer: Bool)
  case repair([Goal], keeps: [Goal])
  case craft([Goal], host: String)
}

/// A hint, in the engine's words.
package enum Clue: Sendable {
  case lookAtBytes(Range<Int>)
  case lookAtHeader(protocolName: String, shown: Range<Int>)
  case fieldIs(protocolName: String, name: String, offsetInHeader: Int, count: Int)
  case bytesAre(Range<Int>, [UInt8])
  case hexDigits([UInt8])
  case lookAtChain(String)
  case lookAtRule(chain: String, rule: Int, text: String)
  case comparison(chain: String, rule: Int, Comparison)
  case rulesBeforeFail(chain: String, count: Int)
  case lookAtFlags(String)
  case entryExists(Bool)
  case targetOf(chain: String, rule: Int, target: String)
  case logRuleFires(Bool)
  case lookAtGoal(Goal, packet: Int)
  case orderRule(String)
  /// What a rule put in at a place does.
  case insertBefore(chain: String)
}

/// All kinds by name: adding one is a file and a line here.
package enum QuestionKinds {
  package static let all: [any QuestionKind.Type] = [
    FieldValueQuestion.self,
    FieldBytesQuestion.self,
    FiresQuestion.self,
    WhyNotQuestion.self,
    VerdictQuestion.self,
    StateQuestion.self,
    LogsQuestion.self,
    EmitsQuestion.self,
    TableOrderQuestion.self,
    CountsQuestion.self,
    RepairQuestion.self,
    CraftQuestion.self,
  ]

  /// The kind called `name`.
  package static subscript(name: String) -> (any QuestionKind.Type)? { all.first { $0.name == name } }
}
