import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j TPROXY") struct TargetTPROXYReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase(
        "-p tcp -j TPROXY --on-port 1234",
        saved: "-p tcp -j TPROXY --on-port 1234 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0", in: .mangle, "PREROUTING"),
      RuleCase("-p udp -j TPROXY --on-port 1234 --on-ip 10.0.0.1 --tproxy-mark 0x23/0xff", in: .mangle, "PREROUTING"),
      RuleCase(
        "-p tcp -j TPROXY --on-port http --tproxy-mark 1",
        saved: "-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x1/0xffffffff", in: .mangle, "PREROUTING"),
      RuleCase("-p icmp -j TPROXY --on-port 1234", refusedAt: 3, in: .mangle, "PREROUTING"),
      RuleCase("-j TPROXY --on-port 1234", refusedAt: 3, in: .mangle, "PREROUTING"),
      RuleCase("-p tcp -j TPROXY --on-ip 10.0.0.1", refusedAt: 2, in: .mangle, "PREROUTING"),
      RuleCase("-p tcp -j TPROXY --on-port 1234", refusedAt: 3, in: .mangle, "INPUT"),
      RuleCase("-p tcp -j TPROXY --on-port 1234", refusedAt: 3),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
