import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j DNAT") struct TargetDNATReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j DNAT --to-destination 1.1.1.1", in: .nat, "PREROUTING"),
      RuleCase(
        "-p tcp -j DNAT --to-destination 1.1.1.1-1.1.1.9:80-90/8080 --random --persistent", in: .nat, "PREROUTING"),
      RuleCase(
        "-p tcp --dport 80 -j DNAT --to :8080",
        saved: "-p tcp -m tcp --dport 80 -j DNAT --to-destination :8080", in: .nat, "PREROUTING"),
      RuleCase("-p tcp -j DNAT --to-destination 1.1.1.1:80-90/foo", refusedAt: 2, in: .nat, "PREROUTING"),
      RuleCase(
        "-p tcp -j DNAT --to-destination 1.1.1.1:http",
        saved: "-p tcp -j DNAT --to-destination 1.1.1.1:80", in: .nat, "PREROUTING"),
      RuleCase("-p udp -j DNAT --to-destination 1.1.1.1:53", in: .nat, "OUTPUT"),
      RuleCase("-j DNAT --to-destination 1.1.1.1", refusedAt: 3, in: .nat, "INPUT"),
      RuleCase("-j DNAT --to-destination 1.1.1.1", refusedAt: 3, in: .nat, "POSTROUTING"),
      RuleCase("-j DNAT --to-destination 1.1.1.1:80", refusedAt: 2, in: .nat, "PREROUTING"),
      RuleCase("-j DNAT --to-destination [1.1.1.1]:80", refusedAt: 2, in: .nat, "PREROUTING"),
      RuleCase("-j DNAT --to-destination 1.1.1.1 --random-fully", refusedAt: 2, in: .nat, "PREROUTING"),
      RuleCase("-j DNAT", refusedAt: 2, in: .nat, "PREROUTING"),
      RuleCase("-j DNAT --to-destination 1.1.1.1", refusedAt: 3),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
