import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j LOG") struct TargetLogReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j LOG"),
      RuleCase("-j LOG --log-prefix \"UNKNOWN_OUTGOING: \" --log-level 5"),
      RuleCase("-j LOG --log-prefix drop"),
      RuleCase("-j LOG --log-prefix \"\"", refusedAt: 2),
      RuleCase(
        "-j LOG --log-prefix 01234567890123456789012345678901234",
        saved: "-j LOG --log-prefix 01234567890123456789012345678"),
      RuleCase("-j LOG --log-level debug", saved: "-j LOG --log-level 7"),
      RuleCase("-j LOG --log-level panic", saved: "-j LOG --log-level 0"),
      RuleCase("-j LOG --log-level error", saved: "-j LOG --log-level 3"),
      RuleCase("-j LOG --log-level warning", saved: "-j LOG"),
      RuleCase("-j LOG --log-level warn", refusedAt: 2),
      RuleCase("-j LOG --log-level 8", refusedAt: 2),
      RuleCase("-j LOG --log-level 0x7", saved: "-j LOG --log-level 7"),
      RuleCase(
        "-j LOG --log-macdecode --log-uid --log-ip-options --log-tcp-options --log-tcp-sequence",
        saved: "-j LOG --log-tcp-sequence --log-tcp-options --log-ip-options --log-uid --log-macdecode"),
      RuleCase("-j LOG --log-tcp-s", saved: "-j LOG --log-tcp-sequence"),
      RuleCase("-j LOG --log-tcp", refusedAt: 2),
      RuleCase("-j LOG --log-uid --log-uid", refusedAt: 2),
      RuleCase("-j LOG --log-prefix \"it's\"", saved: "-j LOG --log-prefix \"it\\'s\"", in: .nat, "PREROUTING"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
