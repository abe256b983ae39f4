import Capture
import Netfilter
import Simulation
import Testing
import Wire

@testable import Tutor

@Suite("Reviews")
struct ReviewTests {
  struct Answered: Sendable {
    var grade: Int
    /// Days since the answer before.
    var days: Int64
    var stability: Double
    var difficulty: Double
    var interval: Int
    init(_ grade: Int, _ days: Int64, _ stability: Double, _ difficulty: Double, _ interval: Int) {
      (self.grade, self.days, self.stability, self.difficulty, self.interval) =
        (grade, days, stability, difficulty, interval)
    }
  }

  /// Made with the Python package fsrs 4.1.0 (FSRS-5): `Scheduler(learning_steps=(), relearning_steps=(),
  /// enable_fuzzing=False)`, `review_card` with each grade after so many days; stability and difficulty to six places.
  static let golden: [[Answered]] = [
    [
      .init(1, 0, 0.40255, 7.1949, 1), .init(3, 1, 2.265009, 7.176636, 2), .init(3, 2, 5.798627, 7.158456, 6),
      .init(3, 5, 13.750649, 7.14036, 14),
    ],
    [
      .init(1, 0, 0.40255, 7.1949, 1), .init(1, 1, 0.261942, 8.082797, 1), .init(2, 1, 0.575166, 8.370116, 1),
      .init(3, 3, 3.599104, 8.346446, 4),
    ],
    [
      .init(3, 0, 3.173, 5.282434, 3), .init(3, 3, 10.738926, 5.272968, 11), .init(1, 10, 2.146381, 6.790568, 2),
      .init(3, 1, 4.191971, 6.774164, 4), .init(4, 4, 25.73681, 6.236798, 26),
    ],
    [.init(1, 0, 0.40255, 7.1949, 1), .init(3, 0, 0.566698, 7.176636, 1), .init(3, 1, 2.480519, 7.158456, 2)],
    [
      .init(2, 0, 1.18385, 6.488305, 1), .init(2, 2, 2.148213, 7.040502, 2), .init(2, 2, 2.996574, 7.500967, 3),
      .init(4, 8, 34.74731, 7.077651, 35),
    ],
    [
      .init(4, 0, 15.69105, 3.224502, 16), .init(1, 20, 2.930142, 5.413262, 3), .init(1, 1, 0.876728, 6.884896, 1),
      .init(3, 1, 2.951696, 6.868058, 3),
    ],
  ]

  @Test("the memory model agrees with the published one", arguments: golden)
  func model(answers: [Answered]) throws {
    var time: Int64 = 1_767_268_800
    var memory: FSRS?
    for answer in answers {
      time += answer.days * 86_400
      let grade = try #require(FSRS.Grade(rawValue: answer.grade))
      if var known = memory {
        known.review(grade, at: time)
        memory = known
      } else {
        memory = FSRS(grade, at: time)
      }
      let now = try #require(memory)
      #expect(abs(now.stability - answer.stability) < 0.000_01, "\(now) \(answer)")
      #expect(abs(now.difficulty - answer.difficulty) < 0.000_01, "\(now) \(answer)")
      #expect(now.interval == answer.interval)
      #expect(now.due == time + Int64(answer.interval) * 86_400)
    }
  }

  @Test("no clock and no row of answers makes it overflow")
  func extremes() {
    var memory = FSRS(.easy, at: .min)
    for time in [Int64.max, 0, .min, .max / 2, .max] { memory.review(.easy, at: time) }
    for _ in 0..<200 { memory.review(.again, at: .max) }
    #expect(memory.interval >= 1)
  }

  private static func missed(_ step: String, in lesson: String = "the-stray-reset") -> ProgressEvent {
    ProgressEvent(.answered, lesson: lesson, step: step, result: .wrong)
  }

  @Test("what was missed comes back the next day, what was known does not")
  func deck() {
    var deck = Deck()
    deck.apply(Self.missed("packet-state"), at: 1000)
    deck.apply(ProgressEvent(.answered, lesson: "the-stray-reset", step: "input-rule", result: .right), at: 1000)
    deck.apply(ProgressEvent(.answered, lesson: nil, step: "fires", result: .skipped), at: 2000)
    #expect(deck.due(at: 1000).isEmpty)
    #expect(deck.cards.values.map(\.memory.due).sorted() == [87_400, 88_400])
    #expect(
      deck.due(at: 2000 + 86_400) == [
        .init(lesson: "the-stray-reset", step: "packet-state"), .init(lesson: nil, step: "fires"),
      ])
    deck.apply(ProgressEvent(.reviewed, lesson: "the-stray-reset", step: "packet-state", result: .right), at: 90_000)
    #expect(deck.due(at: 2000 + 86_400) == [.init(lesson: nil, step: "fires")])
    deck.apply(ProgressEvent(.reset, lesson: "the-stray-reset"), at: 90_001)
    #expect(deck.cards.count == 1)
  }

  @Test("a review asks the same on other packets, notes the answer, and says when the next is due")
  func sitting() throws {
    var memory = LearnerMemory()
    memory.apply(Self.missed("control-bits"), at: 0)
    memory.apply(Self.missed("gone-for-ever"), at: 0)
    var session = Session(library: Package.library, memory: memory)
    session.now = 86_399
    #expect(session.review().text.contains("Nothing is due for review.\nThe next question comes back in 1 minute."))
    session.now = 86_400
    let asked = session.review()
    #expect(asked.text.contains("1 question comes back, on other packets."))
    #expect(asked.text.contains("Byte 33 holds the TCP control bits. What does it say?"))
    #expect(!asked.text.contains("63 64"), "the lesson's own packet")
    let question = try #require(session.open?.question)
    let right = try #require(question.choices.firstIndex { question.kind.isRight($0.answer) })
    let answered = session.handle(Question.letter(right))
    let event = ProgressEvent(
      .reviewed, lesson: "the-stray-reset", step: "control-bits", result: .right, hints: 0)
    #expect(answered.effects.contains(.progress(event)))
    let end = session.handle("").text
    #expect(end.contains("Done. Right: 1, wrong: 0, skipped: 0."))
    #expect(session.memory.deck.cards[.init(lesson: "the-stray-reset", step: "control-bits")]?.answers == 2)
    // The step that is in no lesson any more waits in the log and is passed over.
    #expect(session.handle("review").text.contains("Nothing is due"))
  }

  @Test(
    "every question of the course comes back on fresh packets that prove", arguments: Package.library.folders.map(\.id))
  func variations(id: String) throws {
    let lesson = try #require(Package.library[id]).lesson()
    var answers: [String: Set<Answer>] = [:]
    var fresh = 0
    var asked = 0
    for step in lesson.steps {
      guard case .ask(let spec) = step.action, let scenario = lesson.scenario(of: step) else { continue }
      for seed in 1...5 as ClosedRange<UInt64> {
        let variation = Variation(of: spec, in: scenario, seed: seed)
        #expect(variation.spec.kind == spec.kind)
        let question = try Question(id: step.id, variation.spec, History(variation.scenario), seed: seed)
        asked += 1
        if variation.scenario.packets.map(\.bytes) != scenario.packets.map(\.bytes) { fresh += 1 }
        #expect(Lint.clueProblems(of: question).isEmpty, "\(step.id) \(seed)")
        guard ![RepairQuestion.name, CraftQuestion.name].contains(spec.kind) else { continue }
        #expect(Lint.problems(of: question).isEmpty, "\(step.id) \(seed) \(Lint.problems(of: question))")
        answers[step.id, default: []].insert(question.kind.correct)
        // The same seed, the same packets.
        let again = Variation(of: spec, in: scenario, seed: seed)
        #expect(again.scenario.packets == variation.scenario.packets)
      }
    }
    #expect(fresh == asked)
  }

  @Test("renewed packets keep their checksums right, or wrong")
  func checksums() throws {
    for folder in Package.library.folders {
      let scenario = try #require(try folder.lesson().scenarios["main"])
      let renewed = PacketRenewal(scenario, seed: 9).scenario
      for (before, after) in zip(scenario.packets, renewed.packets) where before.knowledge.edited.isEmpty {
        guard let offset = IPv4Location(before)?.offset else { continue }
        let wasGood = PacketRenewal.withChecksums(before.bytes, at: offset) == before.bytes
        let isGood = PacketRenewal.withChecksums(after.bytes, at: offset) == after.bytes
        #expect(wasGood == isGood, "\(folder.id) packet \(before.number)")
      }
    }
  }

  @Test("a renewed scenario is walked as the first one was", arguments: Package.library.folders.map(\.id))
  func walks(id: String) throws {
    let lesson = try #require(Package.library[id]).lesson()
    for (name, scenario) in lesson.scenarios {
      let (first, second) = (History(scenario), History(PacketRenewal(scenario, seed: 4).scenario))
      for index in 0..<first.packetCount {
        let (a, b) = (first.record(index)?.walk, second.record(index)?.walk)
        #expect(a?.verdict == b?.verdict, "\(name) packet \(index + 1)")
        #expect(a?.path.map(\.description) == b?.path.map(\.description), "\(name) packet \(index + 1)")
        #expect(a?.conntrack == b?.conntrack, "\(name) packet \(index + 1)")
      }
    }
  }
}
