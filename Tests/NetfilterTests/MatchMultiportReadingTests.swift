import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m multiport") struct MatchMultiportReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p tcp -m multiport --dports 22,80,443"),
      RuleCase("-p tcp -m multiport --sports 1:5,7 ! --dports 5", refusedAt: 2),
      RuleCase("-p tcp -m multiport ! --ports ssh,http", saved: "-p tcp -m multiport ! --ports 22,80"),
      RuleCase(
        "-p udp -m multiport --destination-ports 53,1000:2000",
        saved: "-p udp -m multiport --dports 53,1000:2000"),
      RuleCase("-p sctp -m multiport --source-ports 1", saved: "-p sctp -m multiport --sports 1"),
      RuleCase("-p udplite -m multiport --ports 5"),
      RuleCase("-p dccp -m multiport --ports 5"),
      RuleCase("-p icmp -m multiport --dports 1", refusedAt: 2),
      RuleCase("-m multiport --dports 1", refusedAt: 2),
      RuleCase("-m multiport -p tcp --dports 1", saved: "-p tcp -m multiport --dports 1"),
      RuleCase("-m multiport --dports 1 -p tcp", refusedAt: 2),
      RuleCase("! -p tcp -m multiport --dports 1", refusedAt: 2),
      RuleCase("-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"),
      RuleCase("-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16", refusedAt: 2),
      RuleCase("-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14:15"),
      RuleCase("-p tcp -m multiport --dports 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15:16", refusedAt: 2),
      RuleCase("-p tcp -m multiport --dports 5:5", refusedAt: 2),
      RuleCase("-p tcp -m multiport --dports 5:4", refusedAt: 2),
      RuleCase("-p tcp -m multiport --dports 5,", refusedAt: 2),
      RuleCase("-p tcp -m multiport --dports :5", refusedAt: 2),
      RuleCase("-p tcp -m multiport", refusedAt: 2),
      RuleCase("-p tcp -m multiport --dport 80", saved: "-p tcp -m multiport --dports 80"),
      RuleCase("-p tcp -m multiport --ports 1 --ports 2", refusedAt: 2),
      RuleCase("-p udplite -m multiport --ports domain", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
