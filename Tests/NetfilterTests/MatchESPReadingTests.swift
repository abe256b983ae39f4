import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m esp") struct MatchESPReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p esp -m esp --espspi 0"),
      RuleCase("-p esp --espspi 1:32", saved: "-p esp -m esp --espspi 1:32"),
      RuleCase("-p esp ! --espspi 0:4294967295", saved: "-p esp -m esp"),
      RuleCase("-p esp ! --espspi 5", saved: "-p esp -m esp ! --espspi 5"),
      RuleCase("-p esp --espspi 5:", saved: "-p esp -m esp --espspi 5:4294967295"),
      RuleCase("-p esp --espspi :5", saved: "-p esp -m esp --espspi 0:5"),
      RuleCase("-p esp --espspi 4294967296", refusedAt: 2),
      RuleCase("-p esp -m esp"),
      RuleCase("-m esp --espspi 5", refusedAt: 3),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
