import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m helper") struct MatchHelperReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m helper --helper ftp"),
      RuleCase("-m helper ! --helper ftp"),
      RuleCase("-m helper --helper ftp-2121"),
      RuleCase("-m helper --helper \"\""),
      RuleCase("-m helper --helper \"two words\""),
      RuleCase(
        "-m helper --helper wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
        saved: "-m helper --helper wwwwwwwwwwwwwwwwwwwwwwwwwwwww"),
      RuleCase("-m helper --helper wwwwwwwwwwwwwwwwwwwwwwwwwwwww"),
      RuleCase(
        "-m helper --helper wwwwwwwwwwwwwwwwwwwwwwwwwwwwww", saved: "-m helper --helper wwwwwwwwwwwwwwwwwwwwwwwwwwwww"),
      RuleCase("-m helper", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
