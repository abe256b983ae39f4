import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m comment") struct MatchCommentReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m comment --comment plain_text-1"),
      RuleCase("-m comment --comment \"two words\""),
      RuleCase(
        "-m comment --comment \"a \\\"quoted\\\" \\\\ word's\"",
        saved: "-m comment --comment \"a \\\"quoted\\\" \\\\ word\\'s\""),
      RuleCase("-m comment --comment \"\""),
      RuleCase("-m comment", refusedAt: 2),
      RuleCase("-m comment ! --comment x", refusedAt: 2),
      RuleCase(
        "-m comment --comment 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789X"
      ),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
