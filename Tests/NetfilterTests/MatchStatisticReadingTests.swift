import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m statistic") struct MatchStatisticReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase(
        "-m statistic --mode random --probability 0.5",
        saved: "-m statistic --mode random --probability 0.50000000000"),
      RuleCase(
        "-m statistic --mode random ! --probability 0.1",
        saved: "-m statistic --mode random ! --probability 0.10000000009"),
      RuleCase(
        "-m statistic --mode random --probability 1",
        saved: "-m statistic --mode random --probability 1.00000000000"),
      RuleCase(
        "-m statistic --mode random --probability 0",
        saved: "-m statistic --mode random --probability 0.00000000000"),
      RuleCase(
        "-m statistic --mode random --probability 0.123456789",
        saved: "-m statistic --mode random --probability 0.12345678918"),
      RuleCase("-m statistic --mode random --probability 1.1", refusedAt: 2),
      RuleCase("-m statistic --mode random --probability -0.1", refusedAt: 2),
      RuleCase("-m statistic --mode random --probability x", refusedAt: 2),
      RuleCase("-m statistic --mode random", refusedAt: 2),
      RuleCase("-m statistic --mode nth --every 3 --packet 0"),
      RuleCase("-m statistic --mode nth ! --every 5 --packet 4"),
      RuleCase("-m statistic --mode nth --every 3", refusedAt: 2),
      RuleCase("-m statistic --mode nth --packet 1", refusedAt: 2),
      RuleCase("-m statistic --mode nth --every 3 --packet 3", refusedAt: 2),
      RuleCase("-m statistic --mode nth --every 0 --packet 0", refusedAt: 2),
      RuleCase("-m statistic --mode nth --every 1 --packet 0"),
      RuleCase("-m statistic --mode nth --every 3 --packet 0 --probability 0.5", refusedAt: 2),
      RuleCase("-m statistic --mode foo", refusedAt: 2),
      RuleCase("-m statistic", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
