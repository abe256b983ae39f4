import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m mac") struct MatchMACReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m mac --mac-source 00:11:22:aa:BB:cc", saved: "-m mac --mac-source 00:11:22:aa:bb:cc"),
      RuleCase("-m mac ! --mac-source 1:2:3:4:5:6", saved: "-m mac ! --mac-source 01:02:03:04:05:06"),
      RuleCase("-m mac --mac-source 00:11:22:33:44", refusedAt: 2),
      RuleCase("-m mac --mac-source 00:11:22:33:44:55:66", refusedAt: 2),
      RuleCase("-m mac --mac-source 00-11-22-33-44-55", refusedAt: 2),
      RuleCase("-m mac --mac-source 000:11:22:33:44:55", refusedAt: 2),
      RuleCase("-m mac", refusedAt: 2),
      RuleCase("-m mac --mac-source 00:11:22:33:44:55", refusedAt: 3, in: .filter, "OUTPUT"),
      RuleCase("-m mac --mac-source 00:11:22:33:44:55", in: .filter, "FORWARD"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
