import Testing

@testable import Netfilter

@Suite("rules in words") struct RulesSentenceTests {
  @Test(
    "say conditions, then what happens",
    arguments: [
      ("-i lo -j ACCEPT", "If it came in by lo, the packet is accepted."),
      (
        "-p tcp -m tcp --dport 22 -j ACCEPT",
        "If its protocol is TCP and its destination port is 22, the packet is accepted."
      ),
      (
        "-p tcp ! --syn -j DROP",
        "If its protocol is TCP and it does not open a connection (it is not SYN alone), the packet is dropped without a word."
      ),
      (
        "-p tcp -j REJECT --reject-with tcp-reset",
        "If its protocol is TCP, the packet is dropped and answered with a TCP RST."
      ),
      (
        "-j LOG --log-prefix \"-A: \"",
        "Every packet is written to the kernel log, the line beginning with \"-A: \", and the next rule is asked."
      ),
      (
        "-m string --string \"GET /\" --algo bm --icase -j DROP",
        "If it contains the text \"GET /\" and in capitals or not, the packet is dropped without a word."
      ),
      (
        "-p tcp --syn -m connlimit --connlimit-above 20 -j DROP",
        "If its protocol is TCP and it opens a connection (SYN alone) and more than 20 connections are open and from its source address, the packet is dropped without a word."
      ),
      (
        "-m hashlimit --hashlimit-above 5/min --hashlimit-mode srcip --hashlimit-name ssh -j DROP",
        "If it comes at more than 5/min and bursts of up to 5 are let through and each srcip is counted by itself and in the table named ssh, the packet is dropped without a word."
      ),
      ("-m comment --comment x", "Every packet is counted, and the next rule is asked."),
      ("-j TEE --gateway 10.0.0.1", "Every packet is handled by TEE --gateway 10.0.0.1."),
    ])
  func sayConditions(_ rule: String, _ sentence: String) throws {
    let ruleset = try Ruleset(parsing: "*filter\n-A INPUT \(rule)\nCOMMIT\n", file: "rules")
    let parsed = try #require(ruleset[.filter]?["INPUT"]?.rules.first)
    #expect(RuleSentences.english.sentence(parsed) == sentence)
  }

  @Test("name the policy")
  func nameThePolicy() {
    #expect(
      RuleSentences.english.sentence(policyOf: Chain(name: "INPUT", policy: .drop))
        == "A packet that no rule decided is dropped without a word: this is the policy.")
  }
}
