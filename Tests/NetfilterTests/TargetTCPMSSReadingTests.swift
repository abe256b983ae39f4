import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j TCPMSS") struct TargetTCPMSSReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu", in: .mangle, "FORWARD"),
      RuleCase(
        "-p tcp --syn -j TCPMSS --set-mss 1400",
        saved: "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --set-mss 1400", in: .mangle, "FORWARD"),
      RuleCase(
        "-p tcp --syn -j TCPMSS --clamp-mss-to-pmtu",
        saved: "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --clamp-mss-to-pmtu", in: .filter, "FORWARD"),
      RuleCase("-p tcp --syn -j TCPMSS --clamp-mss-to-pmtu", refusedAt: 3),
      RuleCase(
        "-p tcp --syn -j TCPMSS --set-mss 1",
        saved: "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --set-mss 1"),
      RuleCase("-p tcp -j TCPMSS --set-mss 1400", refusedAt: 3, in: .filter, "FORWARD"),
      RuleCase("-p tcp ! --syn -j TCPMSS --set-mss 1400", refusedAt: 3, in: .filter, "FORWARD"),
      RuleCase("-j TCPMSS --set-mss 1400", refusedAt: 3, in: .filter, "FORWARD"),
      RuleCase(
        "-p tcp --syn -j TCPMSS --set-mss 65515",
        saved: "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j TCPMSS --set-mss 65515", in: .filter, "FORWARD"),
      RuleCase("-p tcp --syn -j TCPMSS --set-mss 65516", refusedAt: 2, in: .filter, "FORWARD"),
      RuleCase("-p tcp --syn -j TCPMSS", refusedAt: 2, in: .filter, "FORWARD"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
