import Capture
import Foundation
import Netfilter
import Simulation
import Testing
import Wire

@testable import Tutor

@Suite("Quizzes on one's own rules and capture")
struct QuizTests {
  private static let from = IPv4Address(rawValue: 0xc633_6407)
  private static let to = IPv4Address(rawValue: 0xc000_020a)

  private static func packet(_ bytes: [UInt8], _ number: Int = 1, link: LinkType = .raw) -> CapturedPacket {
    CapturedPacket(
      number: number, time: nil, linkType: link, bytes: bytes, provenance: Provenance(file: "made for the test"))
  }

  private static func scenario(_ packets: [CapturedPacket], _ rules: String) throws -> Scenario {
    let ruleset = try Ruleset(parsing: rules, file: "rules")
    var inference = HostInference(ruleset)
    for packet in packets { inference.weigh(packet) }
    return Scenario(ruleset: ruleset, packets: packets, host: inference.host, content: ContentHash(files: [:]))
  }

  private static var syn: [UInt8] {
    var segment = TCPBuilder(sourcePort: 40000, destinationPort: 22)
    segment.flags = [.syn]
    return segment.packet(in: IPv4Builder(protocolNumber: 6, source: from, destination: to))
  }

  private static let rules = "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -j DROP\n"

  /// What a capture may hold.
  static let odd: [(String, [CapturedPacket])] = [
    ("nothing", []), ("one packet", [packet(syn)]), ("an empty packet", [packet([])]),
    ("a single byte", [packet([0x45])]), ("a header cut short", [packet(Array(syn.prefix(17)))]),
    ("a segment cut short", [packet(Array(syn.prefix(29)))]),
    ("an impossible header length", [packet([0x4f] + Array(syn.dropFirst()))]),
    (
      "no IP at all",
      [packet([UInt8](repeating: 0xff, count: 12) + [0x08, 0x06] + [UInt8](repeating: 0, count: 28), link: .ethernet)]
    ),
    ("IPv6", [packet([0x60] + [UInt8](repeating: 0, count: 39))]),
    ("the same packet many times", (1...300).map { packet(syn, $0) }),
    (
      "a fragment",
      [
        packet(
          IPv4Builder(moreFragments: true, protocolNumber: 17, source: from, destination: to)
            .bytes(payload: [UInt8](repeating: 7, count: 24)))
      ]
    ),
  ]

  @Test("anything that was captured gives sound questions or none", arguments: 0..<odd.count, ["", rules])
  func oddCaptures(index: Int, rules: String) throws {
    let (name, packets) = Self.odd[index]
    let header = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n"
    let scenario = try Self.scenario(packets, header + rules + "COMMIT\n")
    let history = History(scenario)
    for spec in QuizGenerator(history: history, seed: 5).questions(count: 60) {
      let question = try Question(id: spec.stableID, spec, history, seed: 5)
      #expect(Lint.problems(of: question).isEmpty, "\(name): \(spec) \(Lint.problems(of: question))")
      #expect(Lint.clueProblems(of: question).isEmpty, "\(name): \(spec)")
    }
    for language in Language.allCases {
      var options = Session.Options()
      options.language = language
      var session = Session(library: Library(), options: options)
      _ = session.quiz(scenario, count: 15, seed: 5)
      for line in ["", "hint", "hint", "hint", "hint", "a", "b", "0x16", "nothing", "skip", "", "fields", "skip", ""] {
        _ = session.handle(line)
      }
    }
  }

  @Test(
    "a quiz asks of many kinds and many packets before it repeats a kind", arguments: Package.library.folders.map(\.id))
  func varied(id: String) throws {
    let lesson = try #require(Package.library[id]).lesson()
    let scenario = try #require(lesson.scenarios["main"])
    let history = History(scenario)
    let questions = QuizGenerator(history: history, seed: 11).questions(count: 10)
    #expect(questions.count == 10)
    #expect(Set(questions).count == 10)
    let kinds = Set(QuizGenerator(history: history, seed: 11).questions(count: 500).map(\.kind)).count
    #expect(Set(questions.map(\.kind)).count == min(kinds, 10))
    for spec in questions {
      let question = try Question(id: spec.stableID, spec, history, seed: 11)
      #expect(Lint.problems(of: question).isEmpty, "\(spec) \(Lint.problems(of: question))")
      #expect(Lint.clueProblems(of: question).isEmpty, "\(spec)")
    }
  }

  @Test(
    "a value is read however it is written",
    arguments: [
      "3594", "0x0e0a", "0xe0a", "0e 0a", "0e0a", "3,594", "３５９４", " 3594 ",
    ])
  func values(text: String) throws {
    let spec = QuestionSpec(kind: "field_value", packet: 0, protocolName: "tcp", field: "destination_port")
    let question = try Question(id: "x", spec, History(try Package.incidentScenario()))
    guard case .right = question.judge(text) else {
      Issue.record("\(question.judge(text))")
      return
    }
  }

  @Test(
    "a port may be called by its name", arguments: ["80", "http", "80/http", "www", "0x50", "00 50", "http 80"])
  func portNames(text: String) throws {
    let spec = QuestionSpec(kind: "field_value", packet: 0, protocolName: "tcp", field: "source_port")
    let question = try Question(id: "x", spec, History(try Package.incidentScenario()))
    switch question.judge(text) {
    case .right: #expect(text != "http 80")
    case .unreadable: #expect(text == "http 80")
    case .wrong: Issue.record("\(text)")
    }
  }

  @Test(
    "counters are read as numbers, with the policy by its name",
    arguments: [
      ("5 policy", true), ("rule 5 and the policy", true), ("5, policy", true), ("5", false), ("1 2 3 4 5", false),
      ("ルール 5 と ポリシー", true),
    ])
  func counters(text: String, isRight: Bool) throws {
    let spec = QuestionSpec(kind: "counts", packet: 0, emission: [0], chain: "OUTPUT")
    let question = try Question(id: "x", spec, History(try Package.incidentScenario()))
    switch question.judge(text) {
    case .right: #expect(isRight)
    case .wrong(_, let idea): #expect(!isRight && idea != nil)
    case .unreadable: Issue.record("\(text) was not read")
    }
  }
}
