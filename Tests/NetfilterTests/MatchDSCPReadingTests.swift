import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m dscp") struct MatchDSCPReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m dscp --dscp 0x2e"),
      RuleCase("-m dscp ! --dscp 63", saved: "-m dscp ! --dscp 0x3f"),
      RuleCase("-m dscp --dscp 64", refusedAt: 2),
      RuleCase("-m dscp --dscp-class EF", saved: "-m dscp --dscp 0x2e"),
      RuleCase("-m dscp ! --dscp-class af11", saved: "-m dscp ! --dscp 0x0a"),
      RuleCase("-m dscp --dscp-class BE", saved: "-m dscp --dscp 0x00"),
      RuleCase("-m dscp --dscp-class CS1", saved: "-m dscp --dscp 0x08"),
      RuleCase("-m dscp --dscp-class XX", refusedAt: 2),
      RuleCase("-m dscp --dscp 1 --dscp-class EF", refusedAt: 2),
      RuleCase("-m dscp", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
