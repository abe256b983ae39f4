import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j ECN") struct TargetECNReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p tcp -j ECN --ecn-tcp-remove", in: .mangle, "FORWARD"),
      RuleCase("-p tcp -j ECN --ecn-tcp-ece 1 --ecn-tcp-cwr 0", in: .mangle, "FORWARD"),
      RuleCase(
        "-p tcp -j ECN --ecn-tcp-ece 0 --ecn-tcp-cwr 0",
        saved: "-p tcp -j ECN --ecn-tcp-remove", in: .mangle, "FORWARD"),
      RuleCase("-j ECN --ecn-ip-ect 2", in: .mangle, "FORWARD"),
      RuleCase("-j ECN --ecn-ip-ect 4", refusedAt: 2, in: .mangle, "FORWARD"),
      RuleCase("-j ECN --ecn-tcp-remove", refusedAt: 3, in: .mangle, "FORWARD"),
      RuleCase("-j ECN", refusedAt: 2, in: .mangle, "FORWARD"),
      RuleCase("-p tcp -j ECN --ecn-tcp-remove", refusedAt: 3, in: .filter, "FORWARD"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
