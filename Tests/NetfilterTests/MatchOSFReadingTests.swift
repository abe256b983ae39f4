import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m osf") struct MatchOSFReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p tcp -m osf --genre Linux"),
      RuleCase("-p tcp -m osf ! --genre Linux --ttl 2 --log 1"),
      RuleCase("-p tcp -m osf --genre \"Windows XP\"", saved: "-p tcp -m osf --genre Windows XP"),
      RuleCase("-p tcp -m osf --ttl 2", refusedAt: 2),
      RuleCase("-p tcp -m osf --genre Linux --ttl 3", refusedAt: 2),
      RuleCase("-p tcp -m osf --genre Linux --log 2"),
      RuleCase("-p tcp -m osf --genre Linux --log 3", refusedAt: 2),
      RuleCase("-p udp -m osf --genre Linux", refusedAt: 3),
      RuleCase(
        "-p tcp -m osf --genre averyveryverylongnameforagenreofsystem",
        saved: "-p tcp -m osf --genre averyveryverylongnameforagenreo"),
      RuleCase("-p tcp -m osf --genre Linux", refusedAt: 3, in: .filter, "OUTPUT"),
      RuleCase("-p tcp -m osf --genre Linux", in: .filter, "FORWARD"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
