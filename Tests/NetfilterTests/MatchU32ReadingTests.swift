import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m u32") struct MatchU32ReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m u32", refusedAt: 2),
      RuleCase("-m u32 ! --u32 \"6&0xFF=1\"", saved: "-m u32 ! --u32 \"0x6&0xff=0x1\""),
      RuleCase("-m u32 --u32 \"\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"-1=1\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0 = 1 : 2\"", saved: "-m u32 --u32 \"0x0=0x1:0x2\""),
      RuleCase(
        "-m u32 --u32 \"0 >> 22 & 0x3C @ 0 >> 24 = 0 && 4 & 0x1FFF = 0\"",
        saved: "-m u32 --u32 \"0x0>>0x16&0x3c@0x0>>0x18=0x0&&0x4&0x1fff=0x0\""),
      RuleCase("-m u32 --u32 \"0\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0&0x1@0xfffffff0=0\"", saved: "-m u32 --u32 \"0x0&0x1@0xfffffff0=0x0\""),
      RuleCase("-m u32 --u32 \"0&1\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0&1&2&3&4&5&6&7&8&9&10&11=1\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0&1&2&3&4&5&6&7&8&9&10=1\"", refusedAt: 2),
      RuleCase(
        "-m u32 --u32 \"0&1&2&3&4&5&6&7&8&9=1\"", saved: "-m u32 --u32 \"0x0&0x1&0x2&0x3&0x4&0x5&0x6&0x7&0x8&0x9=0x1\""),
      RuleCase("-m u32 --u32 \"010=010\"", saved: "-m u32 --u32 \"0x8=0x8\""),
      RuleCase("-m u32 --u32 \"0<<31=0\"", saved: "-m u32 --u32 \"0x0<<0x1f=0x0\""),
      RuleCase("-m u32 --u32 \"0<<33=0\"", refusedAt: 3),
      RuleCase("-m u32 --u32 \"0<<8=1\"", saved: "-m u32 --u32 \"0x0<<0x8=0x1\""),
      RuleCase("-m u32 --u32 \"0=\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0=0:0xFFFF\"", saved: "-m u32 --u32 \"0x0=0x0:0xffff\""),
      RuleCase("-m u32 --u32 \"0=0x100000000\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0=1 2\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0=1\"", saved: "-m u32 --u32 \"0x0=0x1\""),
      RuleCase("-m u32 --u32 \"0=1\" --u32 \"0=2\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0=1&&\"", refusedAt: 2),
      RuleCase(
        "-m u32 --u32 \"0=1&&0=1&&0=1&&0=1&&0=1&&0=1&&0=1&&0=1&&0=1&&0=1\"",
        saved:
          "-m u32 --u32 \"0x0=0x1&&0x0=0x1&&0x0=0x1&&0x0=0x1&&0x0=0x1&&0x0=0x1&&0x0=0x1&&0x0=0x1&&0x0=0x1&&0x0=0x1\""),
      RuleCase("-m u32 --u32 \"0=1&&0=1&&0=1&&0=1&&0=1&&0=1&&0=1&&0=1&&0=1&&0=1&&0=1\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0=1&0=2\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0=1,\"", refusedAt: 2),
      RuleCase(
        "-m u32 --u32 \"0=1,2,3,4,5,6,7,8,9,10\"", saved: "-m u32 --u32 \"0x0=0x1,0x2,0x3,0x4,0x5,0x6,0x7,0x8,0x9,0xa\""
      ),
      RuleCase("-m u32 --u32 \"0=1,2,3,4,5,6,7,8,9,10,11\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0=1:\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0=1|2\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0=5:1\"", saved: "-m u32 --u32 \"0x0=0x5:0x1\""),
      RuleCase("-m u32 --u32 \"0=:1\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0>1=1\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0>>22&0x3C@0>>24=0\"", saved: "-m u32 --u32 \"0x0>>0x16&0x3c@0x0>>0x18=0x0\""),
      RuleCase("-m u32 --u32 \"0>>22&0x3C@8>>32=0:0x7fffffff\"", refusedAt: 3),
      RuleCase("-m u32 --u32 \"0>>31=0\"", saved: "-m u32 --u32 \"0x0>>0x1f=0x0\""),
      RuleCase("-m u32 --u32 \"0>>32=0\"", refusedAt: 3),
      RuleCase("-m u32 --u32 \"0>>=1\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0x0=0x0&&0x0=0x1\""),
      RuleCase("-m u32 --u32 \"0x100000000=1\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"0xfffffffc=0\"", saved: "-m u32 --u32 \"0xfffffffc=0x0\""),
      RuleCase("-m u32 --u32 \"12=0xC0A80F01\"", saved: "-m u32 --u32 \"0xc=0xc0a80f01\""),
      RuleCase(
        "-m u32 --u32 \"4&0x1FFF=0&&0>>22&0x3C@4=0x29\"",
        saved: "-m u32 --u32 \"0x4&0x1fff=0x0&&0x0>>0x16&0x3c@0x4=0x29\""),
      RuleCase("-m u32 --u32 \"6&0xFF=1:10,17\"", saved: "-m u32 --u32 \"0x6&0xff=0x1:0xa,0x11\""),
      RuleCase("-m u32 --u32 \"=1\"", refusedAt: 2),
      RuleCase("-m u32 --u32 \"x=1\"", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
