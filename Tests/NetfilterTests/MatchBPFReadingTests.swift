import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m bpf") struct MatchBPFReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m bpf --bytecode \"1,6 0 0 1\""),
      RuleCase("-m bpf --bytecode \"4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0\""),
      RuleCase("-m bpf --bytecode \"2,6 0 0 1\"", refusedAt: 2),
      RuleCase("-m bpf --bytecode \"foo\"", refusedAt: 2),
      RuleCase("-m bpf --bytecode \"0\"", refusedAt: 2),
      RuleCase("-m bpf --object-pinned /sys/fs/bpf/x", refusedAt: 2),
      RuleCase("-m bpf", refusedAt: 2),
      RuleCase("-m bpf --bytecode \"1,6 0 0 1,\"", saved: "-m bpf --bytecode \"1,6 0 0 1\""),
      RuleCase("-m bpf --bytecode \"1, 6 0 0 1\"", saved: "-m bpf --bytecode \"1,6 0 0 1\""),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
