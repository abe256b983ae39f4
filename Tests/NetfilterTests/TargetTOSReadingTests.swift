import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j TOS") struct TargetTOSReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-j TOS --set-tos 0x10", saved: "-j TOS --set-tos 0x10/0xff", in: .mangle, "INPUT"),
      RuleCase("-j TOS --set-tos 16/0x3f", saved: "-j TOS --set-tos 0x10/0x3f", in: .mangle, "INPUT"),
      RuleCase("-j TOS --set-tos Minimize-Delay", saved: "-j TOS --set-tos 0x10/0x3f", in: .mangle, "INPUT"),
      RuleCase("-j TOS --and-tos 0x0f", saved: "-j TOS --set-tos 0x00/0xf0", in: .mangle, "INPUT"),
      RuleCase("-j TOS --or-tos 4", saved: "-j TOS --set-tos 0x04/0x04", in: .mangle, "INPUT"),
      RuleCase("-j TOS --xor-tos 4", saved: "-j TOS --set-tos 0x04/0x00", in: .mangle, "INPUT"),
      RuleCase("-j TOS --or-tos 256", refusedAt: 2, in: .mangle, "INPUT"),
      RuleCase("-j TOS --or-tos 1 --and-tos 1", refusedAt: 2, in: .mangle, "INPUT"),
      RuleCase("-j TOS", refusedAt: 2, in: .mangle, "INPUT"),
      RuleCase("-j TOS --set-tos 4", refusedAt: 3),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
