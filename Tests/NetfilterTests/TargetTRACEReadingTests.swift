import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j TRACE") struct TargetTRACEReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j TRACE", in: .raw, "PREROUTING"),
      RuleCase("-p icmp -j TRACE", in: .raw, "OUTPUT"),
      RuleCase("-j TRACE", refusedAt: 3),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
