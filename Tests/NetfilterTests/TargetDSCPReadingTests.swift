import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j DSCP") struct TargetDSCPReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j DSCP --set-dscp 46", saved: "-j DSCP --set-dscp 0x2e", in: .mangle, "FORWARD"),
      RuleCase("-j DSCP --set-dscp-class ef", saved: "-j DSCP --set-dscp 0x2e", in: .mangle, "FORWARD"),
      RuleCase("-j DSCP --set-dscp 64", refusedAt: 2, in: .mangle, "FORWARD"),
      RuleCase("-j DSCP --set-dscp-class XX", refusedAt: 2, in: .mangle, "FORWARD"),
      RuleCase("-j DSCP", refusedAt: 2, in: .mangle, "FORWARD"),
      RuleCase("-j DSCP --set-dscp 46", refusedAt: 3, in: .filter, "FORWARD"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
