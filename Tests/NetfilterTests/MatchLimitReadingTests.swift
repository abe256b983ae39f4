import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m limit") struct MatchLimitReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m limit", saved: "-m limit --limit 3/hour"),
      RuleCase("-m limit --limit 3/second", saved: "-m limit --limit 3/sec"),
      RuleCase("-m limit --limit 10/s --limit-burst 20", saved: "-m limit --limit 10/sec --limit-burst 20"),
      RuleCase("-m limit --limit 1/day", refusedAt: 3),
      RuleCase("-m limit --limit 5/minute --limit-burst 5", saved: "-m limit --limit 5/min"),
      RuleCase("-m limit --limit 90/minute", saved: "-m limit --limit 90/min"),
      RuleCase("-m limit --limit 10000/sec"),
      RuleCase("-m limit --limit 10001/sec", refusedAt: 2),
      RuleCase("-m limit --limit 7", saved: "-m limit --limit 7/sec"),
      RuleCase("-m limit --limit 0/sec", refusedAt: 2),
      RuleCase("-m limit --limit x", refusedAt: 2),
      RuleCase("-m limit --limit 3/", refusedAt: 2),
      RuleCase("-m limit --limit 3/seconds", refusedAt: 2),
      RuleCase("-m limit --limit 3/fortnight", refusedAt: 2),
      RuleCase("-m limit --limit 1000/hour"),
      RuleCase("-m limit --limit 25/day"),
      RuleCase("-m limit --limit 3600/hour", saved: "-m limit --limit 1/sec"),
      RuleCase("-m limit --limit-burst 0", refusedAt: 3),
      RuleCase("-m limit --limit-burst 10000", refusedAt: 3),
      RuleCase("-m limit --limit 1/day --limit-burst 100", refusedAt: 3),
      RuleCase("-m limit --limit-burst 10001", refusedAt: 2),
      RuleCase("-m limit ! --limit 3/second", refusedAt: 2),
      RuleCase("-m limit --limit 3/second --limit 4/second", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
