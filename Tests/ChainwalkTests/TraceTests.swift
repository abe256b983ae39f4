import Foundation
import Testing

/// What the kernel did with the incident's packets: `01-synack-reject`, recorded on Linux 6.18.
@Suite("trace of the incident")
struct TraceTests {
  struct Line: Decodable {
    struct Emission: Decodable {
      var by: String
      var direction: String
      var interface: String
      var length: Int
      var bytes: String
      var conntrack: String?
      var path: [String]
      var verdict: String?
      var log: [String]
    }
    var packet: Int
    var time: Double
    var direction: String
    var interface: String
    var length: Int
    var conntrack: String?
    var path: [String]
    var verdict: String?
    var log: [String]
    var emitted: [Emission]
    var confirmed: Int?
  }

  static func trace(_ capture: String, _ rules: String) throws -> [Line] {
    let result = try Program.run(["trace", capture, "--rules", rules, "--format", "ndjson"])
    #expect(result.status == 0, "\(result.error)")
    return try result.output.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
  }

  @Test(
    "the SYN/ACK goes the way the kernel sent it, however it was posted",
    arguments: [("trace.txt", "rules.v4"), ("trace.as-posted.txt", "rules.as-posted.txt")])
  func incident(capture: String, rules: String) throws {
    let lines = try Self.trace(capture, rules)
    try #require(lines.count == 2)
    let (synAck, reset) = (lines[0], lines[1])
    #expect(synAck.direction == "in")
    #expect(synAck.length == 44)
    #expect(abs(synAck.time - 42517.860337) < 1e-6)
    #expect(synAck.conntrack == "INVALID")
    #expect(synAck.path == ["filter:INPUT:rule:4"])
    #expect(synAck.verdict == "REJECT")
    #expect(synAck.confirmed == 2)

    let emission = try #require(synAck.emitted.first)
    #expect(emission.by == "filter:INPUT:rule:4")
    #expect(emission.length == 40)
    #expect(emission.conntrack == "INVALID")
    #expect(emission.path == ["filter:OUTPUT:rule:5", "filter:OUTPUT:policy:6"])
    #expect(emission.verdict == "ACCEPT")
    #expect(emission.log.count == 1)
    #expect(emission.log.first?.hasPrefix("UNKNOWN_OUTGOING: IN= OUT=") == true)
    #expect(
      emission.log.first?.hasSuffix(
        "LEN=40 TOS=0x00 PREC=0x00 TTL=64 ID=0 DF PROTO=TCP SPT=3594 DPT=80 WINDOW=0 RES=0x00 RST URGP=0 ") == true)

    #expect(reset.direction == "out")
    #expect(reset.confirmed == 1)
    #expect(reset.emitted.isEmpty)
  }

  @Test("what had to be assumed is said")
  func assumptions() throws {
    let result = try Program.run(["trace", "trace.as-posted.txt", "--rules", "rules.as-posted.txt"])
    #expect(result.status == 0)
    #expect(result.error.contains("filter"))
    #expect(result.error.contains("89.238.65.123"))
    #expect(result.error.contains("--host"))
  }

  @Test("chance is left open without a seed, and the same with the same one")
  func seed() throws {
    try Files.withFolder { folder in
      try "*filter\n:INPUT DROP [0:0]\n-A INPUT -m statistic --mode random --probability 0.5 -j ACCEPT\nCOMMIT\n".write(
        to: folder.appendingPathComponent("rules"), atomically: true, encoding: .utf8)
      let capture = try #require(Files.incident).appendingPathComponent("trace.txt").path
      func trace(_ more: [String]) throws -> String {
        try Program.run(["trace", capture, "--rules", "rules"] + more, folder: folder).output
      }
      #expect(try trace([]).contains("not modelled: -m statistic --mode random without --seed"))
      let seeds = try (1...16).map { try trace(["--seed", "\($0)"]) }
      #expect(seeds.allSatisfy { !$0.contains("not modelled") })
      #expect(seeds.contains { $0.contains("  ACCEPT") } && seeds.contains { $0.contains("  DROP") })
      #expect(try trace(["--seed", "3"]) == seeds[2])
    }
  }
}
