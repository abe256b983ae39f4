import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m ecn") struct MatchECNReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p tcp -m ecn --ecn-tcp-cwr"),
      RuleCase("-p tcp -m ecn ! --ecn-tcp-ece --ecn-tcp-cwr --ecn-ip-ect 2"),
      RuleCase("-m ecn --ecn-ip-ect 0"),
      RuleCase("-m ecn ! --ecn-ip-ect 3"),
      RuleCase("-m ecn --ecn-ip-ect 4", refusedAt: 2),
      RuleCase("-m ecn --ecn-tcp-ece", refusedAt: 3),
      RuleCase("-p udp -m ecn --ecn-tcp-ece", refusedAt: 3),
      RuleCase("-m ecn", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
