import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j CT") struct TargetCTReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j CT --notrack", in: .raw, "PREROUTING"),
      RuleCase("-j NOTRACK", in: .raw, "PREROUTING"),
      RuleCase("-j CT --zone 5", in: .raw, "PREROUTING"),
      RuleCase("-j CT --zone-orig 5", in: .raw, "PREROUTING"),
      RuleCase("-j CT --zone-reply mark", in: .raw, "PREROUTING"),
      RuleCase("-j CT --zone-orig 5 --zone-reply 6", saved: "-j CT --zone 6", in: .raw, "PREROUTING"),
      RuleCase("-j CT --zone 65536", refusedAt: 2, in: .raw, "PREROUTING"),
      RuleCase("-j CT --zone 0", saved: "-j CT", in: .raw, "PREROUTING"),
      RuleCase("-j CT --ctevents new,destroy --expevents new", in: .raw, "PREROUTING"),
      RuleCase("-j CT --ctevents foo", refusedAt: 2, in: .raw, "PREROUTING"),
      RuleCase("-p tcp -j CT --helper ftp", in: .raw, "PREROUTING"),
      RuleCase(
        "-p udp --dport 69 -j CT --helper tftp",
        saved: "-p udp -m udp --dport 69 -j CT --helper tftp", in: .raw, "PREROUTING"),
      RuleCase("-j CT --helper ftp", refusedAt: 3, in: .raw, "PREROUTING"),
      RuleCase("-p tcp -j CT --helper nosuchhelper", refusedAt: 3, in: .raw, "PREROUTING"),
      RuleCase("-p tcp -j CT --timeout foo", refusedAt: 3, in: .raw, "PREROUTING"),
      RuleCase("-j CT", in: .raw, "PREROUTING"),
      RuleCase("-j CT --notrack", refusedAt: 3),
      RuleCase("-j NOTRACK", refusedAt: 3),
      RuleCase("-j NOTRACK", in: .raw, "OUTPUT"),
      RuleCase("-j CT --notrack --helper nosuch", in: .raw, "OUTPUT"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
