import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m length") struct MatchLengthReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m length --length 100"),
      RuleCase("-m length ! --length 100:200"),
      RuleCase("-m length --length :100", saved: "-m length --length 0:100"),
      RuleCase("-m length --length 100:", saved: "-m length --length 100:65535"),
      RuleCase("-m length --length :", saved: "-m length --length 0:65535"),
      RuleCase("-m length --length 5:5", saved: "-m length --length 5"),
      RuleCase("-m length --length 65536", refusedAt: 2),
      RuleCase("-m length --length 200:100"),
      RuleCase("-m length --length 1:2:3", refusedAt: 2),
      RuleCase("-m length --length x", refusedAt: 2),
      RuleCase("-m length", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
