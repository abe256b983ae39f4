import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m addrtype") struct MatchAddrtypeReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m addrtype --dst-type LOCAL"),
      RuleCase(
        "-m addrtype --src-type UNICAST,BROADCAST ! --dst-type multicast",
        saved: "-m addrtype --src-type UNICAST,BROADCAST ! --dst-type MULTICAST"),
      RuleCase(
        "-m addrtype ! --src-type unspec,anycast,blackhole,unreachable,prohibit,throw,nat,xresolve",
        saved: "-m addrtype ! --src-type UNSPEC,ANYCAST,BLACKHOLE,UNREACHABLE,PROHIBIT,THROW,NAT,XRESOLVE"),
      RuleCase("-m addrtype --src-type U", saved: "-m addrtype --src-type UNSPEC"),
      RuleCase("-m addrtype --src-type B", saved: "-m addrtype --src-type BROADCAST"),
      RuleCase("-m addrtype --src-type FOO", refusedAt: 2),
      RuleCase("-m addrtype --src-type ,LOCAL", refusedAt: 2),
      RuleCase("-m addrtype", refusedAt: 2),
      RuleCase("-m addrtype --limit-iface-in", refusedAt: 2),
      RuleCase("-m addrtype --dst-type LOCAL --limit-iface-in"),
      RuleCase("-m addrtype --dst-type LOCAL --limit-iface-out", refusedAt: 3),
      RuleCase("-m addrtype --dst-type LOCAL --limit-iface-in", refusedAt: 3, in: .filter, "OUTPUT"),
      RuleCase("-m addrtype --dst-type LOCAL --limit-iface-out", in: .filter, "OUTPUT"),
      RuleCase("-m addrtype --dst-type LOCAL --limit-iface-out", in: .filter, "FORWARD"),
      RuleCase("-m addrtype --dst-type LOCAL --limit-iface-out --limit-iface-in", refusedAt: 2, in: .filter, "FORWARD"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
