import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j NETMAP") struct TargetNETMAPReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j NETMAP --to 1.2.3.0/24", in: .nat, "PREROUTING"),
      RuleCase("-j NETMAP --to 1.2.3.4", saved: "-j NETMAP --to 1.2.3.4/32", in: .nat, "POSTROUTING"),
      RuleCase("-j NETMAP --to 1.2.3.4/16", saved: "-j NETMAP --to 1.2.0.0/16", in: .nat, "INPUT"),
      RuleCase("-j NETMAP --to 1.2.3.4/255.255.0.0", saved: "-j NETMAP --to 1.2.0.0/16", in: .nat, "OUTPUT"),
      RuleCase("-j NETMAP --to 1.2.3.4/255.0.255.0", saved: "-j NETMAP --to 1.2.3.4/32", in: .nat, "PREROUTING"),
      RuleCase("-j NETMAP --to 1.2.3.4/0", saved: "-j NETMAP --to 0.0.0.0/0", in: .nat, "PREROUTING"),
      RuleCase("-j NETMAP --to foo", refusedAt: 2, in: .nat, "PREROUTING"),
      RuleCase("-j NETMAP", refusedAt: 2, in: .nat, "PREROUTING"),
      RuleCase("-j NETMAP --to 1.2.3.4", refusedAt: 3),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
