import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j MASQUERADE") struct TargetMASQUERADEReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j MASQUERADE", in: .nat, "POSTROUTING"),
      RuleCase("-p tcp -j MASQUERADE --to-ports 1024-2048 --random", in: .nat, "POSTROUTING"),
      RuleCase("-p udp -j MASQUERADE --to-ports 80 --random-fully", in: .nat, "POSTROUTING"),
      RuleCase("-j MASQUERADE --to-ports 80", refusedAt: 2, in: .nat, "POSTROUTING"),
      RuleCase("-p tcp -j MASQUERADE --to-ports 80:90", refusedAt: 2, in: .nat, "POSTROUTING"),
      RuleCase("-p tcp -j MASQUERADE --to-ports foo", refusedAt: 2, in: .nat, "POSTROUTING"),
      RuleCase("-j MASQUERADE", refusedAt: 3, in: .nat, "PREROUTING"),
      RuleCase("-j MASQUERADE", refusedAt: 3, in: .filter, "FORWARD"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
