import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m devgroup") struct MatchDevgroupReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m devgroup --src-group 1", saved: "-m devgroup --src-group 0x1"),
      RuleCase("-m devgroup --src-group 0x1/0xff"),
      RuleCase("-m devgroup ! --src-group 1", saved: "-m devgroup ! --src-group 0x1"),
      RuleCase("-m devgroup --dst-group 1", saved: "-m devgroup --dst-group 0x1", in: .filter, "FORWARD"),
      RuleCase("-m devgroup --dst-group 1", refusedAt: 3),
      RuleCase("-m devgroup --src-group 1", refusedAt: 3, in: .filter, "OUTPUT"),
      RuleCase(
        "-m devgroup --src-group 0 ! --dst-group 0x10/0xf0",
        saved: "-m devgroup --src-group default ! --dst-group 0x10/0xf0", in: .filter, "FORWARD"),
      RuleCase("-m devgroup", refusedAt: 2),
      RuleCase("-m devgroup --src-group foo", refusedAt: 2),
      RuleCase("-m devgroup --src-group 0xfff00"),
      RuleCase("-m devgroup --src-group default"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
