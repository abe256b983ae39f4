import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m udp") struct MatchUDPReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p udp --dport +3", saved: "-p udp -m udp --dport 3"),
      RuleCase("-p udp --dport \" 3\"", saved: "-p udp -m udp --dport 3"),
      RuleCase("-p udp --dport \"\"", saved: "-p udp -m udp --dport 0"),
      RuleCase("-p udp --dport -1", refusedAt: 2),
      RuleCase("-p udp --dport \"3 \"", refusedAt: 2),
      RuleCase("-p udp --dport +", refusedAt: 2),
      RuleCase("-p udp --dport 53", saved: "-p udp -m udp --dport 53"),
      RuleCase("-p udp --dport domain", saved: "-p udp -m udp --dport 53"),
      RuleCase("-p udp --dport bootps --sport :", saved: "-p udp -m udp --dport 67"),
      RuleCase(
        "-p udp --sport 1024:65535 ! --dport 137:139",
        saved: "-p udp -m udp --sport 1024:65535 ! --dport 137:139"),
      RuleCase("-p udp --dport 70000", saved: "-p udp -m udp --dport 4464"),
      RuleCase("-p udp --dport 0x35", refusedAt: 2),
      RuleCase("-p udp --dport 100:50", saved: "-p udp -m udp --dport 100:50"),
      RuleCase("-p udp --dport 1:2:3", refusedAt: 2),
      RuleCase("-p udp --dport nosuchservice", refusedAt: 2),
      RuleCase("-p udp -m udp"),
      RuleCase("-p 17 --dport 53", saved: "-p udp -m udp --dport 53"),
      RuleCase("-p tcp -m udp --dport 53", refusedAt: 3),
      RuleCase("-p udp --dport 53 --dport 54", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
