import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m ah") struct MatchAHReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p ah -m ah --ahspi 0"),
      RuleCase("-p ah --ahspi 1:32", saved: "-p ah -m ah --ahspi 1:32"),
      RuleCase("-p ah ! --ahspi 0:4294967295", saved: "-p ah -m ah"),
      RuleCase("-p ah ! --ahspi 5", saved: "-p ah -m ah ! --ahspi 5"),
      RuleCase("-p ah --ahspi 5:", saved: "-p ah -m ah --ahspi 5:4294967295"),
      RuleCase("-p ah --ahspi :5", saved: "-p ah -m ah --ahspi 0:5"),
      RuleCase("-p ah --ahspi 4294967296", refusedAt: 2),
      RuleCase("-p ah -m ah"),
      RuleCase("-m ah --ahspi 5", refusedAt: 3),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
