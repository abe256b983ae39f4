import Testing

@testable import Netfilter

// Saved forms and refusals as iptables 1.8.9 (legacy) gives them on Linux 6.18, in a network namespace of its own.
@Suite("-m tcp") struct MatchTCPReadingTests {
  @Test(
    "is read, written and refused as iptables does",
    arguments: [
      RuleCase("-p tcp -m tcp"),
      RuleCase("-p tcp --dport 22", saved: "-p tcp -m tcp --dport 22"),
      RuleCase("-p 6 --dport ssh", saved: "-p tcp -m tcp --dport 22"),
      RuleCase("-p TCP --destination-port 1024:", saved: "-p tcp -m tcp --dport 1024:65535"),
      RuleCase("-p tcp --sport :1023 ! --dport 0:65535", saved: "-p tcp -m tcp --sport 0:1023"),
      RuleCase("-p tcp ! --sport 22 ! --dport 80:443", saved: "-p tcp -m tcp ! --sport 22 ! --dport 80:443"),
      RuleCase("-p tcp --dport 0x16 --sport 010", saved: "-p tcp -m tcp --sport 8 --dport 22"),
      RuleCase("-p tcp --dport 80:22", refusedAt: 2),
      RuleCase("-p tcp --dport 65536", refusedAt: 2),
      RuleCase("-p tcp --dport nosuchservice", refusedAt: 2),
      RuleCase("-p tcp --dport 22 --dport 23", refusedAt: 2),
      RuleCase("-p tcp --dport ! 22", refusedAt: 2),
      RuleCase("-p tcp --syn", saved: "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN"),
      RuleCase("-p tcp ! --syn", saved: "-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN"),
      RuleCase("-p tcp --tcp-flags syn,rst,ack SYN", saved: "-p tcp -m tcp --tcp-flags SYN,RST,ACK SYN"),
      RuleCase("-p tcp --tcp-flags ALL NONE", saved: "-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE"),
      RuleCase("-p tcp --tcp-flags NONE NONE", saved: "-p tcp -m tcp"),
      RuleCase(
        "-p tcp ! --tcp-flags ALL FIN,PSH,URG",
        saved: "-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,PSH,ACK,URG FIN,PSH,URG"),
      RuleCase("-p tcp --tcp-flags SYN", refusedAt: 2),
      RuleCase("-p tcp --tcp-flags SYN ! ACK", refusedAt: 2),
      RuleCase("-p tcp --tcp-flags SYN,BAD SYN", refusedAt: 2),
      RuleCase("-p tcp --syn --tcp-flags SYN SYN", refusedAt: 2),
      RuleCase("-p tcp --tcp-option 2", saved: "-p tcp -m tcp --tcp-option 2"),
      RuleCase("-p tcp ! --tcp-option 8", saved: "-p tcp -m tcp ! --tcp-option 8"),
      RuleCase("-p tcp --tcp-option 0", refusedAt: 2),
      RuleCase("-p tcp --tcp-option 256", refusedAt: 2),
      RuleCase("-p tcp --dpor 22", saved: "-p tcp -m tcp --dport 22"),
      RuleCase("-p tcp --d 22", refusedAt: 2),
      RuleCase("-p tcp --tcp-fl SYN SYN", saved: "-p tcp -m tcp --tcp-flags SYN SYN"),
      RuleCase("-p tcp --dport=22", saved: "-p tcp -m tcp --dport 22"),
      RuleCase("-p tcp --syn=1", refusedAt: 2),
      RuleCase("-p tcp --dport", refusedAt: 2),
      RuleCase("-m tcp --dport 22", refusedAt: 3),
      RuleCase("-p udp -m tcp --dport 22", refusedAt: 3),
      RuleCase("! -p tcp -m tcp --dport 22", refusedAt: 3),
      RuleCase("-p tcp --dport 22 -m tcp --dport 23", saved: "-p tcp -m tcp --dport 22 -m tcp --dport 23"),
      RuleCase("-p tcp -m tcp --dport 22 -m tcp --sport 23"),
      RuleCase("-m tcp -p tcp --dport 22", saved: "-p tcp -m tcp --dport 22"),
    ])
  func isReadAndWritten(_ rule: RuleCase) throws { try rule.check() }
}
