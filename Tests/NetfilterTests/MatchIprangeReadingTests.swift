import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m iprange") struct MatchIprangeReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m iprange --src-range 10.0.0.1-10.0.0.9"),
      RuleCase(
        "-m iprange ! --dst-range 10.0.0.1-10.0.0.9 --src-range 192.0.2.1",
        saved: "-m iprange --src-range 192.0.2.1-192.0.2.1 ! --dst-range 10.0.0.1-10.0.0.9"),
      RuleCase("-m iprange --src-range 10.0.0.9-10.0.0.1"),
      RuleCase("-m iprange --src-range 10-11", saved: "-m iprange --src-range 10.0.0.0-11.0.0.0"),
      RuleCase("-m iprange --src-range 10.0.0.1-", refusedAt: 2),
      RuleCase("-m iprange --src-range foo", refusedAt: 2),
      RuleCase("-m iprange", refusedAt: 2),
      RuleCase("-m iprange --src-range 10.0.0.1-10.0.0.2-10.0.0.3", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
