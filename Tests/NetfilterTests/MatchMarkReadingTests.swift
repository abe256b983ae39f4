import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m mark") struct MatchMarkReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m mark --mark 1", saved: "-m mark --mark 0x1"),
      RuleCase("-m mark --mark 0x10/0xff"),
      RuleCase("-m mark ! --mark 0xffffffff"),
      RuleCase("-m mark --mark 4294967296", refusedAt: 2),
      RuleCase("-m mark --mark 1/", refusedAt: 2),
      RuleCase("-m mark --mark 1/x", refusedAt: 2),
      RuleCase("-m mark --mark x", refusedAt: 2),
      RuleCase("-m mark --mark 010/4294967295", saved: "-m mark --mark 0x8"),
      RuleCase("-m mark", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
