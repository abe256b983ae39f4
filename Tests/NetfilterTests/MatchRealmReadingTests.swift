import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m realm") struct MatchRealmReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m realm --realm 1", saved: "-m realm --realm 0x1"),
      RuleCase("-m realm --realm 0x1/0xff"),
      RuleCase("-m realm ! --realm 0x10"),
      RuleCase("-m realm --realm 0x1/0x2a"),
      RuleCase("-m realm --realm 0x15/0xffffffff", saved: "-m realm --realm 0x15"),
      RuleCase("-m realm", refusedAt: 2),
      RuleCase("-m realm --realm foo", refusedAt: 2),
      RuleCase("-m realm --realm 1", saved: "-m realm --realm 0x1", in: .filter, "OUTPUT"),
      RuleCase("-m realm --realm 1", refusedAt: 3, in: .mangle, "PREROUTING"),
      RuleCase("-m realm --realm cosmos"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
