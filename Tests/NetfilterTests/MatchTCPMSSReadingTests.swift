import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m tcpmss") struct MatchTCPMSSReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p tcp -m tcpmss --mss 1400"),
      RuleCase(
        "-p tcp --syn -m tcpmss ! --mss 1400:1500",
        saved: "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m tcpmss ! --mss 1400:1500"),
      RuleCase("-p tcp -m tcpmss --mss 1500:1400", refusedAt: 2),
      RuleCase("-p tcp -m tcpmss --mss :100", saved: "-p tcp -m tcpmss --mss 0:100"),
      RuleCase("-p tcp -m tcpmss --mss 100:", saved: "-p tcp -m tcpmss --mss 100:65535"),
      RuleCase("-p tcp -m tcpmss --mss 65536", refusedAt: 2),
      RuleCase("-p tcp -m tcpmss", refusedAt: 2),
      RuleCase("-m tcpmss --mss 1400", refusedAt: 3),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
