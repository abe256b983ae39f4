import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m icmp") struct MatchICMPReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p icmp --icmp-type echo-request", saved: "-p icmp -m icmp --icmp-type 8"),
      RuleCase("-p icmp --icmp-type PING", saved: "-p icmp -m icmp --icmp-type 8"),
      RuleCase("-p icmp --icmp-type any", saved: "-p icmp -m icmp --icmp-type any"),
      RuleCase("-p icmp ! --icmp-type any", saved: "-p icmp -m icmp ! --icmp-type any"),
      RuleCase("-p icmp --icmp-type 3/1", saved: "-p icmp -m icmp --icmp-type 3/1"),
      RuleCase("-p icmp --icmp-type 3/1:4", saved: "-p icmp -m icmp --icmp-type 3/1"),
      RuleCase("-p icmp --icmp-type 3/0:255", saved: "-p icmp -m icmp --icmp-type 3"),
      RuleCase("-p icmp ! --icmp-type fragmentation-needed", saved: "-p icmp -m icmp ! --icmp-type 3/4"),
      RuleCase("-p icmp --icmp-type host-un", refusedAt: 2),
      RuleCase("-p icmp --icmp-type host-unr", saved: "-p icmp -m icmp --icmp-type 3/1"),
      RuleCase("-p icmp --icmp-type router", refusedAt: 2),
      RuleCase("-p icmp --icmp-type 255", saved: "-p icmp -m icmp --icmp-type any"),
      RuleCase("-p icmp --icmp-type 256", refusedAt: 2),
      RuleCase("-p icmp --icmp-type 3:4", refusedAt: 2),
      RuleCase("-p icmp --icmp-type 3/", refusedAt: 2),
      RuleCase("-p icmp --icmp-type 3x", refusedAt: 2),
      RuleCase("-p icmp --icmp-type 0x8/0", saved: "-p icmp -m icmp --icmp-type 8/0"),
      RuleCase("-p icmp -m icmp", refusedAt: 2),
      RuleCase("-p icmp"),
      RuleCase("-p 1 --icmp-type 8", saved: "-p icmp -m icmp --icmp-type 8"),
      RuleCase("-m icmp --icmp-type 8", refusedAt: 3),
      RuleCase("-p icmp --icmp-type 8 --icmp-type 0", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
