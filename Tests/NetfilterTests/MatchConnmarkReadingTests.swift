import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m connmark") struct MatchConnmarkReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m connmark --mark 0x10"),
      RuleCase("-m connmark ! --mark 16/0xff", saved: "-m connmark ! --mark 0x10/0xff"),
      RuleCase("-m connmark --mark 4294967296", refusedAt: 2),
      RuleCase("-m connmark", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
