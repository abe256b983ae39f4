import Testing

@testable import Netfilter

/// A whole file, and what iptables-legacy-restore makes of it.
struct FileCase: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let text: String
  /// What `iptables-legacy-save` prints, without comment lines; empty where the file is refused.
  let saved: String
  let refusedAt: Int?

  init(_ name: String, _ text: String, saved: String = "", refusedAt line: Int? = nil) {
    (testDescription, self.text, self.saved, refusedAt) = (name, text, saved, line)
  }
}

// What iptables-restore 1.8.9 (legacy) does on Linux 6.18, in a network namespace of its own.
@Suite("files of rules") struct RulesFileTests {
  @Test(
    "are read and refused as iptables-restore does",
    arguments: [
      FileCase(
        "comments, blank lines and counters",
        "# comment\n\n*filter\n:INPUT DROP [1:2]\n\n# more\n[3:4] -A INPUT -j ACCEPT\nCOMMIT\n# end\n",
        saved: "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n"),
      FileCase(
        "own chains come sorted by their bytes",
        "*filter\n:zz - [0:0]\n:aa - [0:0]\n:Bb - [0:0]\n-A INPUT -j zz\n-A zz -g aa\n-A aa -j Bb\nCOMMIT\n",
        saved:
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:Bb - [0:0]\n:aa - [0:0]\n:zz - [0:0]\n-A INPUT -j zz\n-A aa -j Bb\n-A zz -g aa\nCOMMIT\n"
      ),
      FileCase(
        "several tables come last first", "*nat\nCOMMIT\n*filter\nCOMMIT\n*raw\nCOMMIT\n*mangle\nCOMMIT\n",
        saved:
          "*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n"
      ),
      FileCase(
        "-I, -R, -D, -F, -N, -X, -P, -Z and -E",
        "*filter\n-N one\n-N two\n-A INPUT -p tcp\n-I INPUT -p udp\n-I INPUT 2 -p icmp\n-R INPUT 1 -p esp\n-D INPUT -p tcp\n-D INPUT 1\n-A one -j two\n-E two three\n-P FORWARD DROP\n-Z\n-Z INPUT 1\n-F INPUT\n-N four\n-X four\nCOMMIT\n",
        saved:
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n:one - [0:0]\n:three - [0:0]\n-A one -j three\nCOMMIT\n"
      ),
      FileCase(
        "several addresses are inserted one before the other",
        "*filter\n-I INPUT -s 10.0.0.1,10.0.0.2\n-D INPUT -s 10.0.0.1\n-C INPUT -s 10.0.0.2\nCOMMIT\n",
        saved:
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -s 10.0.0.2/32\nCOMMIT\n"
      ),
      FileCase("no COMMIT", "*filter\n-A INPUT -j ACCEPT\n", refusedAt: 3),
      FileCase("COMMIT without a line end", "*filter\nCOMMIT", refusedAt: 2),
      FileCase("COMMIT with a carriage return", "*filter\nCOMMIT\r\n", refusedAt: 2),
      FileCase("a line of spaces", "*filter\n   \nCOMMIT\n", refusedAt: 2),
      FileCase("COMMIT after spaces", "*filter\n COMMIT\n", refusedAt: 2),
      FileCase("an unknown table", "*foo\nCOMMIT\n", refusedAt: 1),
      FileCase("a table within a table", "*filter\n*nat\nCOMMIT\n", refusedAt: 2),
      FileCase("COMMIT without a table", "COMMIT\n", refusedAt: 1),
      FileCase("a chain declared twice", "*filter\n:one - [0:0]\n:one - [0:0]\nCOMMIT\n", refusedAt: 3),
      FileCase("a chain called ACCEPT", "*filter\n:ACCEPT - [0:0]\nCOMMIT\n", refusedAt: 2),
      FileCase(
        "a chain called LOG wins over the target", "*filter\n:LOG - [0:0]\n-A INPUT -j LOG\nCOMMIT\n",
        saved:
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:LOG - [0:0]\n-A INPUT -j LOG\nCOMMIT\n"
      ),
      FileCase("-N LOG", "*filter\n-N LOG\nCOMMIT\n", refusedAt: 2),
      FileCase("-N of a chain that is there", "*filter\n-N one\n-N one\nCOMMIT\n", refusedAt: 3),
      FileCase("-N with a name too long", "*filter\n-N a234567890123456789012345678x\nCOMMIT\n", refusedAt: 2),
      FileCase(
        "-N with the longest name", "*filter\n-N a234567890123456789012345678\nCOMMIT\n",
        saved:
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:a234567890123456789012345678 - [0:0]\nCOMMIT\n"
      ),
      FileCase("a policy for an own chain", "*filter\n:one ACCEPT [0:0]\nCOMMIT\n", refusedAt: 2),
      FileCase("a policy that is none", "*filter\n:INPUT REJECT [0:0]\nCOMMIT\n", refusedAt: 2),
      FileCase("a chain without a policy", "*filter\n:INPUT\nCOMMIT\n", refusedAt: 2),
      FileCase("-P for an own chain", "*filter\n-N one\n-P one DROP\nCOMMIT\n", refusedAt: 3),
      FileCase(
        "policy DROP in nat by its declaration", "*nat\n:OUTPUT DROP [0:0]\nCOMMIT\n",
        saved:
          "*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT DROP [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n"
      ),
      FileCase("policy DROP in nat by -P", "*nat\n-P OUTPUT DROP\nCOMMIT\n", refusedAt: 2),
      FileCase("-A to a chain that is not there", "*filter\n-A one -j ACCEPT\nCOMMIT\n", refusedAt: 2),
      FileCase("-j to a chain declared later", "*filter\n-A INPUT -j one\n-N one\nCOMMIT\n", refusedAt: 2),
      FileCase("-X of a chain in use", "*filter\n-N one\n-A INPUT -j one\n-X one\nCOMMIT\n", refusedAt: 4),
      FileCase("-X of a chain with rules", "*filter\n-N one\n-A one -j ACCEPT\n-X one\nCOMMIT\n", refusedAt: 4),
      FileCase("-X of a built-in chain", "*filter\n-X INPUT\nCOMMIT\n", refusedAt: 2),
      FileCase(
        "-X of all", "*filter\n-N one\n-N two\n-X\nCOMMIT\n",
        saved: "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"),
      FileCase("-X of all, one of them in use", "*filter\n-N one\n-N two\n-A INPUT -j one\n-X\nCOMMIT\n", refusedAt: 5),
      FileCase("-E to a name that is there", "*filter\n-N one\n-N two\n-E one two\nCOMMIT\n", refusedAt: 4),
      FileCase("-E of a built-in chain", "*filter\n-E INPUT two\nCOMMIT\n", refusedAt: 2),
      FileCase("-I past the end", "*filter\n-I INPUT 2 -j ACCEPT\nCOMMIT\n", refusedAt: 2),
      FileCase(
        "-I at the end", "*filter\n-A INPUT\n-I INPUT 2 -j ACCEPT\nCOMMIT\n",
        saved:
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT\n-A INPUT -j ACCEPT\nCOMMIT\n"
      ),
      FileCase("-R past the end", "*filter\n-R INPUT 1 -j ACCEPT\nCOMMIT\n", refusedAt: 2),
      FileCase("-R with two addresses", "*filter\n-A INPUT\n-R INPUT 1 -s 10.0.0.1,10.0.0.2\nCOMMIT\n", refusedAt: 3),
      FileCase("-D past the end", "*filter\n-D INPUT 1\nCOMMIT\n", refusedAt: 2),
      FileCase("-D of a rule that is not there", "*filter\n-A INPUT -p tcp\n-D INPUT -p udp\nCOMMIT\n", refusedAt: 3),
      FileCase("-C of a rule that is not there", "*filter\n-C INPUT -p udp\nCOMMIT\n", refusedAt: 2),
      FileCase("-I 0", "*filter\n-I INPUT 0 -j ACCEPT\nCOMMIT\n", refusedAt: 2),
      FileCase("-D with a condition after the number", "*filter\n-A INPUT\n-D INPUT 1 -p tcp\nCOMMIT\n", refusedAt: 3),
      FileCase("-F of a chain that is not there", "*filter\n-F one\nCOMMIT\n", refusedAt: 2),
      FileCase(
        "a loop", "*filter\n-N one\n-N two\n-A INPUT -j one\n-A one -j two\n-A two -j one\nCOMMIT\n", refusedAt: 7),
      FileCase("a loop by -g", "*filter\n-N one\n-A INPUT -j one\n-A one -g one\nCOMMIT\n", refusedAt: 5),
      FileCase(
        "a loop that no hook reaches", "*filter\n-N one\n-A one -j one\nCOMMIT\n",
        saved:
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:one - [0:0]\n-A one -j one\nCOMMIT\n"
      ),
      FileCase(
        "a loop behind an unconditional verdict",
        "*filter\n-N one\n-A INPUT -j one\n-A one -j RETURN\n-A one -j one\nCOMMIT\n",
        saved:
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:one - [0:0]\n-A INPUT -j one\n-A one -j RETURN\n-A one -j one\nCOMMIT\n"
      ),
      FileCase(
        "a loop behind a conditional verdict",
        "*filter\n-N one\n-A INPUT -j one\n-A one -p tcp -j RETURN\n-A one -j one\nCOMMIT\n", refusedAt: 6),
      FileCase(
        "a loop behind an unconditional REJECT",
        "*filter\n-N one\n-A INPUT -j one\n-A one -j REJECT\n-A one -j one\nCOMMIT\n", refusedAt: 6),
      FileCase(
        "a chain reached by two ways",
        "*filter\n-N one\n-N two\n-A INPUT -j one\n-A INPUT -j two\n-A one -j two\n-A FORWARD -j two\nCOMMIT\n",
        saved:
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:one - [0:0]\n:two - [0:0]\n-A INPUT -j one\n-A INPUT -j two\n-A FORWARD -j two\n-A one -j two\nCOMMIT\n"
      ),
      FileCase(
        "what the kernel refuses, in a chain that no hook reaches",
        "*mangle\n-N one\n-A one -j MARK --set-mark 1\nCOMMIT\n*filter\n-N one\n-A one -m tcp --dport 22\nCOMMIT\n",
        refusedAt: 8),
      FileCase("two commands in a line", "*filter\n-A INPUT -A OUTPUT\nCOMMIT\n", refusedAt: 2),
      FileCase("no command", "*filter\n-p tcp\nCOMMIT\n", refusedAt: 2),
      FileCase("an inverted command", "*filter\n! -A INPUT\nCOMMIT\n", refusedAt: 2),
      FileCase("quotes end a word", "*filter\n-A INPUT -m comment --comment \"a\"b\nCOMMIT\n", refusedAt: 2),
      FileCase("quotes keep white space", "*filter\n-A INPUT -m comment --comment a\" \"b\nCOMMIT\n", refusedAt: 2),
      FileCase(
        "an open quote", "*filter\n-A INPUT -m comment --comment \"a b\nCOMMIT\n",
        saved:
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -m comment --comment \"a b\n\"\nCOMMIT\n"
      ),
      FileCase(
        "a tab between words", "*filter\n-A\tINPUT\t-p\ttcp\nCOMMIT\n",
        saved: "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p tcp\nCOMMIT\n"),
      FileCase("counters without a closing bracket", "*filter\n[1:2 -A INPUT\nCOMMIT\n", refusedAt: 2),
      FileCase("counters without a colon", "*filter\n[1] -A INPUT\nCOMMIT\n", refusedAt: 2),
      FileCase(
        "-L and -S", "*filter\n-L\n-S INPUT\n-L INPUT -n\nCOMMIT\n",
        saved: "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"),
      FileCase("-L of a chain that is not there", "*filter\n-L one\nCOMMIT\n", refusedAt: 2),
      FileCase("-w", "*filter\n-w -A INPUT\nCOMMIT\n", refusedAt: 2),
      FileCase(
        "-6", "*filter\n-6 -A INPUT\n-A INPUT -4 -p tcp\nCOMMIT\n",
        saved: "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p tcp\nCOMMIT\n"),
      FileCase(
        "-P twice", "*filter\n-P INPUT DROP\n-P INPUT ACCEPT\nCOMMIT\n",
        saved: "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"),
      FileCase("-P without a policy", "*filter\n-P INPUT\nCOMMIT\n", refusedAt: 2),
      FileCase(
        "-v and --verbose", "*filter\n-A INPUT -v\n-A INPUT --verb -p tcp\nCOMMIT\n",
        saved:
          "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT\n-A INPUT -p tcp\nCOMMIT\n"
      ),
      FileCase(
        "two tables that share a hashlimit table and count it differently",
        "*filter\n-A INPUT -m hashlimit --hashlimit-upto 3/s --hashlimit-name a --hashlimit-rate-match\nCOMMIT\n"
          + "*raw\n-A PREROUTING -m hashlimit --hashlimit-upto 3/s --hashlimit-name a\nCOMMIT\n", refusedAt: 6),
      FileCase(
        "two tables that share an estimator and average it differently",
        "*filter\n-A INPUT -j RATEEST --rateest-name x --rateest-interval 1s --rateest-ewmalog 4s\nCOMMIT\n"
          + "*mangle\n-A INPUT -j RATEEST --rateest-name x --rateest-interval 1s --rateest-ewmalog 8s\nCOMMIT\n",
        refusedAt: 6),
      FileCase(
        "the same table twice", "*filter\n-A INPUT -p tcp\nCOMMIT\n*filter\n-A INPUT -p udp\nCOMMIT\n",
        saved: "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p udp\nCOMMIT\n"),
    ])
  func isRead(_ file: FileCase) throws {
    if let line = file.refusedAt {
      let error = #expect(throws: RulesetError.self) { try Ruleset(parsing: file.text, file: "rules") }
      #expect(error?.line == line)
      return
    }
    #expect(try Ruleset(parsing: file.text, file: "rules").savedText() == file.saved)
  }

  @Test("keep their counters when asked, as iptables-restore -c does")
  func keepsCounters() throws {
    let text =
      "*filter\n:INPUT DROP [1:2]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n[3:4] -A INPUT -j ACCEPT\nCOMMIT\n"
    #expect(try Ruleset(parsing: text, file: "rules", counters: true).savedText(counters: true) == text)
  }

  /// As iptables-legacy-save -c prints it after iptables-legacy-restore -c.
  @Test("a table that comes twice keeps no counters of policies it does not give again")
  func countsTwice() throws {
    let text = "*filter\n:OUTPUT DROP [5:6]\nCOMMIT\n*filter\n:INPUT ACCEPT [7:8]\nCOMMIT\n"
    #expect(
      try Ruleset(parsing: text, file: "rules", counters: true).savedText(counters: true)
        == "*filter\n:INPUT ACCEPT [7:8]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [0:0]\nCOMMIT\n")
  }

  @Test("without a table header are taken for the filter table's, which is said")
  func readsPostedRules() throws {
    let posted = "# INPUT\n-A INPUT -i lo -j ACCEPT\n  iptables -A OUTPUT -p tcp --dport 25 -j DROP"
    let ruleset = try Ruleset(parsing: posted, file: "rules")
    #expect(ruleset[.filter]?["INPUT"]?.rules.map(\.savedText) == ["-i lo -j ACCEPT"])
    #expect(ruleset[.filter]?["OUTPUT"]?.rules.map(\.savedText) == ["-p tcp -m tcp --dport 25 -j DROP"])
    #expect(ruleset[.filter]?["INPUT"]?.policy == .accept)
    #expect(ruleset.assumptions == ["no table header: the filter table with ACCEPT policies is assumed"])
  }

  /// Each command is one for the kernel, which refuses SNAT in the table filter, however many stand around it.
  @Test("without a table header are refused where the kernel would refuse them", arguments: [0, 1, 2, 7, 30])
  func refusesPostedRules(_ count: Int) {
    let before = String(repeating: "-A INPUT -p tcp -j ACCEPT\n", count: count)
    let text = before + "-A INPUT -j SNAT --to-source 192.0.2.1\n-D INPUT -j SNAT --to-source 192.0.2.1\n" + before
    let error = #expect(throws: RulesetError.self) { try Ruleset(parsing: text, file: "rules") }
    #expect(error?.line == count + 1)
  }

  @Test("that are not UTF-8 say what became of them")
  func saysDamage() throws {
    let text = "*filter\n# \u{fffd}\n-A INPUT -m comment --comment f\u{fffd}r\nCOMMIT\n"
    let warnings = try Ruleset(parsing: text, file: "rules").warnings
    #expect(
      warnings == [RulesetWarning(file: "rules", line: 3, message: "bytes that are not UTF-8 are shown as \u{fffd}")])
  }

  @Test(
    "say where they are wrong, to the column",
    arguments: [
      (
        "*filter\n-A INPUT -p tcp --dport ssh,22\nCOMMIT\n",
        "rules:2:25: invalid port/service `ssh,22' specified: several ports need -m multiport --dports"
      ),
      (
        "*filter\n-A INPUT -m foo\nCOMMIT\n",
        "rules:2:13: Couldn't load match `foo':No such file or directory: no match of that name is known here"
      ),
      (
        "-A INPUT -j one\n",
        "rules:1:13: Couldn't load target `one':No such file or directory: neither a chain that was made before nor a target known here"
      ),
      (
        "*filter\n-A INPUT -p tcp -dport 22 -j DROP\nCOMMIT\n",
        "rules:2:24: Bad argument `22': long options begin with two dashes: --dport"
      ),
      (
        "*filter\n-A INPUT --dport 22\nCOMMIT\n",
        "rules:2:10: unknown option \"--dport\": it needs a protocol before it: -p tcp or -p udp"
      ),
      (
        "*filter\n-A INPUT -p tcp --dports 22,80\nCOMMIT\n",
        "rules:2:17: unknown option \"--dports\": it belongs to -m multiport"
      ),
      (
        "*filter\n-A INPUT --reject-with tcp-reset -j REJECT\nCOMMIT\n",
        "rules:2:10: unknown option \"--reject-with\": it belongs to -j REJECT, which has to stand before it"
      ),
      (
        "*filter\n-A INPUT -s ! 192.0.2.1\nCOMMIT\n",
        "rules:2:15: Bad argument `192.0.2.1': the ! stands before the option: ! -s 192.0.2.1"
      ),
      (
        "*filter\n-A input -j ACCEPT\nCOMMIT\n",
        "rules:2:4: No chain/target/match by that name: did you mean the chain INPUT?"
      ),
      (
        "*filter\n-A INPUT -m state --state NEW, ESTABLISHED\nCOMMIT\n",
        "rules:2:27: \"--state\" requires a list of states with no spaces, e.g. ESTABLISHED,RELATED"
      ),
      (
        "*filter\n-A INPUT -m comment --comment my rule\nCOMMIT\n",
        "rules:2:34: Bad argument `rule': text with spaces stands in double quotes"
      ),
      (
        "*filter\n-A INPUT -j DROP\n-D INPUT 2\nCOMMIT\n",
        "rules:3:4: Index of deletion too big: INPUT has 1 rule"
      ),
      ("*filter\n-A INPUT\n", "rules:3: COMMIT expected at line 3"),
    ])
  func saysWhere(_ text: String, _ message: String) {
    let error = #expect(throws: RulesetError.self) { try Ruleset(parsing: text, file: "rules") }
    #expect(error?.description == message)
  }

  @Test(
    "that are something else are refused with what to give instead",
    arguments: [
      ("Chain INPUT (policy ACCEPT)\ntarget     prot opt source\n", "iptables-save or iptables -S"),
      ("\ntable ip filter {\n\tchain INPUT {\n\t}\n}\n", "the language of nft"),
      ("flush ruleset\n", "the language of nft"), ("Status: active\n", "iptables-save prints the rules that ufw made"),
      ("\u{feff}*filter\nCOMMIT\n", "byte order mark"), ("*filter\r\nCOMMIT\r\n", "carriage returns"),
      ("*filter\n-A INPUT -s fe80::/10 -j DROP\nCOMMIT\n", "this is IPv6's"),
      ("*filter\n-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 1 -j DROP\nCOMMIT\n", "this is IPv6's"),
    ])
  func saysWhatElse(_ text: String, _ hint: String) {
    let error = #expect(throws: RulesetError.self) { try Ruleset(parsing: text, file: "rules") }
    #expect(error?.description.contains(hint) == true)
  }

  @Test(
    "that are wrong in themselves are refused without a guess",
    arguments: ["-A INPUT -m mac --mac-source 00:11:22:33:44:55 --no"])
  func guessesNothing(_ rule: String) {
    let error = #expect(throws: RulesetError.self) { try Ruleset(parsing: "*filter\n\(rule)\nCOMMIT\n", file: "rules") }
    #expect(error?.description.contains("IPv6") == false)
  }
}
