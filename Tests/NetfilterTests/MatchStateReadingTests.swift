import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m state") struct MatchStateReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m state --state RELATED,ESTABLISHED"),
      RuleCase("-m state --state established,new", saved: "-m state --state NEW,ESTABLISHED"),
      RuleCase("-m state --state INV", saved: "-m state --state INVALID"),
      RuleCase("-m state --state I,N,E,R,U", saved: "-m state --state INVALID,NEW,RELATED,ESTABLISHED,UNTRACKED"),
      RuleCase("! --state NEW", refusedAt: 2),
      RuleCase("-m state ! --state INVALID,UNTRACKED"),
      RuleCase("-m state --state SNAT", refusedAt: 2),
      RuleCase("-m state --state NEW,", refusedAt: 2),
      RuleCase("-m state --state ,NEW", refusedAt: 2),
      RuleCase("-m state --state \"\"", refusedAt: 2),
      RuleCase("-m state", refusedAt: 2),
      RuleCase("-m state --state NEW --state NEW", refusedAt: 2),
      RuleCase("-m state ! --state NEW -m state --state RELATED"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
