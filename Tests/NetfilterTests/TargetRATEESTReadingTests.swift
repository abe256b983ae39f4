import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j RATEEST") struct TargetRATEESTReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase(
        "-j RATEEST --rateest-name RE1 --rateest-interval 250ms --rateest-ewmalog 500ms",
        saved: "-j RATEEST --rateest-name RE1 --rateest-interval 250.0ms --rateest-ewmalog 500.0ms"),
      RuleCase(
        "-j RATEEST --rateest-name RE2 --rateest-interval 1s --rateest-ewmalog 8s",
        saved: "-j RATEEST --rateest-name RE2 --rateest-interval 1.0s --rateest-ewmalog 8.0s"),
      RuleCase(
        "-j RATEEST --rateest-name RE3 --rateest-interval 4s --rateest-ewmalog 16s",
        saved: "-j RATEEST --rateest-name RE3 --rateest-interval 4.0s --rateest-ewmalog 16.0s"),
      RuleCase(
        "-j RATEEST --rateest-name RE4 --rateest-interval 250000us --rateest-ewmalog 500000us",
        saved: "-j RATEEST --rateest-name RE4 --rateest-interval 250.0ms --rateest-ewmalog 500.0ms"),
      RuleCase("-j RATEEST --rateest-name RE5 --rateest-interval 0.25s --rateest-ewmalog 0.5", refusedAt: 2),
      RuleCase(
        "-j RATEEST --rateest-name RE6 --rateest-interval 3s --rateest-ewmalog 8s",
        saved: "-j RATEEST --rateest-name RE6 --rateest-interval 4.0s --rateest-ewmalog 8.0s"),
      RuleCase("-j RATEEST --rateest-name RE6 --rateest-interval 3s", refusedAt: 2),
      RuleCase("-j RATEEST --rateest-name RE6 --rateest-ewmalog 3s", refusedAt: 2),
      RuleCase("-j RATEEST --rateest-interval 1s --rateest-ewmalog 8s", refusedAt: 2),
      RuleCase("-j RATEEST --rateest-name RE7 --rateest-interval 1x --rateest-ewmalog 8s", refusedAt: 2),
      RuleCase("-j RATEEST --rateest-name RE8 --rateest-interval 16s --rateest-ewmalog 8s", refusedAt: 2),
      RuleCase(
        "-j RATEEST --rateest-name RE9 --rateest-interval 8s --rateest-ewmalog 1024s",
        saved: "-j RATEEST --rateest-name RE9 --rateest-interval 8.0s --rateest-ewmalog 1024.0s"),
      RuleCase("-j RATEEST --rateest-name RE10 --rateest-interval 8s --rateest-ewmalog 1s", refusedAt: 2),
      RuleCase(
        "-j RATEEST --rateest-name averyverylongnameforarateestimator --rateest-interval 1s --rateest-ewmalog 8s",
        saved: "-j RATEEST --rateest-name averyverylongna --rateest-interval 1.0s --rateest-ewmalog 8.0s"),
      RuleCase(
        "-j RATEEST --rateest-name RF1 --rateest-interval 3s --rateest-ewmalog 11s",
        saved: "-j RATEEST --rateest-name RF1 --rateest-interval 4.0s --rateest-ewmalog 16.0s"),
      RuleCase(
        "-j RATEEST --rateest-name RF2 --rateest-interval 3s --rateest-ewmalog 14s",
        saved: "-j RATEEST --rateest-name RF2 --rateest-interval 4.0s --rateest-ewmalog 16.0s"),
      RuleCase(
        "-j RATEEST --rateest-name RF3 --rateest-interval 5s --rateest-ewmalog 18s",
        saved: "-j RATEEST --rateest-name RF3 --rateest-interval 8.0s --rateest-ewmalog 32.0s"),
      RuleCase(
        "-j RATEEST --rateest-name RF4 --rateest-interval 100ms --rateest-ewmalog 1s",
        saved: "-j RATEEST --rateest-name RF4 --rateest-interval 250.0ms --rateest-ewmalog 2.0s"),
      RuleCase("-j RATEEST --rateest-name RF5 --rateest-interval 8.5s --rateest-ewmalog 18s", refusedAt: 2),
      RuleCase(
        "-j RATEEST --rateest-name RF6 --rateest-interval 2sec --rateest-ewmalog 9secs",
        saved: "-j RATEEST --rateest-name RF6 --rateest-interval 2.0s --rateest-ewmalog 8.0s"),
      RuleCase(
        "-j RATEEST --rateest-name RF7 --rateest-interval 1500msec --rateest-ewmalog 9000000usec",
        saved: "-j RATEEST --rateest-name RF7 --rateest-interval 2.0s --rateest-ewmalog 8.0s"),
      RuleCase(
        "-j RATEEST --rateest-name RF8 --rateest-interval 1500 --rateest-ewmalog 9000000",
        saved: "-j RATEEST --rateest-name RF8 --rateest-interval 250.0ms --rateest-ewmalog 1024.0s"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
