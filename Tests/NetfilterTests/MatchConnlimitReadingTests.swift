import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m connlimit") struct MatchConnlimitReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase(
        "-m connlimit --connlimit-upto 3",
        saved: "-m connlimit --connlimit-upto 3 --connlimit-mask 32 --connlimit-saddr"),
      RuleCase(
        "-m connlimit --connlimit-above 3",
        saved: "-m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr"),
      RuleCase(
        "-m connlimit ! --connlimit-above 3",
        saved: "-m connlimit --connlimit-upto 3 --connlimit-mask 32 --connlimit-saddr"),
      RuleCase(
        "-m connlimit ! --connlimit-upto 3",
        saved: "-m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr"),
      RuleCase(
        "-m connlimit --connlimit-above 3 --connlimit-mask 24",
        saved: "-m connlimit --connlimit-above 3 --connlimit-mask 24 --connlimit-saddr"),
      RuleCase(
        "-m connlimit --connlimit-above 3 --connlimit-mask 0",
        saved: "-m connlimit --connlimit-above 3 --connlimit-mask 0 --connlimit-saddr"),
      RuleCase(
        "-m connlimit --connlimit-above 3 --connlimit-mask 33",
        saved: "-m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr"),
      RuleCase(
        "-m connlimit --connlimit-above 3 --connlimit-mask 255.255.0.0",
        saved: "-m connlimit --connlimit-above 3 --connlimit-mask 16 --connlimit-saddr"),
      RuleCase(
        "-m connlimit --connlimit-above 3 --connlimit-mask 255.0.255.0",
        saved: "-m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-saddr"),
      RuleCase(
        "-m connlimit --connlimit-above 3 --connlimit-daddr",
        saved: "-m connlimit --connlimit-above 3 --connlimit-mask 32 --connlimit-daddr"),
      RuleCase("-m connlimit --connlimit-above 3 --connlimit-saddr --connlimit-daddr", refusedAt: 2),
      RuleCase("-m connlimit --connlimit-above 3 --connlimit-daddr --connlimit-saddr --connlimit-mask 8", refusedAt: 2),
      RuleCase("-m connlimit", refusedAt: 2),
      RuleCase("-m connlimit --connlimit-mask 24", refusedAt: 2),
      RuleCase("-m connlimit --connlimit-above 3 --connlimit-upto 3", refusedAt: 2),
      RuleCase(
        "-m connlimit --connlimit-above 0",
        saved: "-m connlimit --connlimit-above 0 --connlimit-mask 32 --connlimit-saddr"),
      RuleCase(
        "-m connlimit --connlimit-above 4294967295",
        saved: "-m connlimit --connlimit-above 4294967295 --connlimit-mask 32 --connlimit-saddr"),
      RuleCase("-m connlimit --connlimit-above 4294967296", refusedAt: 2),
      RuleCase("-m connlimit --connlimit-above x", refusedAt: 2),
      RuleCase(
        "-m connlimit --connlimit-above 0x10",
        saved: "-m connlimit --connlimit-above 16 --connlimit-mask 32 --connlimit-saddr"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
