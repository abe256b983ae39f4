import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m physdev") struct MatchPhysdevReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m physdev --physdev-in lo"),
      RuleCase("-m physdev ! --physdev-in eth0"),
      RuleCase("-m physdev --physdev-in eth+"),
      RuleCase("-m physdev --physdev-out lo"),
      RuleCase("-m physdev --physdev-is-in"),
      RuleCase("-m physdev --physdev-is-out"),
      RuleCase("-m physdev --physdev-is-bridged"),
      RuleCase("-m physdev ! --physdev-is-bridged"),
      RuleCase("-m physdev --physdev-is-bridged", in: .filter, "FORWARD"),
      RuleCase(
        "-m physdev --physdev-in eth0 --physdev-is-in ! --physdev-is-bridged",
        saved: "-m physdev --physdev-is-in --physdev-in eth0 ! --physdev-is-bridged", in: .filter, "FORWARD"),
      RuleCase("-m physdev --physdev-out eth0", in: .filter, "FORWARD"),
      RuleCase("-m physdev --physdev-is-out", in: .filter, "FORWARD"),
      RuleCase("-m physdev --physdev-is-in --physdev-is-out --physdev-is-bridged", in: .filter, "FORWARD"),
      RuleCase("-m physdev --physdev-out eth0", in: .nat, "POSTROUTING"),
      RuleCase("-m physdev", refusedAt: 2),
      RuleCase("-m physdev --physdev-in \"\"", saved: "-m physdev --physdev-in "),
      RuleCase("-m physdev --physdev-in alongnamefortheif", refusedAt: 2),
      RuleCase("-m physdev --physdev-in eth0", in: .filter, "OUTPUT"),
      RuleCase("-m physdev --physdev-out eth0", refusedAt: 3, in: .filter, "OUTPUT"),
      RuleCase("-m physdev --physdev-is-out", refusedAt: 3, in: .filter, "OUTPUT"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
