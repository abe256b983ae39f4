import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-j SET") struct TargetSETReadingTests {
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
      RuleCase("-j SET --add-set hip src"),
      RuleCase("-j SET --del-set hip src"),
      RuleCase("-j SET --add-set hip src --exist"),
      RuleCase("-j SET --add-set hip src --timeout 5"),
      RuleCase("-j SET --add-set hnt src --timeout 5 --exist", saved: "-j SET --add-set hnt src --exist --timeout 5"),
      RuleCase("-j SET --add-set hnt src --timeout 4294967"),
      RuleCase("-j SET --add-set hnt src --timeout 4294968"),
      RuleCase("-j SET --add-set hip src --del-set hnet dst"),
      RuleCase("-j SET --add-set nosuch src", refusedAt: 2),
      RuleCase("-j SET --add-set hip", refusedAt: 2),
      RuleCase("-j SET", refusedAt: 2),
      RuleCase("-j SET --exist", refusedAt: 2),
      RuleCase("-j SET --timeout 5", refusedAt: 2),
      RuleCase("-j SET --add-set hip foo", refusedAt: 2),
      RuleCase("-j SET --add-set hipport src,dst"),
      RuleCase("-j SET --map-set hip src", refusedAt: 2, in: .mangle, "INPUT"),
      RuleCase("-j SET --map-set hip src --map-mark", in: .mangle, "INPUT"),
      RuleCase("-j SET --map-set hip src --map-mark --map-prio --map-queue", refusedAt: 3, in: .mangle, "INPUT"),
      RuleCase("-j SET --map-set hip src --map-mark", refusedAt: 3),
      RuleCase("-j SET ! --add-set hip src", saved: "-j SET --add-set hip src"),
      RuleCase("-j SET --add-set hip src --add-set hnet src", refusedAt: 2),
      RuleCase("-j SET --del-set hip src --exist", refusedAt: 2),
      RuleCase("-j SET --add-set hnt src --timeout 5 --del-set hip src"),
      RuleCase(
        "-j SET --add-set hnt src --timeout 5 --exist --del-set hip dst",
        saved: "-j SET --add-set hnt src --exist --timeout 5 --del-set hip dst"),
      RuleCase("-j SET --del-set hip src --timeout 5", refusedAt: 2),
      RuleCase("-j SET --add-set hnt src --timeout x", refusedAt: 2),
      RuleCase("-j SET --add-set hnt src --timeout 4294967295", refusedAt: 2),
      RuleCase("-j SET --add-set hnt src --timeout 4294967296", refusedAt: 2),
      RuleCase("-j SET --add-set hnt src --timeout 2147484"),
      RuleCase("-j SET --exist --add-set hip src", saved: "-j SET --add-set hip src --exist"),
      RuleCase("-j SET --map-set hip src --map-mark --map-prio --map-queue", in: .mangle, "FORWARD"),
      RuleCase(
        "-j SET --map-set hip src --map-prio --add-set hip src",
        saved: "-j SET --add-set hip src --map-set hip src --map-prio", in: .mangle, "FORWARD"),
      RuleCase("-j SET --map-set hip src --exist --map-prio", refusedAt: 2, in: .mangle, "FORWARD"),
      RuleCase("-j SET --add-set hip src --map-mark", refusedAt: 2),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check(sets: Self.sets) }
}
