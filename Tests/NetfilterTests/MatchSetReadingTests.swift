import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m set") struct MatchSetReadingTests {
  /// Created in that namespace before.
  private static let sets = """
    create hip hash:ip family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x12345678
    add hip 108.162.0.1
    add hip 10.0.0.2
    create hipm hash:ip family inet hashsize 1024 maxelem 65536 netmask 24 bucketsize 12 initval 0x12345678
    add hipm 108.162.0.0
    create hnet hash:net family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1
    add hnet 108.162.0.0/24
    add hnet 10.0.0.0/8
    add hnet 10.0.0.5 nomatch
    create hnt hash:net family inet hashsize 1024 maxelem 65536 timeout 300 counters comment bucketsize 12 initval 0x1
    add hnt 203.0.113.0/24 timeout 290 packets 3 bytes 120 comment "two words"
    create hipport hash:ip,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1
    add hipport 108.162.0.1,tcp:22
    add hipport 89.238.65.123,udp:53
    add hipport 10.0.0.2,icmp:8/0
    create hnetport hash:net,port family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x1
    add hnetport 108.162.0.0/16,tcp:80
    add hnetport 89.238.65.0/24,udp:53 nomatch
    create bport bitmap:port range 0-65535
    add bport 22
    add bport 443
    create lst list:set size 8
    add lst hip
    add lst hnt
    create bip bitmap:ip range 10.0.0.0/24
    add bip 10.0.0.5
    """

  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m set --match-set hip src"),
      RuleCase("-m set --match-set hip dst"),
      RuleCase("-m set ! --match-set hip src"),
      RuleCase("-m set --match-set hip src,dst"),
      RuleCase("-m set --match-set hipport src,src"),
      RuleCase("-m set --match-set hipport dst,dst"),
      RuleCase("-m set --match-set hipport src,dst"),
      RuleCase("-m set --match-set hipport src"),
      RuleCase("-m set --match-set hnetport src,dst"),
      RuleCase("-m set --match-set bport dst"),
      RuleCase("-m set --match-set bport src,dst"),
      RuleCase("-m set --match-set lst src"),
      RuleCase("-m set --match-set nosuch src", refusedAt: 2),
      RuleCase("-m set --match-set hip foo", refusedAt: 2),
      RuleCase("-m set --match-set hip src,dst,src,dst,src,dst"),
      RuleCase("-m set --match-set hip src,dst,src,dst,src,dst,src", refusedAt: 2),
      RuleCase("-m set --match-set hip", refusedAt: 2),
      RuleCase("-m set", refusedAt: 2),
      RuleCase("-m set --match-set hip src --match-set hnet dst", refusedAt: 2),
      RuleCase("-m set --match-set hip src --return-nomatch"),
      RuleCase("-m set --match-set hnt src ! --update-counters"),
      RuleCase("-m set --match-set hnt src ! --update-subcounters"),
      RuleCase("-m set --match-set hnt src --update-counters", saved: "-m set --match-set hnt src"),
      RuleCase("-m set --match-set hnt src --packets-eq 5"),
      RuleCase("-m set --match-set hnt src ! --packets-eq 5"),
      RuleCase("-m set --match-set hnt src --packets-lt 5"),
      RuleCase("-m set --match-set hnt src --packets-gt 5"),
      RuleCase("-m set --match-set hnt src --bytes-eq 5"),
      RuleCase("-m set --match-set hnt src ! --bytes-eq 5"),
      RuleCase("-m set --match-set hnt src --bytes-lt 5"),
      RuleCase("-m set --match-set hnt src --bytes-gt 5"),
      RuleCase(
        "-m set --match-set hnt src --bytes-gt 5 --packets-gt 5",
        saved: "-m set --match-set hnt src --packets-gt 5 --bytes-gt 5"),
      RuleCase("-m set --match-set hnt src --bytes-gt 5 --bytes-lt 7", refusedAt: 2),
      RuleCase("-m set --match-set hnt src ! --bytes-gt 5", refusedAt: 2),
      RuleCase("-m set --match-set hip src --packets-eq 5"),
      RuleCase("-m set --match-set hip src --packets-eq x", refusedAt: 2),
      RuleCase("-m set --set hip src", saved: "-m set --match-set hip src"),
      RuleCase("-m set --match-set averyveryverylongnameforasetthatistoolong src", refusedAt: 2),
      RuleCase("-m set --match-set hip SRC", refusedAt: 2),
      RuleCase("-m set --match-set hip src --packets-gt 18446744073709551615"),
      RuleCase("-m set --packets-gt 5", refusedAt: 2),
      RuleCase("-m set --return-nomatch", refusedAt: 2),
      RuleCase(
        "-m set --match-set \"hip\" src -m set --match-set hnet dst",
        saved: "-m set --match-set hip src -m set --match-set hnet dst"),
      RuleCase("-m set --match-set hip srcx", saved: "-m set --match-set hip src"),
      RuleCase("-m set --match-set hip src,", refusedAt: 2),
      RuleCase("-m set --match-set hip ,src", refusedAt: 2),
      RuleCase("-m set --match-set hip sr", refusedAt: 2),
      RuleCase("-m set --match-set hnt src --packets-eq 0x10", saved: "-m set --match-set hnt src --packets-eq 16"),
      RuleCase("-m set --match-set hnt src --packets-eq 010", saved: "-m set --match-set hnt src --packets-eq 8"),
      RuleCase("-m set --match-set hnt src --packets-eq 5x", refusedAt: 2),
      RuleCase("-m set --match-set hnt src --packets-eq -5", refusedAt: 2),
      RuleCase("-m set --match-set hnt src --packets-eq 5 --packets-lt 7", refusedAt: 2),
      RuleCase(
        "-m set --match-set hnt src --packets-eq 5 --bytes-lt 7 --return-nomatch ! --update-counters ! --update-subcounters",
        saved:
          "-m set --match-set hnt src --return-nomatch ! --update-counters ! --update-subcounters --packets-eq 5 --bytes-lt 7"
      ),
      RuleCase("-m set --packets-eq 5 --match-set hnt src", saved: "-m set --match-set hnt src --packets-eq 5"),
      RuleCase("-m set --return-nomatch --match-set hnt src", saved: "-m set --match-set hnt src --return-nomatch"),
      RuleCase("-m set --match-set \"\" src", refusedAt: 2),
      RuleCase("-m set --match-set hip \"\"", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check(sets: Self.sets) }
}
