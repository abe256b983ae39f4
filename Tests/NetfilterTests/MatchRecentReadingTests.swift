import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m recent") struct MatchRecentReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m recent --set", saved: "-m recent --set --name DEFAULT --mask 255.255.255.255 --rsource"),
      RuleCase(
        "-m recent --set --name ssh --rsource",
        saved: "-m recent --set --name ssh --mask 255.255.255.255 --rsource"),
      RuleCase(
        "-m recent --rcheck --seconds 60 --hitcount 4 --name ssh --rttl --rdest",
        saved: "-m recent --rcheck --seconds 60 --hitcount 4 --rttl --name ssh --mask 255.255.255.255 --rdest"),
      RuleCase(
        "-m recent --update --seconds 60 --reap",
        saved: "-m recent --update --seconds 60 --reap --name DEFAULT --mask 255.255.255.255 --rsource"),
      RuleCase(
        "-m recent ! --remove --name x", saved: "-m recent ! --remove --name x --mask 255.255.255.255 --rsource"),
      RuleCase("-m recent ! --rcheck", saved: "-m recent ! --rcheck --name DEFAULT --mask 255.255.255.255 --rsource"),
      RuleCase(
        "-m recent --rcheck --mask 255.255.255.0",
        saved: "-m recent --rcheck --name DEFAULT --mask 255.255.255.0 --rsource"),
      RuleCase("-m recent --rcheck --mask 24", saved: "-m recent --rcheck --name DEFAULT --mask 0.0.0.24 --rsource"),
      RuleCase("-m recent --rcheck --mask foo", refusedAt: 2),
      RuleCase("-m recent --rcheck --reap", refusedAt: 2),
      RuleCase("-m recent --set --seconds 5", refusedAt: 3),
      RuleCase("-m recent --set --hitcount 5", refusedAt: 3),
      RuleCase("-m recent --set --rttl", refusedAt: 2),
      RuleCase("-m recent --remove --rttl", refusedAt: 2),
      RuleCase("-m recent --rcheck --seconds 0", refusedAt: 2),
      RuleCase(
        "-m recent --rcheck --hitcount 0",
        saved: "-m recent --rcheck --name DEFAULT --mask 255.255.255.255 --rsource"),
      RuleCase(
        "-m recent --rcheck --hitcount 65535",
        saved: "-m recent --rcheck --hitcount 65535 --name DEFAULT --mask 255.255.255.255 --rsource"),
      RuleCase("-m recent --rcheck --hitcount 65536", refusedAt: 3),
      RuleCase("-m recent --rcheck --update", refusedAt: 2),
      RuleCase("-m recent --name foo", refusedAt: 2),
      RuleCase("-m recent --set --name a/b", refusedAt: 3),
      RuleCase("-m recent --set --name ..", refusedAt: 3),
      RuleCase("-m recent --set --name \"\"", refusedAt: 3),
      RuleCase(
        "-m recent --set --rsource --rdest",
        saved: "-m recent --set --name DEFAULT --mask 255.255.255.255 --rdest"),
      RuleCase("-m recent --set --name two --name three", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
