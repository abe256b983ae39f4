import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j REJECT") struct TargetRejectReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j REJECT", saved: "-j REJECT --reject-with icmp-port-unreachable"),
      RuleCase("-p tcp -j REJECT --reject-with tcp-reset"),
      RuleCase("-p tcp -j REJECT --reject-with tcp-rst", saved: "-p tcp -j REJECT --reject-with tcp-reset"),
      RuleCase("-j REJECT --reject-with tcp-reset", refusedAt: 3),
      RuleCase("! -p tcp -j REJECT --reject-with tcp-reset", refusedAt: 3),
      RuleCase("-p udp -j REJECT --reject-with tcp-reset", refusedAt: 3),
      RuleCase("-j REJECT --reject-with icmp-net-unreachable"),
      RuleCase("-j REJECT --reject-with host-unreach", saved: "-j REJECT --reject-with icmp-host-unreachable"),
      RuleCase("-j REJECT --reject-with icmp-proto-unreachable"),
      RuleCase("-j REJECT --reject-with icmp-p", saved: "-j REJECT --reject-with icmp-proto-unreachable"),
      RuleCase("-j REJECT --reject-with net-prohib", saved: "-j REJECT --reject-with icmp-net-prohibited"),
      RuleCase("-j REJECT --reject-with icmp-host-prohibited"),
      RuleCase("-j REJECT --reject-with ADMIN-PROHIB", saved: "-j REJECT --reject-with icmp-admin-prohibited"),
      RuleCase("-j REJECT --reject-with icmp-admin-prohibited"),
      RuleCase("-j REJECT --reject-with icmp6-port-unreachable", refusedAt: 2),
      RuleCase("-j REJECT --reject-with \"\"", saved: "-j REJECT --reject-with icmp-net-unreachable"),
      RuleCase("-j REJECT ! --reject-with tcp-reset", refusedAt: 2),
      RuleCase("-j REJECT", refusedAt: 3, in: .mangle, "INPUT"),
      RuleCase("-j REJECT", refusedAt: 3, in: .nat, "OUTPUT"),
      RuleCase("-j REJECT", refusedAt: 3, in: .raw, "PREROUTING"),
      RuleCase("-j REJECT", saved: "-j REJECT --reject-with icmp-port-unreachable", in: .filter, "FORWARD"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
