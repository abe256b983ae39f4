import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j ULOG") struct TargetULOGReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j ULOG", refusedAt: 3),
      RuleCase("-j ULOG --ulog-nlgroup 2 --ulog-prefix x", refusedAt: 3),
      RuleCase("-j ULOG --ulog-nlgroup 33", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
