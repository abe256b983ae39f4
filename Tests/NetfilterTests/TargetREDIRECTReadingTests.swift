import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j REDIRECT") struct TargetREDIRECTReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j REDIRECT", in: .nat, "PREROUTING"),
      RuleCase("-p tcp -j REDIRECT --to-ports 3128", in: .nat, "PREROUTING"),
      RuleCase(
        "-p tcp -j REDIRECT --to-port 3128-3130 --random",
        saved: "-p tcp -j REDIRECT --to-ports 3128-3130 --random", in: .nat, "PREROUTING"),
      RuleCase("-p udp -j REDIRECT --to-ports domain", saved: "-p udp -j REDIRECT --to-ports 53", in: .nat, "OUTPUT"),
      RuleCase("-j REDIRECT --to-ports 3128", refusedAt: 2, in: .nat, "PREROUTING"),
      RuleCase("-p tcp -j REDIRECT --to-ports 80-90/80", refusedAt: 2, in: .nat, "PREROUTING"),
      RuleCase("-j REDIRECT", refusedAt: 3, in: .nat, "POSTROUTING"),
      RuleCase("-j REDIRECT", refusedAt: 3),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
