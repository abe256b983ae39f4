import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m ttl") struct MatchTTLReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m ttl --ttl-eq 64"),
      RuleCase("-m ttl ! --ttl-eq 64"),
      RuleCase("-m ttl --ttl 5", saved: "-m ttl --ttl-eq 5"),
      RuleCase("-m ttl ! --ttl 5", saved: "-m ttl ! --ttl-eq 5"),
      RuleCase("-m ttl --ttl-lt 5"),
      RuleCase("-m ttl --ttl-gt 0x10", saved: "-m ttl --ttl-gt 16"),
      RuleCase("-m ttl ! --ttl-lt 5", refusedAt: 2),
      RuleCase("-m ttl --ttl-eq 256", refusedAt: 2),
      RuleCase("-m ttl --ttl-lt 5 --ttl-gt 3", refusedAt: 2),
      RuleCase("-m ttl", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
