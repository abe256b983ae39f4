import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m hashlimit") struct MatchHashlimitReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase(
        "-m hashlimit --hashlimit-upto 1/s --hashlimit-mode srcip --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-upto 1/sec --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name x"),
      RuleCase("-m hashlimit --hashlimit-above 1/sec --hashlimit-burst 5 --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit 10/minute --hashlimit-mode srcip,dstport --hashlimit-name ssh",
        saved:
          "-m hashlimit --hashlimit-upto 10/min --hashlimit-burst 5 --hashlimit-mode srcip,dstport --hashlimit-name ssh"
      ),
      RuleCase(
        "-m hashlimit ! --hashlimit-upto 3/hour --hashlimit-mode dstip,srcport --hashlimit-name ssh",
        saved:
          "-m hashlimit --hashlimit-above 3/hour --hashlimit-burst 5 --hashlimit-mode srcport,dstip --hashlimit-name ssh"
      ),
      RuleCase("-m hashlimit ! --hashlimit-above 3/day --hashlimit-mode dstip --hashlimit-name ssh", refusedAt: 3),
      RuleCase("-m hashlimit --hashlimit-above 1000000/sec --hashlimit-burst 1 --hashlimit-name ssh"),
      RuleCase("-m hashlimit --hashlimit-above 1000001/sec --hashlimit-burst 1 --hashlimit-name ssh", refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-above 7/min --hashlimit-mode srcip|srcport --hashlimit-name ssh",
        saved:
          "-m hashlimit --hashlimit-above 7/min --hashlimit-burst 5 --hashlimit-mode srcip,srcport --hashlimit-name ssh"
      ),
      RuleCase(
        "-m hashlimit --hashlimit-above 7 --hashlimit-mode \"\" --hashlimit-name ssh",
        saved: "-m hashlimit --hashlimit-above 7/sec --hashlimit-burst 5 --hashlimit-name ssh"),
      RuleCase("-m hashlimit --hashlimit-above 0/s --hashlimit-name ssh", refusedAt: 2),
      RuleCase("-m hashlimit --hashlimit-above x/s --hashlimit-name ssh", refusedAt: 2),
      RuleCase("-m hashlimit --hashlimit-above 5/x --hashlimit-name ssh", refusedAt: 2),
      RuleCase("-m hashlimit --hashlimit-above 5/ --hashlimit-name ssh", refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-above 5 --hashlimit-name ssh",
        saved: "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-name ssh"),
      RuleCase("-m hashlimit --hashlimit-above -5 --hashlimit-name ssh", refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-above \"5 foo\" --hashlimit-name ssh",
        saved: "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-name ssh"),
      RuleCase("-m hashlimit --hashlimit-above 5/s", refusedAt: 2),
      RuleCase("-m hashlimit --hashlimit-name foo", refusedAt: 2),
      RuleCase("-m hashlimit --hashlimit-above 5/s --hashlimit-upto 5/s --hashlimit-name foo", refusedAt: 2),
      RuleCase("-m hashlimit --hashlimit-above 5/s --hashlimit-mode foo --hashlimit-name foo", refusedAt: 2),
      RuleCase("-m hashlimit --hashlimit-above 5/s --hashlimit-name a/b", refusedAt: 3),
      RuleCase("-m hashlimit --hashlimit-above 5/s --hashlimit-name ..", refusedAt: 3),
      RuleCase("-m hashlimit --hashlimit-above 5/s --hashlimit-name \"\"", refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/s --hashlimit-name \"two words\"",
        saved: "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-name two words"),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-srcmask 24 --hashlimit-dstmask 16 --hashlimit-mode srcip,dstip",
        saved:
          "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-mode srcip,dstip --hashlimit-name x --hashlimit-srcmask 24 --hashlimit-dstmask 16"
      ),
      RuleCase("-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-srcmask 33", refusedAt: 3),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-srcmask 255.255.0.0",
        saved: "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-name x --hashlimit-srcmask 16"),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-srcmask 32",
        saved: "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-srcmask 0",
        saved: "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-name x --hashlimit-srcmask 0"),
      RuleCase("-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-burst 0", refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-burst 1000000",
        saved: "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 1000000 --hashlimit-name x"),
      RuleCase("-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-burst 1000001", refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-burst 1k",
        saved: "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 1024 --hashlimit-name x"),
      RuleCase("-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-burst 1m", refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-burst 5x",
        saved: "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-name x"),
      RuleCase("-m hashlimit --hashlimit-above 5/day --hashlimit-name x --hashlimit-burst 1000000", refusedAt: 3),
      RuleCase("-m hashlimit --hashlimit-above 1/day --hashlimit-name x --hashlimit-burst 1000000", refusedAt: 3),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-htable-size 10 --hashlimit-htable-max 20 --hashlimit-htable-gcinterval 500 --hashlimit-htable-expire 3000",
        saved:
          "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-name x --hashlimit-htable-size 10 --hashlimit-htable-max 20 --hashlimit-htable-gcinterval 500 --hashlimit-htable-expire 3000"
      ),
      RuleCase("-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-htable-gcinterval 0", refusedAt: 3),
      RuleCase("-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-htable-expire 0", refusedAt: 3),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-htable-gcinterval 1000 --hashlimit-htable-expire 1000",
        saved: "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/s --hashlimit-name x --hashlimit-htable-size 2000000 --hashlimit-htable-max 3000000",
        saved:
          "-m hashlimit --hashlimit-above 5/sec --hashlimit-burst 5 --hashlimit-name x --hashlimit-htable-size 1048576 --hashlimit-htable-max 1048576"
      ),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/min --hashlimit-name x --hashlimit-htable-expire 60000",
        saved: "-m hashlimit --hashlimit-above 5/min --hashlimit-burst 5 --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-above 5/hour --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-above 5/hour --hashlimit-burst 5 --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-above 60/min --hashlimit-name x",
        saved:
          "-m hashlimit --hashlimit-above 1/sec --hashlimit-burst 5 --hashlimit-name x --hashlimit-htable-expire 60000"),
      RuleCase(
        "-m hashlimit --hashlimit-above 30/min --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-above 30/min --hashlimit-burst 5 --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-above 100/min --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-above 100/min --hashlimit-burst 5 --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-above 90/hour --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-above 90/hour --hashlimit-burst 5 --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-above 24/day --hashlimit-name x",
        saved:
          "-m hashlimit --hashlimit-above 1/hour --hashlimit-burst 5 --hashlimit-name x --hashlimit-htable-expire 86400000"
      ),
      RuleCase(
        "-m hashlimit --hashlimit-above 36/day --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-above 36/day --hashlimit-burst 5 --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-above 3000/day --hashlimit-name x",
        saved:
          "-m hashlimit --hashlimit-above 125/hour --hashlimit-burst 5 --hashlimit-name x --hashlimit-htable-expire 86400000"
      ),
      RuleCase("-m hashlimit --hashlimit-above 512kb/s --hashlimit-name x"),
      RuleCase("-m hashlimit --hashlimit-above 1mb/s --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-above 100b/s --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-above 96b/s --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-above 15b/s --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-above 0b/s --hashlimit-name x"),
      RuleCase("-m hashlimit --hashlimit-above 16b/s --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-above 1000kb/s --hashlimit-burst 2000kb --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-above 1000kb/s --hashlimit-burst 1mb --hashlimit-name x"),
      RuleCase("-m hashlimit --hashlimit-upto 1000kb/s --hashlimit-burst 1mb --hashlimit-name x"),
      RuleCase("-m hashlimit --hashlimit-upto 1000kb/s --hashlimit-burst 1kb --hashlimit-name x", refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-upto 2000kb/s --hashlimit-burst 10mb --hashlimit-mode srcip --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-upto 2000kb/s --hashlimit-burst 11mb --hashlimit-mode srcip --hashlimit-name x"
      ),
      RuleCase(
        "-m hashlimit --hashlimit-upto 2000kb/s --hashlimit-burst 10mb --hashlimit-htable-expire 60000 --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-upto 2000kb/s --hashlimit-burst 11mb --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-upto 64gb/s --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-upto 64b/s --hashlimit-name x"),
      RuleCase("-m hashlimit --hashlimit-upto 64000mb/s --hashlimit-name x", refusedAt: 3),
      RuleCase("-m hashlimit --hashlimit-upto 65535mb/s --hashlimit-name x", refusedAt: 3),
      RuleCase("-m hashlimit --hashlimit-upto 6553500mb/s --hashlimit-name x", refusedAt: 3),
      RuleCase("-m hashlimit --hashlimit-upto 1kb/s --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-upto 1234b/s --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-upto 1232b/s --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-upto 999999b/s --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-upto 999984b/s --hashlimit-name x"),
      RuleCase("-m hashlimit --hashlimit-upto kb/s --hashlimit-name x", refusedAt: 2),
      RuleCase("-m hashlimit --hashlimit-upto b/s --hashlimit-name x", refusedAt: 2),
      RuleCase("-m hashlimit --hashlimit-upto 4mb/s --hashlimit-burst 4mb --hashlimit-name x", refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-upto 4mb/s --hashlimit-burst 5mb --hashlimit-name x",
        saved: "-m hashlimit --hashlimit-upto 4mb/s --hashlimit-burst 8mb --hashlimit-name x"),
      RuleCase("-m hashlimit --hashlimit-upto 4mb/s --hashlimit-burst 16mb --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match",
        saved: "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name xr --hashlimit-rate-match"),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 1",
        saved: "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name xr --hashlimit-rate-match"),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 5",
        saved:
          "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 5"
      ),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/min --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 60",
        saved:
          "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name xr --hashlimit-htable-expire 60000 --hashlimit-rate-match --hashlimit-rate-interval 60"
      ),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name x --hashlimit-rate-interval 5",
        saved: "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name x"),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 0",
        refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 5s",
        saved:
          "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 5"
      ),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval foo",
        refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 5m",
        saved:
          "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 5"
      ),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 2h",
        saved:
          "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 2"
      ),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-burst 20",
        saved: "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 20 --hashlimit-name xr --hashlimit-rate-match"),
      RuleCase(
        "-m hashlimit --hashlimit-upto 100kb/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 10"),
      RuleCase(
        "-m hashlimit --hashlimit-upto 100kb/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-burst 1mb",
        saved: "-m hashlimit --hashlimit-upto 100kb/s --hashlimit-burst 1mb --hashlimit-name xr --hashlimit-rate-match"),
      RuleCase(
        "-m hashlimit --hashlimit-above 1/hour --hashlimit-name xr --hashlimit-rate-match",
        saved:
          "-m hashlimit --hashlimit-above 1/sec --hashlimit-burst 5 --hashlimit-name xr --hashlimit-htable-expire 3600000 --hashlimit-rate-match --hashlimit-rate-interval 3600"
      ),
      RuleCase(
        "-m hashlimit --hashlimit-above 1/day --hashlimit-name xr --hashlimit-rate-match",
        saved:
          "-m hashlimit --hashlimit-above 1/sec --hashlimit-burst 5 --hashlimit-name xr --hashlimit-htable-expire 86400000 --hashlimit-rate-match --hashlimit-rate-interval 86400"
      ),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 5 --hashlimit-htable-expire 3000",
        saved:
          "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name xr --hashlimit-htable-expire 3000 --hashlimit-rate-match --hashlimit-rate-interval 5"
      ),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 5 --hashlimit-htable-expire 5000",
        saved:
          "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name xr --hashlimit-htable-expire 5000 --hashlimit-rate-match --hashlimit-rate-interval 5"
      ),
      RuleCase("-m hashlimit --hashlimit-upto 5/s --hashlimit-name x --hashlimit-name y", refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 0x10",
        refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-upto 5/s --hashlimit-name xr --hashlimit-rate-match --hashlimit-rate-interval 4294967296",
        refusedAt: 2),
      RuleCase(
        "-m hashlimit --hashlimit-upto 20/s --hashlimit-name y --hashlimit-rate-interval 3",
        saved: "-m hashlimit --hashlimit-upto 20/sec --hashlimit-burst 5 --hashlimit-name y"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }

  @Test("a table is measured by rate for all its rules or for none")
  func sharedTable() throws {
    func file(_ second: String) -> String {
      let rule = "-A INPUT -m hashlimit --hashlimit-upto"
      return "*filter\n\(rule) 5/s --hashlimit-name x\n\(rule) 6/s --hashlimit-name x\(second)\nCOMMIT\n"
    }
    _ = try Ruleset(parsing: file(" --hashlimit-mode srcip"), file: "rules")
    let error = #expect(throws: RulesetError.self) {
      try Ruleset(parsing: file(" --hashlimit-rate-match"), file: "rules")
    }
    #expect(error?.line == 4)
  }

  @Test("a table that another table's rules share is measured by rate for both or for none", arguments: [false, true])
  func sharedAcrossTables(rateFirst: Bool) throws {
    let rules = [
      "--hashlimit-upto 1/sec --hashlimit-name x", "--hashlimit-above 1kb/s --hashlimit-rate-match --hashlimit-name x",
    ]
    let (first, second) = rateFirst ? (rules[1], rules[0]) : (rules[0], rules[1])
    let start = "*mangle\n-A INPUT -m hashlimit \(first)\nCOMMIT\n*filter\n-A INPUT -m hashlimit "
    _ = try Ruleset(parsing: start + first + "\nCOMMIT\n", file: "rules")
    let error = #expect(throws: RulesetError.self) {
      try Ruleset(parsing: start + second + "\nCOMMIT\n", file: "rules")
    }
    #expect(error?.line == 6)
  }
}
