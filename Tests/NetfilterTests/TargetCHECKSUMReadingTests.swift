import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j CHECKSUM") struct TargetCHECKSUMReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j CHECKSUM --checksum-fill", in: .mangle, "POSTROUTING"),
      RuleCase(
        "-p udp --dport 68 -j CHECKSUM --checksum-fill",
        saved: "-p udp -m udp --dport 68 -j CHECKSUM --checksum-fill", in: .mangle, "POSTROUTING"),
      RuleCase("-j CHECKSUM", refusedAt: 2, in: .mangle, "POSTROUTING"),
      RuleCase("-j CHECKSUM --checksum-fill", refusedAt: 3, in: .filter, "FORWARD"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
