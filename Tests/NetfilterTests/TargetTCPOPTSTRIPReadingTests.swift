import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j TCPOPTSTRIP") struct TargetTCPOPTSTRIPReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase(
        "-p tcp -j TCPOPTSTRIP --strip-options wscale,timestamp,30",
        saved: "-p tcp -j TCPOPTSTRIP --strip-options 3,8,30", in: .mangle, "FORWARD"),
      RuleCase(
        "-p tcp -j TCPOPTSTRIP --strip-options mss,sack-permitted,sack,md5",
        saved: "-p tcp -j TCPOPTSTRIP --strip-options 2,4,5,19", in: .mangle, "FORWARD"),
      RuleCase("-p tcp -j TCPOPTSTRIP --strip-options 1", refusedAt: 2, in: .mangle, "FORWARD"),
      RuleCase("-p tcp -j TCPOPTSTRIP --strip-options 2,mss", refusedAt: 2, in: .mangle, "FORWARD"),
      RuleCase("-p tcp -j TCPOPTSTRIP --strip-options foo", refusedAt: 2, in: .mangle, "FORWARD"),
      RuleCase("-p tcp -j TCPOPTSTRIP", in: .mangle, "FORWARD"),
      RuleCase("-j TCPOPTSTRIP --strip-options mss", refusedAt: 3, in: .mangle, "FORWARD"),
      RuleCase("-p tcp -j TCPOPTSTRIP --strip-options mss", refusedAt: 3, in: .filter, "FORWARD"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
