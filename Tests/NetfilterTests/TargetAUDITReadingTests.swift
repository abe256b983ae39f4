import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j AUDIT") struct TargetAUDITReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j AUDIT --type accept"),
      RuleCase("-j AUDIT --type DROP", saved: "-j AUDIT --type drop"),
      RuleCase("-j AUDIT --type reject"),
      RuleCase("-j AUDIT --type foo", refusedAt: 2),
      RuleCase("-j AUDIT", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
