import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j MARK") struct TargetMarkReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j MARK --set-mark 1", saved: "-j MARK --set-xmark 0x1/0xffffffff"),
      RuleCase("-j MARK --set-mark 0x10/0xf", saved: "-j MARK --set-xmark 0x10/0x1f"),
      RuleCase("-j MARK --set-xmark 0x10/0xf"),
      RuleCase("-j MARK --set-xmark 5", saved: "-j MARK --set-xmark 0x5/0xffffffff"),
      RuleCase("-j MARK --and-mark 0xf", saved: "-j MARK --set-xmark 0x0/0xfffffff0"),
      RuleCase("-j MARK --or-mark 0xf", saved: "-j MARK --set-xmark 0xf/0xf"),
      RuleCase("-j MARK --xor-mark 0xf", saved: "-j MARK --set-xmark 0xf/0x0"),
      RuleCase("-j MARK --and-mark 0xf/1", refusedAt: 2),
      RuleCase("-j MARK --set-mark 1 --or-mark 2", refusedAt: 2),
      RuleCase("-j MARK", refusedAt: 2),
      RuleCase("-j MARK --set-mark -1", refusedAt: 2),
      RuleCase("-j MARK --set-mark x", refusedAt: 2),
      RuleCase("-j MARK --set-mark 7", saved: "-j MARK --set-xmark 0x7/0xffffffff", in: .raw, "PREROUTING"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
