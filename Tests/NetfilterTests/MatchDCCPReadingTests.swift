import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m dccp") struct MatchDCCPReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p dccp -m dccp --sport 1 --dport 2"),
      RuleCase("-p dccp -m dccp --sport 1:2 ! --dport 3:4"),
      RuleCase("-p dccp --dport 26304:bootpc", saved: "-p dccp -m dccp --dport 26304:68"),
      RuleCase("-p dccp --sport 08", saved: "-p dccp -m dccp --sport 8"),
      RuleCase("-p dccp --dport 0x5c0", refusedAt: 2),
      RuleCase("-p dccp -m dccp --sport ssh", saved: "-p dccp -m dccp --sport 22"),
      RuleCase("-p dccp -m dccp --dccp-types REQUEST"),
      RuleCase(
        "-p dccp -m dccp --dccp-types REQUEST,RESPONSE,DATA,ACK,DATAACK,CLOSEREQ,CLOSE,RESET,SYNC,SYNCACK,INVALID"),
      RuleCase(
        "-p dccp -m dccp ! --dccp-types request,invalid", saved: "-p dccp -m dccp ! --dccp-types REQUEST,INVALID"),
      RuleCase("-p dccp -m dccp --dccp-types foo", refusedAt: 2),
      RuleCase("-p dccp -m dccp --dccp-option 100"),
      RuleCase("-p dccp -m dccp ! --dccp-option 255"),
      RuleCase("-p dccp -m dccp --dccp-option 0", refusedAt: 2),
      RuleCase("-p dccp -m dccp --dccp-option 256", refusedAt: 2),
      RuleCase("-p dccp -m dccp"),
      RuleCase("-m dccp --sport 1", refusedAt: 3),
      RuleCase(
        "-p dccp --sport 7 --dccp-types DATA --dccp-option 5",
        saved: "-p dccp -m dccp --sport 7 --dccp-types DATA --dccp-option 5"),
      RuleCase("-p dccp -m dccp --sport :", saved: "-p dccp -m dccp --sport 0:65535"),
      RuleCase("-p dccp -m dccp --dccp-types \"\"", saved: "-p dccp -m dccp --dccp-types "),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
