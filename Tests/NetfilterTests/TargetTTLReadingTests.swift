import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j TTL") struct TargetTTLReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j TTL --ttl-set 64", in: .mangle, "POSTROUTING"),
      RuleCase("-j TTL --ttl-inc 1", in: .mangle, "POSTROUTING"),
      RuleCase("-j TTL --ttl-dec 255", in: .mangle, "POSTROUTING"),
      RuleCase("-j TTL --ttl-dec 0", refusedAt: 2, in: .mangle, "POSTROUTING"),
      RuleCase("-j TTL --ttl-set 0", in: .mangle, "POSTROUTING"),
      RuleCase("-j TTL --ttl-set 256", refusedAt: 2, in: .mangle, "POSTROUTING"),
      RuleCase("-j TTL --ttl-set 1 --ttl-inc 1", refusedAt: 2, in: .mangle, "POSTROUTING"),
      RuleCase("-j TTL", refusedAt: 2, in: .mangle, "POSTROUTING"),
      RuleCase("-j TTL --ttl-set 64", refusedAt: 3, in: .filter, "FORWARD"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
