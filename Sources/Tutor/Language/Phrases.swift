import Netfilter
import Simulation
import Wire

/// Everything that the tutor says, in one language. Lessons bring their own prose; all other text is here and nowhere
/// else. What comes in is facts; what goes out is whole sentences or labels, never laid out.
package protocol Phrases: Sendable {
  // Steps.
  func stepHeading(_ place: StepHeading) -> String
  func chainHeading(table: TableName, chain: String, policy: String?) -> String
  /// The step in words, one paragraph an element.
  func sentences(_ step: Step) -> [String]
  func fieldName(_ protocolName: String, _ field: String) -> String
  func headerName(_ protocolName: String) -> String
  /// A field with its header's name, said once.
  func fullName(_ protocolName: String, _ field: String) -> String
  /// `bytes 22-23`, `byte 9`.
  func byteRange(_ range: Range<Int>) -> String
  /// What a comparison did: `rule 3 needs destination port 22: bytes 22-23 are 0e 0a, 3594`.
  func comparison(_ comparison: Comparison, rule: Int, bytes: [UInt8], shown: Range<Int>?) -> String

  // The stepping view, and plain text.
  func label(_ label: ViewLabel) -> String
  /// The keys that matter, the fullest wording first.
  func viewKeys(hasQuestion: Bool) -> [String]
  /// What the keys do, for `?`.
  var viewHelp: [(keys: String, meaning: String)] { get }
  /// A fact on a line of its own.
  func plain(_ fact: PlainFact) -> String

  // Questions.
  func ask(_ prompt: Prompt) -> [String]
  func choice(_ answer: Answer, in question: Question, rules: [String]) -> String
  func evidence(_ evidence: Evidence) -> String
  func explanation(_ misconception: Misconception) -> String
  func clue(_ clue: Clue) -> String
  /// How this kind of question is answered: `type a letter, or the rule's number`.
  func howToAnswer(_ kind: String) -> String
  func right(_ choice: String) -> String
  func wrong(_ choice: String) -> String
  func skipped(_ choice: String) -> String
  /// A goal, said of all these packets.
  func goal(_ goal: Goal, packets: [Int]) -> String
  var unreadable: String { get }
  func hintHeading(_ rung: Int, of count: Int) -> String

  // The session.
  func say(_ message: Message) -> String
  func say(_ message: ExperimentMessage) -> String
  /// Who sends a packet of the host.
  func origin(_ origin: Walk.Origin) -> String
  /// A command's usage, its summary on one line, and what else there is to know.
  func help(_ command: String) -> CommandHelp
  /// The same for a program of the host.
  func help(_ program: any ShellCommand.Type) -> CommandHelp
  func lessonLine(_ line: LessonLine) -> String
}

extension Phrases {
  func goal(_ goal: Goal) -> String { self.goal(goal, packets: [goal.packet].compactMap { $0 }) }

  /// Goals as a list.
  func list(_ goals: [Goal]) -> [String] { goals.grouped.map { "- " + goal($0.goal, packets: $0.packets) } }
}

/// Where the session stands, for the line above a step.
package struct StepHeading: Sendable, Hashable {
  /// From 1.
  package var packet: Int
  package var packetCount: Int
  package var step: Int
  package var stepCount: Int
  /// Which packet that the host sent, from 1; `nil` for the captured one.
  package var answer: Int?
  package var place: Step.Place?
}

/// What `help COMMAND` shows.
package struct CommandHelp: Sendable, Hashable {
  package var usage: String
  package var summary: String
  package var detail: String

  package init(_ usage: String, _ summary: String, _ detail: String = "") {
    self.usage = usage
    self.summary = summary
    self.detail = detail
  }
}

/// A lesson in the list.
package struct LessonLine: Sendable, Hashable {
  package enum Standing: Sendable, Hashable {
    case new
    case begun(done: Int, of: Int)
    case finished
  }
  package var number: Int
  package var id: String
  package var title: String
  package var minutes: Int
  package var standing: Standing
}

/// What the session says about itself.
package enum Message: Sendable, Hashable {
  /// For somebody who starts for the first time: two lines, the one thing to type, and what else there is.
  case greeting
  case firstThing
  case greetingHint
  case welcome
  case welcomeHint
  case welcomeCapture(packets: Int)
  case lessonsHeading
  case noLessons
  case unknownLesson(String, nearest: String?)
  /// Lessons by number and title.
  case lessonRequires([String])
  case lessonStarts(id: String, steps: Int)
  case lessonEnds(right: Int, wrong: Int, skipped: Int, hints: Int)
  case nextLesson(number: Int, id: String, title: String)
  case unknownCommand(String, nearest: String?)
  case noArguments(String)
  case badArgument(command: String, given: String, expected: String)
  case nothingToStep
  case atStart
  case atEnd
  case questionPending
  case noQuestion
  case noHint
  case noSuchPacket(Int, count: Int)
  case noSuchStep(Int, count: Int)
  case noSuchPlace(String)
  case noRuleHere
  case notFound(String)
  case noView
  case ruleDidFire(chain: String, rule: Int)
  case neverCameTo(chain: String)
  case noFields
  case watchOn
  case watchOff
  case recording(String)
  case recordingStopped
  case notRecording
  case resetAsk(String)
  case resetDone(String)
  case resetAll
  case cancelled
  case rulesRestored
  case nothingDue
  /// There are more cards due than one sitting has.
  case reviewMore
  case nextDue(seconds: Int64)
  case reviewWaits(count: Int)
  case reviewOf(String)
  case resume(number: Int, title: String, step: Int, of: Int)
  case standing(right: Int, wrong: Int, skipped: Int, waiting: Int, due: Int)
  case keptIn(String, passedOver: Int)
  case tryThis
  case oneWay(String)
  case packetNumber(Int, of: Int)
  case answerTo(Int)
  case nothingBefore
  case cameBefore
  case reviewStarts(count: Int)
  case quizStarts(count: Int, seed: UInt64)
  case quizEnds(right: Int, wrong: Int, skipped: Int)
  case questionNumber(Int, of: Int)
  case goodbye
  /// What was under way was given up.
  case stopped
  /// A line that can be typed.
  case example(String)
  case assumption(String)
  case more(Int)
  case continuePrompt
  case choicesHint
  case truncatedDump(Int)
}

extension Comparison {
  /// What was read; a connection's state without the kernel's further marks (`ESTABLISHED,SNAT`), unless they are asked
  /// for.
  var readState: String {
    guard subject == .property("connection state"), !operand.contains("NAT") else { return read }
    return read.split(separator: ",").first.map(String.init) ?? read
  }
}
