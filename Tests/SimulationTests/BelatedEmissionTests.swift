import Capture
import Netfilter
import Testing
import Wire

@testable import Simulation

/// What timers make a host send. That a SYN/ACK goes out again, when, and what ends that, is recorded in
/// `Resources/kernel/timed.jsonl`; here it is how a capture is read that shows it.
@Suite("what time makes the host send")
struct BelatedEmissionTests {
  private static let local = IPv4Address("192.0.2.10") ?? .any
  private static let remote = IPv4Address("198.51.100.7") ?? .any

  private static func tracer() throws -> Tracer {
    var host = HostDescription()
    host.interfaces.append(.init(name: "eth0", addresses: [try #require(IPv4Prefix("192.0.2.10/24"))]))
    host.routes = [.init(destination: try #require(IPv4Prefix("0.0.0.0/0")), gateway: nil, interface: "eth0")]
    host.services = [.init(transport: .tcp, port: 22)]
    let rules =
      "*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p tcp -m state --state ESTABLISHED\nCOMMIT\n"
    return Tracer(host: SimulatedHost(host, try Ruleset(parsing: rules, file: "rules"), isRecording: false))
  }

  private static let syn = segment(from: remote, 4000, to: local, 22, .syn, sequence: 100)
  /// As the kernel answers it, with an initial number of its own.
  private static let answer = segment(
    from: local, 22, to: remote, 4000, [.syn, .ack], sequence: 77_000, acknowledgment: 101, window: 64240)

  private static func segment(
    from source: IPv4Address, _ port: UInt16, to destination: IPv4Address, _ destinationPort: UInt16, _ flags: TCPFlags,
    sequence: UInt32, acknowledgment: UInt32 = 0, window: UInt16 = 29200
  ) -> [UInt8] {
    var segment = TCPBuilder(sourcePort: port, destinationPort: destinationPort)
    segment.sequenceNumber = sequence
    segment.acknowledgmentNumber = acknowledgment
    segment.flags = flags
    segment.window = window
    segment.options = [2, 4, 5, 0xb4]
    return segment.packet(
      in: IPv4Builder(dontFragment: true, protocolNumber: 6, source: source, destination: destination))
  }

  /// Packets at times in seconds.
  private static func trace(_ packets: [(at: Double, bytes: [UInt8])]) throws -> (records: [PacketRecord], sent: UInt64)
  {
    var tracer = try tracer()
    var records: [PacketRecord] = []
    let captured = packets.enumerated().map { index, packet in
      CapturedPacket(
        number: index + 1, time: Timestamp(nanoseconds: Int64((packet.at * 1e6).rounded()) * 1000), linkType: .raw,
        bytes: packet.bytes, provenance: Provenance(file: "test"))
    }
    for (index, packet) in captured.enumerated() {
      tracer.host.upcoming = captured[(index + 1)...]
      records.append(tracer.trace(packet))
    }
    let output = tracer.host.namespace.ruleset[.filter]?["OUTPUT"]
    return (records, output?.rules.first?.counters.packets ?? 0)
  }

  private static func confirmed(_ record: PacketRecord) -> Int? {
    if case .confirms(let origin, _) = record.disposition { return origin }
    return nil
  }

  @Test(
    "a SYN/ACK that the capture shows again is the host's, sooner or later than its own timer",
    arguments: [[1.005, 3.009], [1.024, 3.04], [1.031, 3.062]])
  func captured(times: [Double]) throws {
    let shown = times.map { (at: $0, bytes: Self.answer) }
    let (records, sent) = try Self.trace(
      [(0, Self.syn), (0.001, Self.answer)] + shown + [
        (4, Self.segment(from: Self.remote, 9, to: Self.local, 9, .rst, sequence: 1))
      ])
    #expect(records.dropFirst().prefix(3).map(Self.confirmed) == [1, 1, 1])
    #expect(records.map(\.before.count) == [0, 0, 1, 1, 0])
    #expect(records.flatMap(\.before).allSatisfy { $0.origin == 1 && $0.walk.finalBytes == Self.answer })
    #expect(sent == 3)
  }

  @Test("what is captured of the host after the handshake ends the waiting for it")
  func answered() throws {
    let data = Self.segment(
      from: Self.local, 22, to: Self.remote, 4000, [.psh, .ack], sequence: 77_001, acknowledgment: 101)
    let (records, _) = try Self.trace([(0, Self.syn), (0.001, Self.answer), (0.5, data), (40, Self.syn)])
    #expect(records.flatMap(\.before).isEmpty)
  }

  @Test("a SYN/ACK's time stamp counts the milliseconds, and an answer may echo any that was sent")
  func timestamps() throws {
    var host = HostDescription()
    host.interfaces.append(.init(name: "eth0", addresses: [try #require(IPv4Prefix("192.0.2.10/24"))]))
    host.routes = [.init(destination: try #require(IPv4Prefix("0.0.0.0/0")), gateway: nil, interface: "eth0")]
    host.services = [.init(transport: .tcp, port: 22)]
    let simulated = SimulatedHost(host, Ruleset(), isRecording: false)
    var segment = TCPBuilder(sourcePort: 4000, destinationPort: 22)
    segment.sequenceNumber = 100
    segment.flags = .syn
    segment.options = [1, 1] + SYNOptions.timestamps(7, echoing: 0)
    let builder = IPv4Builder(protocolNumber: 6, source: Self.remote, destination: Self.local)
    _ = simulated.receive(Arrival(bytes: segment.packet(in: builder), interface: "eth0"))
    simulated.pass(nanoseconds: 4_000_000_000)
    let values = simulated.takeBelated().compactMap { emission -> (Int64, UInt32)? in
      let stamp = IPv4Header(emission.walk.finalBytes[...]).flatMap { TCPHeader($0.payload) }
        .flatMap { SYNOptions($0.options).timestamp }
      return stamp.map { (emission.clock / 1_000_000, $0) }
    }
    #expect(values.map { UInt32($0.0) + 1 } == values.map(\.1))
    #expect(values.count == 2)
    segment.sequenceNumber = 101
    segment.acknowledgmentNumber = 0x1000_0000 + 4000 << 8 + 1
    segment.flags = .ack
    segment.options = [1, 1] + SYNOptions.timestamps(5000, echoing: try #require(values.first).1)
    _ = simulated.receive(Arrival(bytes: segment.packet(in: builder), interface: "eth0"))
    simulated.pass(nanoseconds: 60_000_000_000)
    #expect(simulated.takeBelated().isEmpty)
  }
}
