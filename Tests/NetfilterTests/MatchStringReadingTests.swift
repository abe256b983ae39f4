import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m string") struct MatchStringReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-m string --algo bm --string \"test\"", saved: "-m string --string \"test\" --algo bm"),
      RuleCase("-m string --string test", refusedAt: 2),
      RuleCase("-m string --algo bm", refusedAt: 2),
      RuleCase("-m string --string \"test\" --algo bm --to 1500"),
      RuleCase("-m string --string \"test\" --algo bm --from 5"),
      RuleCase("-m string --string \"test\" --algo kmp --from 5 --to 100"),
      RuleCase("-m string --string \"test\" --algo kmp --from 100 --to 5", refusedAt: 3),
      RuleCase("-m string --string \"test\" --algo kmp --from 65535"),
      RuleCase("-m string --string \"test\" --algo kmp --from 65536", refusedAt: 2),
      RuleCase("-m string --string \"test\" --algo kmp --to 65535", saved: "-m string --string \"test\" --algo kmp"),
      RuleCase("-m string --string \"test\" --algo kmp --to 65534"),
      RuleCase("-m string --string \"test\" --algo foo", refusedAt: 3),
      RuleCase("-m string --string \"test\" --algo fsm", refusedAt: 3),
      RuleCase("-m string --string \"test\" --algo kmp --icase"),
      RuleCase("-m string ! --string \"test\" --algo kmp --icase"),
      RuleCase("-m string --string \"\" --algo kmp", refusedAt: 3),
      RuleCase("-m string --string \"a b\" --algo kmp"),
      RuleCase("-m string --string \"a\\\"b\" --algo kmp"),
      RuleCase("-m string --string \"a\\\\b\" --algo kmp"),
      RuleCase(
        "-m string --string \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" --algo bm"
      ),
      RuleCase(
        "-m string --string \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" --algo bm",
        refusedAt: 2),
      RuleCase("-m string --hex-string \"|01020304|\" --algo bm"),
      RuleCase(
        "-m string --hex-string \"|01 02 03 04|\" --algo bm", saved: "-m string --hex-string \"|01020304|\" --algo bm"),
      RuleCase("-m string --hex-string \"|61|\" --algo bm", saved: "-m string --string \"a\" --algo bm"),
      RuleCase(
        "-m string --hex-string \"abc|61 ff|de\" --algo bm",
        saved: "-m string --hex-string \"|61626361ff6465|\" --algo bm"),
      RuleCase("-m string --hex-string \"abc\" --algo bm", saved: "-m string --string \"abc\" --algo bm"),
      RuleCase("-m string --hex-string \"|616|\" --algo bm", refusedAt: 2),
      RuleCase("-m string --hex-string \"|6g|\" --algo bm", refusedAt: 2),
      RuleCase("-m string --hex-string \"|61\" --algo bm", refusedAt: 2),
      RuleCase("-m string --hex-string \"a\\\\|b\" --algo bm", saved: "-m string --string \"a|b\" --algo bm"),
      RuleCase("-m string --hex-string \"\" --algo bm", refusedAt: 2),
      RuleCase("-m string --hex-string \"||\" --algo bm", refusedAt: 2),
      RuleCase(
        "-m string ! --hex-string \"|0d 0a|\" --algo kmp", saved: "-m string ! --hex-string \"|0d0a|\" --algo kmp"),
      RuleCase("-m string --hex-string \"|0d|\" --string x --algo kmp", refusedAt: 2),
      RuleCase(
        "-m string --hex-string \"a|0d|b|0a|c\" --algo kmp --icase --from 1 --to 2",
        saved: "-m string --hex-string \"|610d620a63|\" --algo kmp --from 1 --to 2 --icase"),
      RuleCase("-m string --string \"|61|\" --algo kmp"),
      RuleCase("-m string --string \"é\" --algo kmp", saved: "-m string --hex-string \"|c3a9|\" --algo kmp"),
      RuleCase("-m string --hex-string \"|2061|\" --algo kmp", saved: "-m string --string \" a\" --algo kmp"),
      RuleCase("-m string --hex-string \"|6120|\" --algo kmp", saved: "-m string --string \"a \" --algo kmp"),
      RuleCase("-m string --string \"test\" --algo bm --to 1500 --from 3 --to 4", refusedAt: 2),
      RuleCase("-m string --string \"it's\" --algo bm"),
      RuleCase("-m string --hex-string \"|61627c|\" --algo bm", saved: "-m string --string \"ab|\" --algo bm"),
      RuleCase("-m string --hex-string \"|615c|\" --algo bm"),
      RuleCase("-m string --hex-string \"|6122|\" --algo bm", saved: "-m string --string \"a\\\"\" --algo bm"),
      RuleCase("-m string --string \"a|b\" --algo bm"),
      RuleCase("-m string --string \"$PATH\" --algo bm"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
