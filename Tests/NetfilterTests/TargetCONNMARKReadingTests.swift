import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j CONNMARK") struct TargetCONNMARKReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j CONNMARK --set-mark 1", saved: "-j CONNMARK --set-xmark 0x1/0xffffffff"),
      RuleCase("-j CONNMARK --set-xmark 0x10/0xff"),
      RuleCase("-j CONNMARK --set-mark 0x10/0xf", saved: "-j CONNMARK --set-xmark 0x10/0x1f"),
      RuleCase("-j CONNMARK --and-mark 0xf", saved: "-j CONNMARK --set-xmark 0x0/0xfffffff0"),
      RuleCase("-j CONNMARK --or-mark 0xf", saved: "-j CONNMARK --set-xmark 0xf/0xf"),
      RuleCase("-j CONNMARK --xor-mark 0xf", saved: "-j CONNMARK --set-xmark 0xf/0x0"),
      RuleCase("-j CONNMARK --save-mark", saved: "-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff"),
      RuleCase(
        "-j CONNMARK --restore-mark --mask 0xff",
        saved: "-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff"),
      RuleCase("-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xf"),
      RuleCase("-j CONNMARK --or-mark 0x11 --ctmask 0xff", saved: "-j CONNMARK --set-xmark 0x11/0xff"),
      RuleCase("-j CONNMARK --ctmask 0xff --set-mark 1", saved: "-j CONNMARK --set-xmark 0x1/0xffffffff"),
      RuleCase("-j CONNMARK --save-mark --ctmask 1 --mask 2", refusedAt: 2),
      RuleCase(
        "-j CONNMARK --save-mark --left-shift-mark 4",
        saved: "-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff --left-shift-mark 4"),
      RuleCase(
        "-j CONNMARK --restore-mark --right-shift-mark 8",
        saved: "-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff --right-shift-mark 8"),
      RuleCase("-j CONNMARK --restore-mark --right-shift-mark 33", refusedAt: 2),
      RuleCase("-j CONNMARK --restore-mark --right-shift-mark 32", refusedAt: 3),
      RuleCase("-j CONNMARK --save-mark --restore-mark", refusedAt: 2),
      RuleCase("-j CONNMARK --mask 1", refusedAt: 2),
      RuleCase("-j CONNMARK", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
