import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m owner") struct MatchOwnerReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m owner --uid-owner 0", in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner root", saved: "-m owner --uid-owner 0", in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner nosuchuser", refusedAt: 2, in: .filter, "OUTPUT"),
      RuleCase("-m owner ! --uid-owner 0", in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner 0-10", in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner 10-0", refusedAt: 3, in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner 0-4294967295", refusedAt: 2, in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner 4294967294", in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner 4294967295", refusedAt: 2, in: .filter, "OUTPUT"),
      RuleCase("-m owner --gid-owner 0", in: .filter, "OUTPUT"),
      RuleCase("-m owner --gid-owner root", saved: "-m owner --gid-owner 0", in: .filter, "OUTPUT"),
      RuleCase("-m owner ! --gid-owner 0-5", in: .filter, "OUTPUT"),
      RuleCase("-m owner --socket-exists", in: .filter, "OUTPUT"),
      RuleCase("-m owner ! --socket-exists", in: .filter, "OUTPUT"),
      RuleCase(
        "-m owner --uid-owner 0 --gid-owner 0 --socket-exists",
        saved: "-m owner --socket-exists --uid-owner 0 --gid-owner 0", in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner 0 ! --gid-owner 7", in: .filter, "OUTPUT"),
      RuleCase("-m owner", refusedAt: 2, in: .filter, "OUTPUT"),
      RuleCase("-m owner --suppl-groups --gid-owner 0", refusedAt: 2, in: .filter, "OUTPUT"),
      RuleCase("-m owner --suppl-groups", refusedAt: 2, in: .filter, "OUTPUT"),
      RuleCase("-m owner --gid-owner daemon", saved: "-m owner --gid-owner 1", in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner www-data", saved: "-m owner --uid-owner 33", in: .filter, "OUTPUT"),
      RuleCase("-m owner --pid-owner 1", refusedAt: 2, in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner x", refusedAt: 2, in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner 1-", refusedAt: 2, in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner -1", refusedAt: 2, in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner nobody", saved: "-m owner --uid-owner 65534", in: .filter, "OUTPUT"),
      RuleCase("-m owner --gid-owner nogroup", saved: "-m owner --gid-owner 65534", in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner 33", in: .filter, "OUTPUT"),
      RuleCase("-m owner --uid-owner 0", refusedAt: 3),
      RuleCase("-m owner --uid-owner 0", refusedAt: 3, in: .filter, "FORWARD"),
      RuleCase("-m owner --uid-owner 0", in: .nat, "POSTROUTING"),
      RuleCase("-m owner --uid-owner 0x10", saved: "-m owner --uid-owner 16", in: .mangle, "OUTPUT"),
      RuleCase("-m owner --uid-owner \"\"", refusedAt: 2, in: .filter, "OUTPUT"),
      RuleCase("-m owner --gid-owner 0 --suppl-groups", in: .filter, "OUTPUT"),
      RuleCase(
        "-m owner ! --gid-owner 0 --suppl-groups --uid-owner 5",
        saved: "-m owner --uid-owner 5 ! --gid-owner 0 --suppl-groups", in: .filter, "OUTPUT"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
