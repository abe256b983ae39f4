import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j NFLOG") struct TargetNFLOGReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j NFLOG"),
      RuleCase(
        "-j NFLOG --nflog-group 3 --nflog-prefix \"two words\" --nflog-size 64 --nflog-threshold 5",
        saved: "-j NFLOG --nflog-prefix \"two words\" --nflog-group 3 --nflog-size 64 --nflog-threshold 5"),
      RuleCase("-j NFLOG --nflog-range 5"),
      RuleCase("-j NFLOG --nflog-size 0"),
      RuleCase("-j NFLOG --nflog-size 0 --nflog-range 1", refusedAt: 2),
      RuleCase("-j NFLOG --nflog-prefix \"\"", refusedAt: 2),
      RuleCase(
        "-j NFLOG --nflog-prefix 0123456789012345678901234567890123456789012345678901234567890123456789",
        saved: "-j NFLOG --nflog-prefix 012345678901234567890123456789012345678901234567890123456789012"),
      RuleCase("-j NFLOG --nflog-group 65536", refusedAt: 2),
      RuleCase("-j NFLOG --nflog-group 0", saved: "-j NFLOG"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
