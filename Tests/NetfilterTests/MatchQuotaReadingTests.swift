import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m quota") struct MatchQuotaReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m quota --quota 0"),
      RuleCase("-m quota ! --quota 0"),
      RuleCase("-m quota --quota 18446744073709551615"),
      RuleCase("-m quota ! --quota 18446744073709551615"),
      RuleCase("-m quota --quota 18446744073709551616", refusedAt: 2),
      RuleCase("-m quota --quota -1", refusedAt: 2),
      RuleCase("-m quota", refusedAt: 2),
      RuleCase("-m quota --quota 5k", refusedAt: 2),
      RuleCase("-m quota --quota 0x100", saved: "-m quota --quota 256"),
      RuleCase("-m quota --quota 1 --quota 2", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
