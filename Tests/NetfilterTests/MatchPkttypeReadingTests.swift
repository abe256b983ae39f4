import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m pkttype") struct MatchPkttypeReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m pkttype --pkt-type unicast"),
      RuleCase("-m pkttype --pkt-type HOST", saved: "-m pkttype --pkt-type unicast"),
      RuleCase("-m pkttype ! --pkt-type broadcast"),
      RuleCase("-m pkttype --pkt-type mcast", saved: "-m pkttype --pkt-type multicast"),
      RuleCase("-m pkttype --pkt-type bcast", saved: "-m pkttype --pkt-type broadcast"),
      RuleCase("-m pkttype --pkt-type otherhost"),
      RuleCase("-m pkttype --pkt-type uni", refusedAt: 2),
      RuleCase("-m pkttype", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
