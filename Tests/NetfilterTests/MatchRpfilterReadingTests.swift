import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m rpfilter") struct MatchRpfilterReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m rpfilter", in: .raw, "PREROUTING"),
      RuleCase("-m rpfilter --loose", in: .raw, "PREROUTING"),
      RuleCase(
        "-m rpfilter --validmark --accept-local --invert --loose",
        saved: "-m rpfilter --loose --validmark --accept-local --invert", in: .raw, "PREROUTING"),
      RuleCase("-m rpfilter --invert", in: .mangle, "PREROUTING"),
      RuleCase("-m rpfilter", refusedAt: 3),
      RuleCase("-m rpfilter", refusedAt: 3, in: .nat, "PREROUTING"),
      RuleCase("-m rpfilter", refusedAt: 3, in: .raw, "OUTPUT"),
      RuleCase("-m rpfilter ! --loose", refusedAt: 2, in: .raw, "PREROUTING"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
