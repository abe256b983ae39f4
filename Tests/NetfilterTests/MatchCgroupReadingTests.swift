import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m cgroup") struct MatchCgroupReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m cgroup --cgroup 1"),
      RuleCase("-m cgroup ! --cgroup 0x10001", saved: "-m cgroup ! --cgroup 65537"),
      RuleCase("-m cgroup --path /a", refusedAt: 3),
      RuleCase("-m cgroup", refusedAt: 3),
      RuleCase("-m cgroup --cgroup 1 --path a", refusedAt: 3),
      RuleCase("-m cgroup --cgroup x", refusedAt: 2),
      RuleCase("-m cgroup --cgroup 4294967295"),
      RuleCase("-m cgroup --cgroup 1", in: .filter, "OUTPUT"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
