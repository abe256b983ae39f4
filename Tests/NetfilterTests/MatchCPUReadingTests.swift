import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m cpu") struct MatchCPUReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m cpu --cpu 0"),
      RuleCase("-m cpu ! --cpu 0"),
      RuleCase("-m cpu --cpu 4294967295"),
      RuleCase("-m cpu --cpu 4294967296", refusedAt: 2),
      RuleCase("-m cpu", refusedAt: 2),
      RuleCase("-m cpu --cpu x", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
