import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j SNAT") struct TargetSNATReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j SNAT --to-source 1.1.1.1", in: .nat, "POSTROUTING"),
      RuleCase(
        "-j SNAT --to-source 1.1.1.1-1.1.1.10 --random --persistent --random-fully",
        saved: "-j SNAT --to-source 1.1.1.1-1.1.1.10 --random --random-fully --persistent", in: .nat, "POSTROUTING"),
      RuleCase("-p tcp -j SNAT --to-source 1.1.1.1:1025-65535", in: .nat, "POSTROUTING"),
      RuleCase(
        "-p tcp -j SNAT --to-source 1.1.1.1:1000-2000/3000",
        saved: "-p tcp -j SNAT --to-source 1.1.1.1:1000-2000/0", in: .nat, "POSTROUTING"),
      RuleCase("-p udp -j SNAT --to-source :80", in: .nat, "POSTROUTING"),
      RuleCase(
        "-p tcp -j SNAT --to-source 1.1.1.1:ssh",
        saved: "-p tcp -j SNAT --to-source 1.1.1.1:22", in: .nat, "POSTROUTING"),
      RuleCase("-p tcp -j SNAT --to-source 1.1.1.1:10-5", refusedAt: 2, in: .nat, "POSTROUTING"),
      RuleCase("-p tcp -j SNAT --to-source 1.1.1.1:10:20", refusedAt: 2, in: .nat, "POSTROUTING"),
      RuleCase("-p tcp -j SNAT --to-source 1.1.1.1:65536", refusedAt: 2, in: .nat, "POSTROUTING"),
      RuleCase("-j SNAT --to-source 1.1.1.1:80", refusedAt: 2, in: .nat, "POSTROUTING"),
      RuleCase("-j SNAT --to-source 1.1.1.9-1.1.1.1", in: .nat, "POSTROUTING"),
      RuleCase("-j SNAT --to-source foo", refusedAt: 2, in: .nat, "POSTROUTING"),
      RuleCase("-j SNAT --to-source 1.1.1", refusedAt: 2, in: .nat, "POSTROUTING"),
      RuleCase("-j SNAT --to-source 1.1.1.1 --to-source 2.2.2.2", refusedAt: 2, in: .nat, "POSTROUTING"),
      RuleCase("-j SNAT", refusedAt: 2, in: .nat, "POSTROUTING"),
      RuleCase("-j SNAT --to-source 1.1.1.1", in: .nat, "INPUT"),
      RuleCase("-j SNAT --to-source 1.1.1.1", refusedAt: 3, in: .nat, "PREROUTING"),
      RuleCase("-j SNAT --to-source 1.1.1.1", refusedAt: 3, in: .filter, "FORWARD"),
      RuleCase("-p icmp -j SNAT --to-source 1.1.1.1:5-10", in: .nat, "POSTROUTING"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
