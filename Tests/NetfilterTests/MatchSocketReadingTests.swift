import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m socket") struct MatchSocketReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m socket", in: .mangle, "PREROUTING"),
      RuleCase("-m socket --transparent", in: .mangle, "PREROUTING"),
      RuleCase("-m socket --transparent --nowildcard", in: .mangle, "PREROUTING"),
      RuleCase("-m socket --transparent --nowildcard --restore-skmark", in: .mangle, "PREROUTING"),
      RuleCase("-m socket --nowildcard", in: .mangle, "PREROUTING"),
      RuleCase("-m socket --restore-skmark", in: .mangle, "PREROUTING"),
      RuleCase("-m socket"),
      RuleCase("-m socket", refusedAt: 3, in: .filter, "OUTPUT"),
      RuleCase("-m socket", refusedAt: 3, in: .filter, "FORWARD"),
      RuleCase("-m socket ! --transparent", refusedAt: 2, in: .mangle, "PREROUTING"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
