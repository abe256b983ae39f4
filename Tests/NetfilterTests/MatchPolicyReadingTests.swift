import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m policy") struct MatchPolicyReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m policy --dir in --pol none"),
      RuleCase("-m policy --dir in --pol ipsec"),
      RuleCase("-m policy --dir out --pol none", refusedAt: 3),
      RuleCase("-m policy --dir out --pol none", in: .filter, "OUTPUT"),
      RuleCase(
        "-m policy --dir out --pol ipsec --strict --reqid 1 --spi 0x1 --proto esp --mode tunnel --tunnel-src 10.0.0.0/8 --tunnel-dst 10.0.0.1 --next --reqid 2",
        saved:
          "-m policy --dir out --pol ipsec --strict --reqid 1 --spi 0x1 --proto esp --mode tunnel --tunnel-dst 10.0.0.1 --tunnel-src 10.0.0.0/8 --next --reqid 2",
        in: .filter, "OUTPUT"),
      RuleCase("-m policy --dir in --pol none", refusedAt: 3, in: .filter, "OUTPUT"),
      RuleCase("-m policy --dir in --pol ipsec --proto esp", in: .filter, "FORWARD"),
      RuleCase("-m policy --dir in --pol ipsec --proto ah --mode transport", in: .filter, "FORWARD"),
      RuleCase(
        "-m policy --dir in --pol none --proto esp", saved: "-m policy --dir in --pol none", in: .filter, "FORWARD"),
      RuleCase("-m policy --dir in --pol none --strict", refusedAt: 2, in: .filter, "FORWARD"),
      RuleCase("-m policy --dir foo --pol none", refusedAt: 2, in: .filter, "FORWARD"),
      RuleCase("-m policy --dir in --pol foo", refusedAt: 2, in: .filter, "FORWARD"),
      RuleCase("-m policy --dir in", saved: "-m policy --dir in --pol ipsec", in: .filter, "FORWARD"),
      RuleCase("-m policy --pol none", refusedAt: 2, in: .filter, "FORWARD"),
      RuleCase(
        "-m policy --dir in --pol ipsec --strict --spi 10 --next --spi 11 --next", refusedAt: 2, in: .filter, "FORWARD"),
      RuleCase("-m policy --dir in --pol ipsec --next", refusedAt: 2, in: .filter, "FORWARD"),
      RuleCase("-m policy --dir in --pol ipsec --strict", refusedAt: 2, in: .filter, "FORWARD"),
      RuleCase("-m policy --dir in --pol ipsec --tunnel-src 10.0.0.1", refusedAt: 2, in: .filter, "FORWARD"),
      RuleCase("-m policy --dir in --pol ipsec --mode tunnel --tunnel-src 10.0.0.1", in: .filter, "FORWARD"),
      RuleCase(
        "-m policy --dir in --pol ipsec --mode tunnel ! --tunnel-src 10.0.0.1/255.0.0.0",
        saved: "-m policy --dir in --pol ipsec --mode tunnel ! --tunnel-src 10.0.0.1/8", in: .filter, "FORWARD"),
      RuleCase(
        "-m policy --dir in --pol ipsec --mode transport --tunnel-src 10.0.0.1", refusedAt: 2, in: .filter, "FORWARD"),
      RuleCase(
        "-m policy --dir in --pol ipsec --proto 50", saved: "-m policy --dir in --pol ipsec --proto esp", in: .filter,
        "FORWARD"),
      RuleCase("-m policy --dir in --pol ipsec --proto tcp", refusedAt: 2, in: .filter, "FORWARD"),
      RuleCase("-m policy --dir in --pol ipsec --mode foo", refusedAt: 2, in: .filter, "FORWARD"),
      RuleCase(
        "-m policy --dir in --pol ipsec --reqid 4294967295 --spi 4294967295",
        saved: "-m policy --dir in --pol ipsec --reqid 4294967295 --spi 0xffffffff", in: .filter, "FORWARD"),
      RuleCase("-m policy --dir in --pol ipsec --reqid x", refusedAt: 2, in: .filter, "FORWARD"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
