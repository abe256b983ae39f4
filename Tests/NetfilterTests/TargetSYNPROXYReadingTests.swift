import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j SYNPROXY") struct TargetSYNPROXYReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p tcp -j SYNPROXY --sack-perm --timestamp --wscale 7 --mss 1460"),
      RuleCase(
        "-p tcp -m conntrack --ctstate INVALID,UNTRACKED -j SYNPROXY --mss 1460 --ecn --wscale 9",
        saved: "-p tcp -m conntrack --ctstate INVALID,UNTRACKED -j SYNPROXY --wscale 9 --mss 1460 --ecn"),
      RuleCase("-p tcp -j SYNPROXY"),
      RuleCase("-j SYNPROXY", refusedAt: 3),
      RuleCase("-p tcp -j SYNPROXY --mss 1460", in: .filter, "FORWARD"),
      RuleCase("-p tcp -j SYNPROXY --mss 1460", refusedAt: 3, in: .filter, "OUTPUT"),
      RuleCase("-p tcp -j SYNPROXY --wscale 300", saved: "-p tcp -j SYNPROXY --wscale 44"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
