import Foundation
#if canImport(FoundationXML)
  import FoundationXML
#endif
import Simulation
import Testing

@testable import Tutor

@Suite("Transcripts")
struct TranscriptTests {
  static let names = Package.names(in: "transcripts").filter { $0.hasSuffix(".txt") }

  static func text(_ name: String) throws -> String {
    String(decoding: try #require(Package.files(in: "transcripts")[name]), as: UTF8.self)
  }

  /// Reads a learner's own files beside the transcripts.
  static let sources = Rerun.Sources(library: Package.library) { capture, rules, host in
    try OwnFiles.scenario(capture: capture, rules: rules, host: host)
  }

  @Test("each of the package's transcripts says what a run says", arguments: names)
  func checked(name: String) throws {
    let result = TranscriptCheck(try Self.text(name), file: name, Self.sources)
    guard case .failed(let why) = result else { return }
    Issue.record("\(why)")
  }

  @Test("each of the package's transcripts is written as it is read", arguments: names)
  func roundTrip(name: String) throws {
    let text = try Self.text(name)
    #expect(try Transcript(parsing: text, file: name).text == text)
  }

  @Test("a byte changed anywhere in the outputs fails the check")
  func anyByte() throws {
    let text = try Self.text("the-stray-reset.en.txt")
    let bytes = Array(text.utf8)
    let body = try #require(text.range(of: "\n---\n")).upperBound
    let start = text.utf8.distance(from: text.utf8.startIndex, to: body)
    var random = SplitMix64(seed: 7)
    for _ in 0..<60 {
      var changed = bytes
      let index = start + Int(random.next() % UInt64(bytes.count - start))
      let lineStart = (changed[..<index].lastIndex(of: 0x0a) ?? 0) + 1
      // Times play no part in checking.
      guard changed[lineStart] != UInt8(ascii: "["), changed[index] != 0x0a else { continue }
      changed[index] = changed[index] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
      let result = TranscriptCheck(String(decoding: changed, as: UTF8.self), file: "changed", Self.sources)
      #expect(!result.hasPassed, "byte \(index)")
    }
  }

  @Test("the first difference is a unified diff with its line")
  func diff() throws {
    let text = try Self.text("the-stray-reset.en.txt").replacingOccurrences(of: "Right: INVALID.", with: "Right: NEW.")
    guard case .failed(let why) = TranscriptCheck(text, file: "t.txt", Self.sources) else {
      Issue.record("passed")
      return
    }
    let line =
      try #require(text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex(of: "Right: NEW.")) + 1
    #expect(why.hasPrefix("t.txt:\(line): "))
    #expect(why.contains("\n-Right: NEW.\n+Right: INVALID.\n"))
  }

  @Test(
    "what is wrong with a file is named",
    arguments: [
      ("", "is empty"), ("hello\n", "is no transcript"), ("chainwalk-transcript 2\n---\n", "version 2"),
      ("chainwalk-transcript 1\r\n---\r\n", "CR LF"), ("chainwalk-transcript 1\nlesson: a", "does not end"),
      ("chainwalk-transcript 1\nlesson: a\n", "does not end in `---`"),
      ("chainwalk-transcript 1\nlesson: a\nlanguage: en\n---\n", "content: sha256"),
      ("chainwalk-transcript 1\nlesson: a\ncontent: sha256:12\nlanguage: en\n---\n", "content: sha256"),
      ("chainwalk-transcript 1\nprompt: x\nlanguage: fr\n---\n", "language"),
      ("chainwalk-transcript 1\nprompt: x\ncolour: red\n---\n", "unknown key `colour`"),
      ("chainwalk-transcript 1\nprompt: x\nlanguage: en\n---\n[0.000] > quit\nbye\n", "closing line is missing"),
      ("chainwalk-transcript 1\nprompt: x\nlanguage: en\n---\n[0.000] > quit\n---\n", "after `---`"),
      (
        "chainwalk-transcript 1\nprompt: x\nlanguage: en\n---\n[0.000] > quit\n---\nevents: x\n", "closing line such as"
      ),
      (
        "chainwalk-transcript 1\nprompt: x\nlanguage: en\n---\n---\nevents: 0, answered: 0, right: 0, skipped: 0\n",
        "runs nothing"
      ),
      (
        "chainwalk-transcript 1\nprompt: x\nlanguage: en\n---\n[0.000] > quit\n---\nevents: 1, answered: 0, right: 0, skipped: 0\nmore\n",
        "nothing may follow"
      ),
    ])
  func broken(text: String, expected: String) {
    guard case .failed(let why) = TranscriptCheck(text, file: "t.txt", Self.sources) else {
      Issue.record("passed")
      return
    }
    #expect(why.contains(expected), "\(why)")
  }

  @Test("another content hash is said")
  func hash() throws {
    var text = try Self.text("the-stray-reset.en.txt")
    let start = try #require(text.range(of: "sha256:")).upperBound
    let digit = text[start]
    text.replaceSubrange(start...start, with: digit == "0" ? "1" : "0")
    guard case .failed(let why) = TranscriptCheck(text, file: "t.txt", Self.sources) else {
      Issue.record("passed")
      return
    }
    #expect(why.contains("are not those it was made with"))
  }

  @Test("output that looks like an input or an end is written so that it reads back")
  func escapes() throws {
    var transcript = Transcript(header: .init(subject: .prompt, options: .init()))
    transcript.opening = ["---", "[1.000] > next", "\\x", "", "[x]"]
    transcript.entries = [.init(time: 61_005, input: "a  b", output: ["---", "\\\\", "[0.000] >"])]
    transcript.closing = .init(events: 1, answered: 0, right: 0, skipped: 0)
    #expect(try Transcript(parsing: transcript.text, file: "t") == transcript)
  }

  @Test(
    "a marked pattern matches where a line must vary, anchored at both ends",
    arguments: [
      ("chainwalk * (glob)", "chainwalk 0.1.0", true), ("chainwalk * (glob)", "a chainwalk 1", false),
      ("a?c (glob)", "abc", true), ("a?c (glob)", "abbc", false), ("v[0-9.]+ (regex)", "v1.2", true),
      ("v[0-9.]+ (regex)", "v1.2 beta", false), ("([ (regex)", "x", false), ("plain", "plain", false),
    ])
  func patterns(pattern: String, text: String, matches: Bool) {
    #expect((LinePattern(pattern)?.matches(text) ?? false) == matches)
  }

  @Test("a grade comes from the run, and a record edited by hand is refused")
  func grades() throws {
    let text = try Self.text("the-stray-reset.en.txt")
    let grade = Grade(text, file: "t.txt", Self.sources)
    #expect(grade.problem == nil)
    #expect(grade.isFinished)
    #expect(grade.subject == "the-stray-reset")
    #expect(grade.tally.misconceptions[.policyAfterReject] == 1)
    let edited = text.replacingOccurrences(of: "Not so: ", with: "Right: ")
    #expect(Grade(edited, file: "t.txt", Self.sources).problem?.contains("edited by hand") == true)
    // A session that was killed has no closing line, and is graded as far as it goes.
    let cut = text.components(separatedBy: "\n---\nevents")[0] + "\n"
    #expect(Grade(cut, file: "t.txt", Self.sources).problem == nil)
    #expect(GradeReport.text([grade]).hasSuffix("1 graded, 0 refused\n"))
    #expect(GradeReport.junit([grade]).contains("<testsuite name=\"chainwalk\" tests=\"1\" failures=\"0\">"))
    #expect(GradeReport.json([grade]).contains("\"policy-after-reject\":1"))
  }

  @Test("a cast has asciicast's header and monotonic times", arguments: [Cast.Version.two, .three])
  func cast(version: Cast.Version) throws {
    let transcript = try Transcript(parsing: Self.text("the-stray-reset.en.txt"), file: "t")
    let lines = Cast.text(transcript, version: version).split(separator: "\n")
    #expect(lines[0].hasPrefix("{\"version\":\(version.rawValue),"))
    let times = try lines.dropFirst().map { try #require(Double($0.dropFirst().prefix { $0 != "," })) }
    if version == .two { #expect(times == times.sorted()) }
    #expect(times.allSatisfy { $0 >= 0 })
  }

  @Test("a picture is well-formed XML that shows one screen where nothing moves")
  func picture() throws {
    let transcript = try Transcript(parsing: Self.text("step-the-incident.en.txt"), file: "t")
    let svg = TranscriptPicture.svg(transcript)
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(svg.components(separatedBy: "class=\"still\"").count == 2)
  }

  @Test("the progress log reads back, and torn or unknown lines are passed over")
  func progress() {
    let events: [ProgressEvent] = [
      .init(.begun, lesson: "a"), .init(.reached, lesson: "a", step: "x"),
      .init(.answered, lesson: "a", step: "x", result: .wrong, misconception: .laterRuleWins, hints: 2),
      .init(.finished, lesson: "a"),
    ]
    let lines = events.map { ProgressLog.line($0, time: 1_700_000_000) }
    let text =
      lines[0] + "\n{\"v\":1,\"time\":17\n" + lines[1] + "\n{\"v\":9,\"time\":1,\"event\":\"dreamt\"}\nnoise\n"
      + lines[2...].joined(separator: "\n") + "\n"
    let log = ProgressLog(text)
    #expect(log.entries.map(\.event) == events)
    #expect(log.passedOver == 3)
    #expect(log.memory.finished == ["a"])
  }
}

@Suite("What a learner had behind them is part of a transcript")
struct TranscriptMemoryTests {
  /// A learner who has finished a lesson, begun another and missed two questions.
  private var memory: LearnerMemory {
    let events: [(ProgressEvent, Int64)] = [
      (.init(.reached, lesson: "bytes-and-hex", step: "a-byte"), 1_764_000_000),
      (.init(.finished, lesson: "bytes-and-hex"), 1_764_000_100),
      (.init(.reached, lesson: "the-ipv4-header", step: "first"), 1_764_000_200),
      (.init(.reached, lesson: "the-ipv4-header", step: "second"), 1_764_000_300),
      (.init(.answered, lesson: "the-ipv4-header", step: "second", result: .wrong), 1_764_000_400),
      (.init(.answered, lesson: nil, step: "field_value:tcp.flags", result: .skipped), 1_764_000_500),
      (.init(.reviewed, lesson: nil, step: "field_value:tcp.flags", result: .right), 1_764_400_000),
    ]
    return events.reduce(into: LearnerMemory()) { $0.apply($1.0, at: $1.1) }
  }

  @Test("and reads back as it was written")
  func roundTrip() throws {
    var header = Transcript.Header(subject: .prompt, options: .init())
    header.memory = memory
    header.began = 1_764_500_000
    var transcript = Transcript(header: header)
    transcript.entries = [.init(time: 1500, input: "quit", output: ["Goodbye."])]
    transcript.closing = transcript.closing(Tally())
    let read = try Transcript(parsing: transcript.text, file: "t")
    #expect(read == transcript)
    #expect(read.clock(1500) == 1_764_500_001)
  }

  @Test("so that a session that goes on where another was left runs again")
  func resumed() throws {
    let folder = try #require(Package.library["the-five-states"])
    let lesson = try folder.lesson()
    var past = memory
    past.apply(.init(.finished, lesson: "the-tcp-header"))
    past.apply(.init(.reached, lesson: lesson.id, step: lesson.steps[2].id))
    var session = Session(library: Package.library, memory: past)
    var header = Transcript.Header(subject: .lesson(lesson.id, lesson.content), options: .init())
    header.memory = session.memory
    header.began = 1_764_500_000
    var transcript = Transcript(header: header)
    session.now = transcript.clock(0)
    transcript.opening = session.begin(lesson).lines.map(\.text)
    for input in ["next", "skip", "review", "lessons", "quit"] {
      session.now = transcript.clock(2000)
      transcript.entries.append(
        .init(time: 2000, input: input, output: session.handle(input).lines.map(\.text)))
    }
    transcript.closing = transcript.closing(session.summary)
    let check = TranscriptCheck(transcript.text, file: "t.txt", TranscriptTests.sources)
    #expect(check == .passed(events: 5), "\(check)")
  }

  @Test(
    "and what cannot be read of it is named",
    arguments: ["progress:", "progress: a b", "progress: a at", "missed: a/b", "missed: a/b 1 nan 5 0", "began: soon"])
  func broken(line: String) {
    let text = "chainwalk-transcript 1\nprompt: x\nlanguage: en\n\(line)\n---\n[0.000] > quit\n"
    #expect(throws: TranscriptError.self) { try Transcript(parsing: text, file: "t") }
  }
}
