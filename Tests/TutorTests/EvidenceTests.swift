import Capture
import Netfilter
import Simulation
import Testing
import Wire

@testable import Tutor

@Suite("Why, with evidence")
struct EvidenceTests {
  private func incident(_ language: Language = .english) throws -> Session {
    var options = Session.Options()
    options.watches = true
    options.language = language
    var session = Session(library: Package.library, options: options)
    _ = session.step(try Package.incidentScenario())
    return session
  }

  /// A session over packets of PacketSyntax, a host at 10.0.0.2, and rules that need tracking.
  private func session(_ packets: [String], rules: String = "-A INPUT -m state --state INVALID -j DROP\n") throws
    -> Session
  {
    var ruleset = try Ruleset(parsing: rules, file: "rules")
    ruleset.assumptions = []
    let host = try HostDescription(
      yaml: "interfaces:\n  - {name: eth0, addresses: [10.0.0.2/24]}\nservices: [tcp/80]\nstack: quiet\n", file: "host")
    let captured = try packets.enumerated().map { index, text in
      CapturedPacket(
        number: index + 1, time: Timestamp(nanoseconds: Int64(index) * 1_000_000), linkType: .raw,
        bytes: try PacketSyntax.bytes(text.split(separator: " ").map(String.init)), provenance: Provenance(file: "test")
      )
    }
    var options = Session.Options()
    options.watches = true
    var session = Session(library: Package.library, options: options)
    _ = session.step(
      Scenario(ruleset: ruleset, packets: captured, host: host, content: ContentHash(files: [:])))
    return session
  }

  private static let handshake = [
    "tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN seq 1000 win 500 mss 1460",
    "tcp 10.0.0.2:80 > 10.0.0.1:1024 SYN,ACK seq 5000 ack 1001 win 600 mss 1460",
    "tcp 10.0.0.1:1024 > 10.0.0.2:80 ACK seq 1001 ack 5001 win 500",
  ]

  @Test("a state is explained by the entry and the TCP table, and another one by what it would have needed")
  func invalid() throws {
    var session = try incident()
    _ = session.handle("next")
    let text = session.handle("why NEW").flat
    for line in [
      "The packet is not NEW but INVALID.", "src=108.162.[edited] dst=89.238.65.123 sport=80 dport=3594.",
      "No entry fits, in either direction.", "for a SYN/ACK that would begin an entry: invalid.",
      "The kernel's own words: invalid new.", "would have to be a SYN", "not a SYN, ACK",
    ] {
      #expect(text.contains(line), "\(line) is missing in\n\(text)")
    }
    #expect(session.handle("why INVALID").text.hasPrefix("The packet is INVALID."))
    #expect(session.handle("why ESTABLISHED").text.contains("sport=3594 dport=80"))
    #expect(session.handle("why nonsense").text.contains("expected why, why not 3 or why INVALID"))
  }

  @Test("a segment outside the window is held against it in numbers")
  func window() throws {
    // 1001 + 600 is the last number that the host has room for; 5001 is the last that it has sent.
    var session = try session(
      Self.handshake + [
        "tcp 10.0.0.1:1024 > 10.0.0.2:80 ACK seq 1001 ack 9999999 win 500",
        "tcp 10.0.0.1:1024 > 10.0.0.2:80 ACK seq 1001 ack 5001 win 500",
      ])
    _ = session.handle("goto packet 4")
    let text = session.handle("why ESTABLISHED").flat
    #expect(text.contains("The packet is not ESTABLISHED but INVALID."))
    #expect(text.contains("for an ACK the original way in state ESTABLISHED: on to ESTABLISHED."))
    #expect(text.contains("sequence number 1001 must be below 1602: it is"))
    #expect(text.contains("acknowledgment number 9999999 must be below 5002: it is not"))
    #expect(text.contains("ACK is over upper bound 5002 (ACKed data not seen yet)"))
    _ = session.handle("goto packet 5")
    let good = session.handle("why ESTABLISHED").text
    #expect(good.contains("acknowledgment number 5001 must be below 5002: it is"))
    #expect(!good.contains("it is not"))
  }

  @Test("the entry is shown as it stood before the packet and as it is after")
  func entry() throws {
    var session = try session(Self.handshake)
    _ = session.handle("goto packet 2")
    let text = session.handle("why ESTABLISHED").flat
    #expect(text.contains("goes back; no answer had been seen before."))
    #expect(text.contains("SYN_SENT src=10.0.0.1 dst=10.0.0.2 sport=1024 dport=80 [UNREPLIED]"))
    #expect(text.contains("SYN_RECV src=10.0.0.1 dst=10.0.0.2 sport=1024 dport=80 src=10.0.0.2"))
    #expect(text.contains("for a SYN/ACK going back in state SYN_SENT: on to SYN_RECV."))
  }

  @Test("an ICMP error is explained by the packet that it quotes")
  func quoted() throws {
    let query = try PacketSyntax.bytes(["udp", "10.0.0.2:4000", ">", "10.0.0.9:53"])
    var session = try session([
      "udp 10.0.0.2:4000 > 10.0.0.9:53", "icmp 10.0.0.9 > 10.0.0.2 type 3 code 3 hex \(query.hex)",
    ])
    _ = session.handle("goto packet 2")
    let text = session.handle("why RELATED").text
    #expect(text.contains("The packet is RELATED."))
    #expect(text.contains("It quotes a packet with src=10.0.0.2 dst=10.0.0.9 sport=4000 dport=53"))
    #expect(text.contains("udp      17"))
  }

  @Test("where nothing is tracked, that is said")
  func untracked() throws {
    var session = try session(["udp 10.0.0.1:53 > 10.0.0.2:53"], rules: "-A INPUT -p tcp -j DROP\n")
    _ = session.handle("next")
    #expect(session.handle("why NEW").text.contains("Nothing here is tracked"))
    var raw = try self.session(
      ["udp 10.0.0.1:53 > 10.0.0.2:53"],
      rules: "*raw\n-A PREROUTING -j CT --notrack\nCOMMIT\n*filter\n-A INPUT -m state --state NEW -j DROP\nCOMMIT\n")
    _ = raw.handle("next")
    #expect(raw.handle("why UNTRACKED").text.contains("CT --notrack"))
  }

  @Test("why not tells what kept any rule from firing, also one that was never asked")
  func whyNot() throws {
    var session = try incident()
    _ = session.handle("iptables -A INPUT -p tcp --dport 3594 -j DROP; iptables -A INPUT -s 10.0.0.1 -j DROP")
    _ = session.handle("until verdict")
    #expect(session.handle("why not 3").text.contains("bytes 22-23 are 0e 0a, 3594."))
    #expect(session.handle("why not input 2").text.contains("the packet is INVALID"))
    let never = session.handle("why not 5").text
    #expect(never.contains("Rule 4 of INPUT fires first, and REJECT ends the walk there."))
    #expect(never.contains("it would have fired"))
    let neither = session.handle("why not INPUT 6").text
    #expect(neither.contains("it would not have fired:"))
    #expect(neither.contains("Rule 6 needs source address in 10.0.0.1/32"))
    // No zero stands for a byte that was edited out.
    #expect(!neither.contains("bytes 12-15 are") && neither.contains("108.162.[edited]"))
    #expect(session.handle("who source address").text.contains("Bytes 12-15: 6c a2 -- --"))
    #expect(session.handle("why not NOWHERE 1").text.contains("has not come to NOWHERE"))
  }

  @Test("who reads a byte: every rule of the chains met, with its comparison, also what the kernel did not get to")
  func who() throws {
    var session = try session(
      ["tcp 10.0.0.1:1024 > 10.0.0.2:80 SYN"],
      rules: """
        *filter
        :own - [0:0]
        -A INPUT -p tcp -m tcp --sport 9 --dport 80 -j DROP
        -A INPUT -p udp -m udp --dport 80 -j DROP
        -A INPUT -m limit --limit 1/hour --limit-burst 1 -j own
        -A INPUT -p tcp -m tcp --dport 80 -j ACCEPT
        -A INPUT -p tcp -m multiport --dports 79,80 -j DROP
        -A own -p tcp -m tcp --dport 81 -j DROP
        -A OUTPUT -p tcp -m tcp --dport 80 -j DROP
        COMMIT

        """)
    _ = session.handle("next")
    let text = session.handle("who tcp.destination_port").text
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.first == "Bytes 22-23: 00 50")
    #expect(text.contains("  INPUT 1  -p tcp -m tcp --sport 9 --dport 80 -j DROP"))
    #expect(text.contains("The kernel did not get that far: --sport 9 had failed."))
    #expect(text.contains("  own 1  -p tcp -m tcp --dport 81 -j DROP"))
    #expect(text.contains("Rule 1 needs destination port 81: bytes 22-23 are 00 50, 80."))
    #expect(text.contains("The rule was never asked: INPUT 4 had ended the walk."))
    // A rule for UDP reads no port of a TCP segment, and OUTPUT was never met.
    #expect(!text.contains("INPUT 2"))
    #expect(!text.contains("OUTPUT"))
    #expect(session.handle("who 22").text.contains("INPUT 4"))
    #expect(session.handle("who 8").text.contains("No rule of the chains that this packet meets reads it."))
    #expect(session.handle("who byte 99").text.contains("past the end"))
    #expect(session.handle("who nonsense").text.contains("no field `nonsense`"))
    // Looking changes nothing: the rule with a bucket still has its token.
    #expect(session.handle("goto rule INPUT 3").text.contains("the bucket has 1 of 1 tokens"))
  }

  @Test("every explanation is there in every language", arguments: Language.allCases)
  func languages(language: Language) throws {
    var session = try incident(language)
    _ = session.handle("until verdict")
    for input in ["why NEW", "why INVALID", "why RELATED", "why ESTABLISHED", "why UNTRACKED", "why not 1", "who 9"] {
      let text = session.handle(input).text
      #expect(!text.isEmpty, "\(input)")
      #expect(!text.contains("108.162.0.0"), "\(input)")
    }
  }
}

extension Output {
  /// All lines as one, so that where they are broken plays no part.
  fileprivate var flat: String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
