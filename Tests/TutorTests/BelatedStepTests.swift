import Capture
import Netfilter
import Simulation
import Testing
import Wire

@testable import Tutor

/// What timers make the host send is a step of the packet that comes next.
@Suite("what time makes the host send, shown")
struct BelatedStepTests {
  private static func scenario() throws -> Scenario {
    var host = HostDescription()
    host.interfaces.append(.init(name: "eth0", addresses: [try #require(IPv4Prefix("192.0.2.10/24"))]))
    host.routes = [.init(destination: try #require(IPv4Prefix("0.0.0.0/0")), gateway: nil, interface: "eth0")]
    host.services = [.init(transport: .tcp, port: 22)]
    let own = try #require(IPv4Address("192.0.2.10"))
    let peer = try #require(IPv4Address("198.51.100.7"))
    func segment(_ flags: TCPFlags, from port: UInt16, _ sequence: UInt32, _ acknowledgment: UInt32 = 0) -> [UInt8] {
      var segment = TCPBuilder(sourcePort: port, destinationPort: 22)
      (segment.sequenceNumber, segment.acknowledgmentNumber, segment.flags) = (sequence, acknowledgment, flags)
      segment.window = 29200
      return segment.packet(in: IPv4Builder(dontFragment: true, protocolNumber: 6, source: peer, destination: own))
    }
    var fragment = UDPBuilder(sourcePort: 9, destinationPort: 9)
    fragment.data = Array(repeating: 1, count: 16)
    let first = fragment.packet(
      in: IPv4Builder(moreFragments: true, protocolNumber: 17, source: peer, destination: own))
    let packets: [(seconds: Int64, bytes: [UInt8])] = [
      (0, segment(.syn, from: 4000, 100)), (2, segment(.ack, from: 4000, 101, 701)),
      (3, segment([.fin, .ack], from: 4000, 101, 701)), (4, first), (40, segment(.rst, from: 9, 1)),
    ]
    return Scenario(
      ruleset: try Ruleset(parsing: "*filter\n-A OUTPUT -p tcp -j LOG\nCOMMIT\n", file: "rules"),
      packets: packets.enumerated().map { index, packet in
        CapturedPacket(
          number: index + 1, time: Timestamp(nanoseconds: packet.seconds * 1_000_000_000), linkType: .raw,
          bytes: packet.bytes, provenance: Provenance(file: "test"))
      }, host: host, content: ContentHash(files: ["test": []]))
  }

  private static func emissions(_ steps: [Step]) -> [(step: Step, cause: BelatedEmission.Cause, origin: Int?)] {
    steps.compactMap { step in
      guard case .belated(let emission) = step.content else { return nil }
      return (step, emission.cause, emission.origin)
    }
  }

  @Test("a SYN/ACK once more, a late acknowledgment and an error about fragments each say what they are")
  func sentences() throws {
    let history = History(try Self.scenario())
    let all = (0..<history.packetCount).map { Self.emissions(history.steps($0)) }
    #expect(all.map { $0.map(\.cause) } == [[], [.unacknowledged], [], [.delayedAcknowledgment], [.missingFragments]])
    #expect(all.map { $0.map(\.origin) } == [[], [1], [], [3], [4]])
    let words: [(Int, english: String, japanese: String)] = [
      (1, "Nobody acknowledged what packet 1 made the host send", "パケット 1 への返事に確認応答が来なかった"),
      (3, "The acknowledgment of packet 3 had waited", "パケット 3 への確認応答は"),
      (4, "the host gave packet 4 up and told its sender", "パケット 4 をあきらめ"),
    ]
    for (packet, english, japanese) in words {
      let step = try #require(all[packet].first?.step)
      #expect(English().sentences(step).joined().contains(english))
      #expect(Japanese().sentences(step).joined().contains(japanese))
    }
    // What LOG wrote meanwhile is told with it.
    #expect(English().sentences(try #require(all[1].first?.step)).last?.contains("ACK SYN URGP=0") == true)
  }

  @Test("the rules that the packet itself meets are those looked into, whatever was sent before it")
  func inspections() throws {
    let history = History(try Self.scenario())
    #expect(history.inspections(4, emission: []).map(\.hook) == [.input])
  }
}
