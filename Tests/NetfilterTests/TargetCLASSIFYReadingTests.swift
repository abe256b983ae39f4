import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j CLASSIFY") struct TargetCLASSIFYReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j CLASSIFY --set-class 1:2", saved: "-j CLASSIFY --set-class 0001:0002", in: .mangle, "POSTROUTING"),
      RuleCase(
        "-j CLASSIFY --set-class ffff:FFFF",
        saved: "-j CLASSIFY --set-class ffff:ffff", in: .mangle, "POSTROUTING"),
      RuleCase(
        "-j CLASSIFY --set-class 0x1:0x2",
        saved: "-j CLASSIFY --set-class 0001:0002", in: .mangle, "POSTROUTING"),
      RuleCase("-j CLASSIFY --set-class 1", refusedAt: 2, in: .mangle, "POSTROUTING"),
      RuleCase("-j CLASSIFY --set-class x:1", refusedAt: 2, in: .mangle, "POSTROUTING"),
      RuleCase(
        "-j CLASSIFY --set-class 12345:2",
        saved: "-j CLASSIFY --set-class 2345:0002", in: .mangle, "POSTROUTING"),
      RuleCase("-j CLASSIFY", refusedAt: 2, in: .mangle, "POSTROUTING"),
      RuleCase("-j CLASSIFY --set-class 1:2", refusedAt: 3, in: .mangle, "PREROUTING"),
      RuleCase("-j CLASSIFY --set-class 1:2", saved: "-j CLASSIFY --set-class 0001:0002", in: .filter, "FORWARD"),
      RuleCase("-j CLASSIFY --set-class 1:2", refusedAt: 3),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
