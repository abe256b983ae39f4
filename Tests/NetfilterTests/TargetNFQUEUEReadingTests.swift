import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j NFQUEUE") struct TargetNFQUEUEReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j NFQUEUE", saved: "-j NFQUEUE --queue-num 0"),
      RuleCase("-j NFQUEUE --queue-num 5"),
      RuleCase("-j NFQUEUE --queue-balance 1:5 --queue-bypass --queue-cpu-fanout"),
      RuleCase("-j NFQUEUE --queue-bypass", saved: "-j NFQUEUE --queue-num 0 --queue-bypass"),
      RuleCase("-j NFQUEUE --queue-cpu-fanout", refusedAt: 2),
      RuleCase("-j NFQUEUE --queue-balance 5:1", refusedAt: 2),
      RuleCase("-j NFQUEUE --queue-balance 5", refusedAt: 2),
      RuleCase("-j NFQUEUE --queue-balance 0:65535", refusedAt: 3),
      RuleCase("-j NFQUEUE --queue-balance 5:", saved: "-j NFQUEUE --queue-balance 5:65535"),
      RuleCase("-j NFQUEUE --queue-num 65536", refusedAt: 2),
      RuleCase("-j NFQUEUE --queue-num 1 --queue-balance 2:3", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
