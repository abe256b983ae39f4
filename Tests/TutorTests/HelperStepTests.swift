import Capture
import Netfilter
import Simulation
import Testing
import Wire

@testable import Tutor

/// What a helper of connection tracking reads is a step of the packet at its last hook.
@Suite("what helpers read, shown")
struct HelperStepTests {
  /// A client of 10.0.0.0/24 speaks FTP through this router to a server outside, which then opens a data connection.
  private static func history() throws -> History {
    var host = HostDescription()
    host.interfaces = [
      .init(name: "wan", addresses: [try #require(IPv4Prefix("192.0.2.1/24"))]),
      .init(name: "lan", addresses: [try #require(IPv4Prefix("10.0.0.1/24"))]),
    ]
    host.routes = [.init(destination: try #require(IPv4Prefix("0.0.0.0/0")), gateway: nil, interface: "wan")]
    host.sysctls = ["net.ipv4.ip_forward": 1]
    let client = try #require(IPv4Address("10.0.0.5"))
    let outside = try #require(IPv4Address("192.0.2.1"))
    let server = try #require(IPv4Address("198.51.100.7"))
    func segment(
      _ isClients: Bool, _ flags: TCPFlags, _ sequence: UInt32, _ acknowledgment: UInt32, _ text: String = "",
      ports: (UInt16, UInt16) = (40000, 21)
    ) -> [UInt8] {
      var segment = TCPBuilder(
        sourcePort: isClients ? ports.0 : ports.1, destinationPort: isClients ? ports.1 : ports.0)
      (segment.sequenceNumber, segment.acknowledgmentNumber, segment.flags) = (sequence, acknowledgment, flags)
      segment.window = 29200
      segment.data = Array(text.utf8)
      return segment.packet(
        in: IPv4Builder(
          dontFragment: true, protocolNumber: 6, source: isClients ? client : server,
          destination: isClients ? server : outside))
    }
    let packets = [
      segment(true, .syn, 100, 0), segment(false, [.syn, .ack], 500, 101), segment(true, .ack, 101, 501),
      segment(true, [.psh, .ack], 101, 501, "USER me\r\n"), segment(true, [.psh, .ack], 110, 501, "NOOP\r\n"),
      segment(true, [.psh, .ack], 116, 501, "PORT 10,0,0,6,4,1\r\n"),
      segment(true, [.psh, .ack], 135, 501, "PORT 10,0,0,5,4,1\r\n"),
      segment(false, .syn, 900, 0, ports: (1025, 20)), segment(true, [.psh, .ack], 154, 501, "PORT 10"),
    ]
    let rules = """
      *raw
      -A PREROUTING -p tcp --dport 21 -j CT --helper ftp
      COMMIT
      *nat
      -A POSTROUTING -o wan -j MASQUERADE
      COMMIT

      """
    return History(
      Scenario(
        ruleset: try Ruleset(parsing: rules, file: "rules"),
        packets: packets.enumerated().map { index, bytes in
          var packet = CapturedPacket(
            number: index + 1, time: Timestamp(nanoseconds: Int64(index) * 1_000_000), linkType: .raw, bytes: bytes,
            provenance: Provenance(file: "test"))
          packet.direction = .incoming
          packet.interface = bytes[12] == 10 ? "lan" : "wan"
          return packet
        }, host: host, content: ContentHash(files: ["test": []])))
  }

  private static func step(_ history: History, _ packet: Int) throws -> Step {
    try #require(
      history.steps(packet).first { if case .helper = $0.content { true } else { false } }, "packet \(packet + 1)")
  }

  @Test(
    "each thing a helper may find is told in both languages",
    arguments: [
      (3, "has not seen one end just before this", "行が終わるのを見ていない"),
      (4, "finds no connection announced in it", "接続の予告はありません"),
      (5, "It names 10.0.0.6, but it comes from 10.0.0.5", "10.0.0.6 を名乗っていますが、送り主は 10.0.0.5"),
      (6, "a connection is expected: tcp 198.51.100.7 > 192.0.2.1:1025", "予期します: tcp 198.51.100.7 > 192.0.2.1:1025"),
      (8, "begins like PORT but is not whole", "PORT のように始まりますが"),
    ])
  func sentences(_ packet: Int, _ english: String, _ japanese: String) throws {
    let step = try Self.step(try Self.history(), packet)
    #expect(English().sentences(step).joined(separator: " ").contains(english))
    #expect(Japanese().sentences(step).joined(separator: " ").contains(japanese))
  }

  @Test("the bytes it read are marked, and the payload that NAT made longer is shown whole")
  func bytes() throws {
    let history = try Self.history()
    let read = try Self.step(history, 6)
    let range = try #require(read.marks.current.first)
    #expect(String(decoding: read.bytes[range], as: UTF8.self) == "10,0,0,5,4,1")
    let last = try #require(history.steps(6).last)
    #expect(String(decoding: last.bytes[40...], as: UTF8.self) == "PORT 192,0,2,1,4,1\r\n")
  }

  @Test("the connection that was expected says of which")
  func expected() throws {
    let step = try #require(
      try Self.history().steps(7).first { if case .tracking = $0.content { true } else { false } })
    let line = "src=10.0.0.5 dst=198.51.100.7 sport=40000 dport=21"
    #expect(English().sentences(step).last?.contains(line) == true)
    #expect(Japanese().sentences(step).last?.contains(line) == true)
    guard case .tracking(let outcome) = step.content else { return }
    #expect(outcome.state == .related)
  }
}
