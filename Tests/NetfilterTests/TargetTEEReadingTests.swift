import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j TEE") struct TargetTEEReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j TEE --gateway 192.0.2.1"),
      RuleCase("-j TEE --gateway 192.0.2.1 --oif lo"),
      RuleCase("-j TEE", refusedAt: 2),
      RuleCase("-j TEE --gateway foo.invalid", refusedAt: 2),
      RuleCase("-j TEE --gateway 0.0.0.0", refusedAt: 3),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
