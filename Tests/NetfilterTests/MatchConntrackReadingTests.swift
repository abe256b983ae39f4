import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m conntrack") struct MatchConntrackReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m conntrack --ctstate RELATED,ESTABLISHED"),
      RuleCase("-m conntrack ! --ctstate NEW,SNAT,DNAT"),
      RuleCase("-m conntrack --ctstate D", saved: "-m conntrack --ctstate DNAT"),
      RuleCase("-m conntrack --ctstate FOO", refusedAt: 2),
      RuleCase("-m conntrack --ctproto tcp", saved: "-m conntrack --ctproto 6"),
      RuleCase("-m conntrack ! --ctproto 17"),
      RuleCase("-m conntrack --ctproto foo", refusedAt: 2),
      RuleCase("-m conntrack --ctorigsrc 10.0.0.0/8 --ctorigdst 192.0.2.1"),
      RuleCase(
        "-m conntrack ! --ctreplsrc 192.0.2.77/24 ! --ctrepldst 192.0.2.0/255.255.255.0",
        saved: "-m conntrack ! --ctreplsrc 192.0.2.77/24 ! --ctrepldst 192.0.2.0/24"),
      RuleCase("-m conntrack --ctorigsrc 10.0.0.1/255.0.255.0", saved: "-m conntrack --ctorigsrc 10.0.0.1"),
      RuleCase("-m conntrack --ctorigsrc 10.0.0.1/33", saved: "-m conntrack --ctorigsrc 10.0.0.1"),
      RuleCase("-m conntrack --ctorigsrc foo.invalid", refusedAt: 2),
      RuleCase("-m conntrack --ctorigsrcport 1024:65535 ! --ctorigdstport 22"),
      RuleCase(
        "-m conntrack --ctreplsrcport : --ctrepldstport 5:5",
        saved: "-m conntrack --ctreplsrcport 0:65535 --ctrepldstport 5"),
      RuleCase("-m conntrack --ctorigsrcport ssh", saved: "-m conntrack --ctorigsrcport 22"),
      RuleCase("-m conntrack --ctorigsrcport 65535:1"),
      RuleCase("-m conntrack --ctstatus NONE"),
      RuleCase(
        "-m conntrack --ctstatus SEEN_REPLY,ASSURED,CONFIRMED,EXPECTED",
        saved: "-m conntrack --ctstatus EXPECTED,SEEN_REPLY,ASSURED,CONFIRMED"),
      RuleCase("-m conntrack ! --ctstatus EXPECTED"),
      RuleCase("-m conntrack --ctstatus BAD", refusedAt: 2),
      RuleCase("-m conntrack --ctexpire 5:10"),
      RuleCase("-m conntrack --ctexpire :10", saved: "-m conntrack --ctexpire 0:10"),
      RuleCase("-m conntrack --ctexpire 7:", saved: "-m conntrack --ctexpire 7:4294967295"),
      RuleCase("-m conntrack ! --ctexpire 7"),
      RuleCase("-m conntrack --ctexpire 1:2:3", refusedAt: 2),
      RuleCase("-m conntrack --ctdir REPLY"),
      RuleCase("-m conntrack --ctdir original", saved: "-m conntrack --ctdir ORIGINAL"),
      RuleCase("-m conntrack ! --ctdir REPLY", refusedAt: 2),
      RuleCase("-m conntrack --ctdir BOTH", refusedAt: 2),
      RuleCase("-m conntrack", refusedAt: 2),
      RuleCase(
        "-m conntrack --ctdir REPLY --ctexpire 5 --ctstatus ASSURED --ctorigdstport 80 --ctorigdst 192.0.2.1 --ctproto 6 --ctstate NEW",
        saved:
          "-m conntrack --ctstate NEW --ctproto 6 --ctorigdst 192.0.2.1 --ctorigdstport 80 --ctstatus ASSURED --ctexpire 5 --ctdir REPLY"
      ),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
