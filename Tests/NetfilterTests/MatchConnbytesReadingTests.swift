import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m connbytes") struct MatchConnbytesReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m connbytes --connbytes 0:1000 --connbytes-mode packets --connbytes-dir original"),
      RuleCase("-m connbytes ! --connbytes 0:1000 --connbytes-mode packets --connbytes-dir original"),
      RuleCase("-m connbytes --connbytes 0:4294967296 --connbytes-mode bytes --connbytes-dir reply"),
      RuleCase("-m connbytes --connbytes 1 --connbytes-mode bytes --connbytes-dir both"),
      RuleCase("-m connbytes --connbytes 1:1 --connbytes-mode bytes --connbytes-dir both"),
      RuleCase("-m connbytes ! --connbytes 1 --connbytes-mode bytes --connbytes-dir both"),
      RuleCase(
        "-m connbytes ! --connbytes 1:1 --connbytes-mode bytes --connbytes-dir both",
        saved: "-m connbytes --connbytes 1:1 --connbytes-mode bytes --connbytes-dir both"),
      RuleCase(
        "-m connbytes --connbytes 10: --connbytes-mode avgpkt --connbytes-dir both",
        saved: "-m connbytes --connbytes 10 --connbytes-mode avgpkt --connbytes-dir both"),
      RuleCase(
        "-m connbytes --connbytes :10 --connbytes-mode avgpkt --connbytes-dir both",
        saved: "-m connbytes --connbytes 0:10 --connbytes-mode avgpkt --connbytes-dir both"),
      RuleCase(
        "-m connbytes --connbytes : --connbytes-mode avgpkt --connbytes-dir both",
        saved: "-m connbytes --connbytes 0 --connbytes-mode avgpkt --connbytes-dir both"),
      RuleCase("-m connbytes --connbytes 0 --connbytes-mode avgpkt --connbytes-dir both"),
      RuleCase(
        "-m connbytes --connbytes 0:0 --connbytes-mode avgpkt --connbytes-dir both",
        saved: "-m connbytes --connbytes 0 --connbytes-mode avgpkt --connbytes-dir both"),
      RuleCase("-m connbytes --connbytes 10:5 --connbytes-mode avgpkt --connbytes-dir both", refusedAt: 2),
      RuleCase(
        "-m connbytes --connbytes 10:18446744073709551615 --connbytes-mode avgpkt --connbytes-dir both",
        saved: "-m connbytes --connbytes 10 --connbytes-mode avgpkt --connbytes-dir both"),
      RuleCase(
        "-m connbytes --connbytes 10:18446744073709551616 --connbytes-mode avgpkt --connbytes-dir both", refusedAt: 2),
      RuleCase("-m connbytes --connbytes -1:5 --connbytes-mode avgpkt --connbytes-dir both", refusedAt: 2),
      RuleCase("-m connbytes --connbytes 1:2:3 --connbytes-mode avgpkt --connbytes-dir both", refusedAt: 2),
      RuleCase("-m connbytes --connbytes 10 --connbytes-mode foo --connbytes-dir both", refusedAt: 2),
      RuleCase("-m connbytes --connbytes 10 --connbytes-mode bytes --connbytes-dir foo", refusedAt: 2),
      RuleCase("-m connbytes --connbytes 10 --connbytes-mode bytes", refusedAt: 2),
      RuleCase("-m connbytes --connbytes 10 --connbytes-dir both", refusedAt: 2),
      RuleCase("-m connbytes --connbytes-dir both --connbytes-mode bytes", refusedAt: 2),
      RuleCase("-m connbytes --connbytes a:b --connbytes-dir both --connbytes-mode bytes", refusedAt: 2),
      RuleCase(
        "-m connbytes ! --connbytes 10: --connbytes-mode avgpkt --connbytes-dir both",
        saved: "-m connbytes ! --connbytes 10 --connbytes-mode avgpkt --connbytes-dir both"),
      RuleCase("-m connbytes --connbytes 10,20 --connbytes-mode avgpkt --connbytes-dir both", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
