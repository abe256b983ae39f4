import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m tos") struct MatchTOSReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m tos --tos 0x10", saved: "-m tos --tos 0x10/0xff"),
      RuleCase("-m tos --tos 16/0xff", saved: "-m tos --tos 0x10/0xff"),
      RuleCase("-m tos ! --tos Minimize-Delay", saved: "-m tos ! --tos 0x10/0x3f"),
      RuleCase("-m tos --tos normal-service", saved: "-m tos --tos 0x00/0x3f"),
      RuleCase("-m tos --tos Minimize-Cost", saved: "-m tos --tos 0x02/0x3f"),
      RuleCase("-m tos --tos 256", refusedAt: 2),
      RuleCase("-m tos --tos 1/256", refusedAt: 2),
      RuleCase("-m tos --tos 1x", refusedAt: 2),
      RuleCase("-m tos --tos foo", refusedAt: 2),
      RuleCase("-m tos", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
