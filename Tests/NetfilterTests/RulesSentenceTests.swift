import Testing

@testable import Netfilter

@Suite("rules in words") struct RulesSentenceTests {
  private func rule(_ text: String, table: String = "filter", chain: String = "INPUT") throws -> Rule {
    let ruleset = try Ruleset(parsing: "*\(table)\n-A \(chain) \(text)\nCOMMIT\n", file: "rules")
    let name = try #require(TableName(rawValue: table))
    return try #require(ruleset[name]?[chain]?.rules.first)
  }

  @Test(
    "say conditions, then what happens, in both languages",
    arguments: [
      ("-i lo -j ACCEPT", "If it came in by lo, the packet is accepted.", "lo から入ってきたなら、受け入れます。"),
      (
        "-i eth+ -s 10.0.0.1 -j DROP",
        "If it comes from 10.0.0.1 and it came in by an interface named eth..., the packet is dropped without a word.",
        "送信元が 10.0.0.1、かつ名前が eth で始まるインタフェースから入ってきたなら、黙って捨てます。"
      ),
      (
        "-p tcp -m tcp --dport 22 -j ACCEPT",
        "If its protocol is TCP and its destination port is 22, the packet is accepted.",
        "プロトコルが TCP、かつ宛先ポートが 22 なら、受け入れます。"
      ),
      (
        "-p tcp -m multiport --dports 22,80,8000:8080 -j ACCEPT",
        "If its protocol is TCP and its destination port is 22, 80 or 8000 to 8080, the packet is accepted.",
        "プロトコルが TCP、かつ宛先ポートが 22、80 か 8000 から 8080 なら、受け入れます。"
      ),
      (
        "-p tcp ! --syn -j DROP",
        "If its protocol is TCP and it does not open a connection (it is not SYN alone), the packet is dropped without a word.",
        "プロトコルが TCP、かつ接続を開く (SYNだけの) セグメントでないなら、黙って捨てます。"
      ),
      (
        "-p tcp --tcp-flags ALL SYN,FIN -j DROP",
        "If its protocol is TCP and of FIN, SYN, RST, PSH, ACK and URG just FIN and SYN are set, the packet is dropped without a word.",
        "プロトコルが TCP、かつFIN、SYN、RST、PSH、ACK、URG のうち FIN、SYN だけが立っているなら、黙って捨てます。"
      ),
      (
        "-p tcp ! --tcp-flags SYN SYN -j DROP",
        "If its protocol is TCP and SYN is not set, the packet is dropped without a word.",
        "プロトコルが TCP、かつSYN が立っていないなら、黙って捨てます。"
      ),
      (
        "-p tcp -j REJECT --reject-with tcp-reset",
        "If its protocol is TCP, the packet is dropped and answered with a TCP RST.",
        "プロトコルが TCP なら、捨てて、TCPのRSTで答えます。"
      ),
      (
        "-m state --state RELATED,ESTABLISHED -j ACCEPT",
        "If connection tracking calls it RELATED or ESTABLISHED, the packet is accepted.",
        "接続追跡による状態が RELATED か ESTABLISHED なら、受け入れます。"
      ),
      (
        "-m limit --limit 3/min -j LOG --log-prefix \"-A: \"",
        "If it is within a limit of 3 a minute, 5 at once, the packet is written to the kernel log, the line beginning with \"-A: \", and the next rule is asked.",
        "1分に 3 個 (一度に 5 個) の制限内なら、カーネルログに書きます。行は「-A: 」で始まります。それから次のルールへ進みます。"
      ),
      (
        "-m recent --update --seconds 60 --hitcount 4 --name ssh -j DROP",
        "If its source address is on the list ssh, seen at least 4 times within the last 60 s (and is noted again), the packet is dropped without a word.",
        "送信元アドレスがリスト ssh に、この 60 秒に 4 回以上載っている (そして載せ直す) なら、黙って捨てます。"
      ),
      (
        "-m mark ! --mark 0x1/0xff -m comment --comment x",
        "If its mark under the mask 0xff is not 0x1, the packet is counted, and the next rule is asked.",
        "マスク 0xff で見たマークが 0x1 でないなら、数えます。それから次のルールへ進みます。"
      ),
      (
        "-m string --algo bm --to 100 --string x -j DROP",
        "If it contains the text \"x\", ending by byte 100, the packet is dropped without a word.",
        "100 バイト目までに、「x」という文字列を含むなら、黙って捨てます。"
      ),
      (
        "-m time --timestart 22:00 --timestop 06:00 --weekdays Mon,Fri -j DROP",
        "If the time of day is 22:00:00 or later, or not past 06:00:00 and the day of the week is Mon or Fri (UTC), the packet is dropped without a word.",
        "時刻が 22:00:00 以降か 06:00:00 まで、かつ曜日が Mon か Fri (協定世界時) なら、黙って捨てます。"
      ),
      (
        "-m connbytes --connbytes 1000 --connbytes-dir both --connbytes-mode bytes -j DROP",
        "If its connection has carried at least 1000 bytes both ways together, the packet is dropped without a word.",
        "接続が両方の向きを合わせて運んだ量が 1000 バイト以上なら、黙って捨てます。"
      ),
      (
        "-m policy --dir in --pol ipsec --proto esp ! --spi 7 -j ACCEPT",
        "If IPsec protects it as it came in (not SPI 0x7, protocol esp), the packet is accepted.",
        "入ってくるときにIPsecで守られている (SPI 0x7 以外、プロトコル esp) なら、受け入れます。"
      ),
      (
        "-m recent --set --name -d -j LOG --log-prefix --x",
        "If its source address is put on the list -d, the packet is written to the kernel log, the line beginning with \"--x\", and the next rule is asked.",
        "送信元アドレスをリスト -d に載せるなら、カーネルログに書きます。行は「--x」で始まります。それから次のルールへ進みます。"
      ),
      (
        "-j TEE --gateway 10.0.0.1",
        "Every packet is also sent, as a copy, to 10.0.0.1, and the next rule is asked.",
        "どのパケットも、写しを 10.0.0.1 にも送ります。それから次のルールへ進みます。"
      ),
    ])
  func sayConditions(_ text: String, _ english: String, _ japanese: String) throws {
    let rule = try rule(text)
    #expect(RuleSentences.english.sentence(rule) == english)
    #expect(RuleSentences.japanese.sentence(rule) == japanese)
  }

  @Test(
    "say what becomes of a packet that is changed",
    arguments: [
      (
        "nat", "PREROUTING", "-p tcp -j DNAT --to-destination :80",
        "has its connection's destination port translated to 80."
      ),
      ("mangle", "FORWARD", "-j MARK --or-mark 4", "has the bits 0x4 of its mark set, and the next rule is asked."),
      (
        "mangle", "FORWARD", "-j CONNMARK --set-mark 4",
        "has its connection's mark set to 0x4, and the next rule is asked."
      ),
      (
        "mangle", "FORWARD", "-p tcp -j ECN --ecn-tcp-ece 1 --ecn-ip-ect 2",
        "has its ECE flag set to 1 and has its ECN code point set to 2, and the next rule is asked."
      ),
      (
        "raw", "PREROUTING", "-j CT --zone 5",
        "is tracked in the zone 5, and the next rule is asked. Not modelled: -j CT --zone 5; a packet that this rule has to judge gets no verdict."
      ),
      ("raw", "PREROUTING", "-j CT --notrack", "is kept from connection tracking, and the next rule is asked."),
    ])
  func sayChanges(_ table: String, _ chain: String, _ text: String, _ end: String) throws {
    #expect(RuleSentences.english.sentence(try rule(text, table: table, chain: chain)).hasSuffix(end))
  }

  @Test("name the policy")
  func nameThePolicy() {
    let chain = Chain(name: "INPUT", policy: .drop)
    #expect(
      RuleSentences.english.sentence(policyOf: chain)
        == "A packet that no rule decided is dropped without a word: this is the policy.")
    #expect(RuleSentences.japanese.sentence(policyOf: chain) == "どのルールでも決まらなかったパケットは、黙って捨てます。これがポリシーです。")
  }

  @Test("say the same things in both languages")
  func sameThings() {
    let (english, japanese) = (RuleSentences.english, RuleSentences.japanese)
    #expect(Set(english.conditions.keys) == Set(japanese.conditions.keys))
    #expect(Set(english.compositions.keys) == Set(japanese.compositions.keys))
    #expect(Set(english.effects.keys) == Set(japanese.effects.keys))
    #expect(Set(english.effectCompositions.keys) == Set(japanese.effectCompositions.keys))
    #expect(Set(english.values.keys) == Set(japanese.values.keys))
  }

  @Test("have words for every match and target")
  func everyExtension() {
    let sentences = RuleSentences.english
    let words = Array(sentences.conditions.keys) + Array(sentences.compositions.keys)
    for type in ExtensionRegistry.matches {
      let isKnown = words.contains { $0 == type.name || $0.hasPrefix(type.name + " ") }
      #expect(isKnown || type.init().notModelled != nil, "\(type.name)")
    }
    for type in ExtensionRegistry.targets where type.name != "ULOG" {
      #expect(
        sentences.effectCompositions[type.name] != nil || sentences.effects[type.name] != nil
          || sentences.effects.keys.contains { $0.hasPrefix(type.name + " ") }, "\(type.name)")
    }
  }
}
