import Netfilter
import Testing
import Wire

@testable import Simulation

/// What a host answers by itself. Expectations were seen on Linux 6.18: a listening socket on port 22, none on 23.
@Suite("the host's own stack")
struct LocalStackTests {
  private static let local = IPv4Address("89.238.65.123") ?? .any
  private static let remote = IPv4Address("108.162.0.1") ?? .any

  private static func host() throws -> SimulatedHost {
    var host = HostDescription()
    host.interfaces.append(.init(name: "ifext", addresses: [try #require(IPv4Prefix("89.238.65.123/24"))]))
    host.routes = [.init(destination: try #require(IPv4Prefix("0.0.0.0/0")), gateway: nil, interface: "ifext")]
    host.services = [.init(transport: .tcp, port: 22), .init(transport: .udp, port: 53)]
    return SimulatedHost(host, Ruleset())
  }

  private static func segment(_ flags: TCPFlags, port: UInt16, options: String = "", data: [UInt8] = []) -> [UInt8] {
    var segment = TCPBuilder(sourcePort: 4000, destinationPort: port)
    segment.sequenceNumber = 100
    segment.acknowledgmentNumber = 500
    segment.flags = flags
    segment.window = 29200
    segment.options = [UInt8](hex: options) ?? []
    segment.data = data
    return segment.packet(in: IPv4Builder(typeOfService: 0x1c, protocolNumber: 6, source: remote, destination: local))
  }

  private static func answer(to bytes: [UInt8]) throws -> TCPHeader? {
    let walk = try host().receive(Arrival(bytes: bytes, interface: "ifext"))
    #expect(walk.verdict == .accept)
    return walk.emitted.first.flatMap { IPv4Header($0.initialBytes[...]) }.flatMap { TCPHeader($0.payload) }
  }

  @Test(
    "a closed port resets what is not a reset",
    arguments: [
      (.syn, .init(rawValue: 0x14), 0, 104), (.ack, .rst, 500, 0), ([.syn, .ack], .rst, 500, 0),
      ([.fin, .ack], .rst, 500, 0),
      (.fin, .init(rawValue: 0x14), 0, 104), ([], .init(rawValue: 0x14), 0, 103),
      ([.syn, .fin], .init(rawValue: 0x14), 0, 105),
    ] as [(TCPFlags, TCPFlags, UInt32, UInt32)])
  func closedPort(sent: TCPFlags, flags: TCPFlags, sequence: UInt32, acknowledgment: UInt32) throws {
    let reset = try #require(try Self.answer(to: Self.segment(sent, port: 23, data: [1, 2, 3])))
    #expect(reset.flags == flags)
    #expect(reset.sequenceNumber == sequence)
    #expect(reset.acknowledgmentNumber == acknowledgment)
    #expect(reset.window == 0)
  }

  @Test("nothing answers a reset", arguments: [.rst, [.rst, .ack]] as [TCPFlags])
  func reset(flags: TCPFlags) throws {
    #expect(try Self.answer(to: Self.segment(flags, port: 23)) == nil)
  }

  @Test(
    "a listening port answers a SYN with the options it was offered",
    arguments: [
      ("020405b4", "020405b4", 64240), ("", "020405b4", 64240), ("0204057801010402", "020405b401010402", 64240),
      ("020405b4010303070402", "020405b4010104020103030a", 64240),
    ] as [(String, String, UInt16)])
  func listeningPort(offered: String, answered: String, window: UInt16) throws {
    let segment = try #require(try Self.answer(to: Self.segment(.syn, port: 22, options: offered)))
    #expect(segment.flags == [.syn, .ack])
    #expect(segment.acknowledgmentNumber == 101)
    #expect(segment.options.hex == answered)
    #expect(segment.window == window)
  }

  @Test("a listening port resets an ACK out of nowhere and ignores what acknowledges nothing")
  func listeningPortElse() throws {
    #expect(try Self.answer(to: Self.segment(.ack, port: 22))?.flags == .rst)
    #expect(try Self.answer(to: Self.segment(.fin, port: 22)) == nil)
    #expect(try Self.answer(to: Self.segment([.syn, .fin], port: 22)) == nil)
  }

  /// Linux answers a datagram for a connected socket of a program, and a segment of its connection, with nothing of its own.
  @Test("what comes back to a program is the program's", arguments: [6, 17] as [UInt8])
  func programs(_ number: UInt8) throws {
    var description = HostDescription()
    description.interfaces.append(.init(name: "ifext", addresses: [try #require(IPv4Prefix("89.238.65.123/24"))]))
    description.routes = [.init(destination: try #require(IPv4Prefix("0.0.0.0/0")), gateway: nil, interface: "ifext")]
    description.programs = [.init(protocolNumber: number, ports: 41000...41009, user: SocketOwner(user: 0, group: 0))]
    let host = SimulatedHost(description, Ruleset())
    func bytes(from source: IPv4Address, _ sourcePort: UInt16, to destination: IPv4Address, _ port: UInt16) -> [UInt8] {
      let builder = IPv4Builder(protocolNumber: number, source: source, destination: destination)
      var segment = TCPBuilder(sourcePort: sourcePort, destinationPort: port)
      segment.flags = source == Self.local ? .syn : [.syn, .ack]
      let datagram = [sourcePort >> 8, sourcePort & 255, port >> 8, port & 255, 0, 8, 0, 0].map { UInt8($0) }
      return number == 6 ? segment.packet(in: builder) : builder.bytes(payload: datagram)
    }
    func arrives(_ source: IPv4Address, _ sourcePort: UInt16, _ port: UInt16) -> Walk {
      host.receive(Arrival(bytes: bytes(from: source, sourcePort, to: Self.local, port), interface: "ifext"))
    }
    let other = try #require(IPv4Address("203.0.113.9"))
    for port in [41000, 42000] as [UInt16] {
      _ = host.transmit(Arrival(bytes: bytes(from: Self.local, port, to: Self.remote, 53), interface: "ifext"))
    }
    #expect(arrives(Self.remote, 53, 41000).emitted.isEmpty)
    #expect(arrives(Self.remote, 53, 42000).emitted.count == 1)
    let stranger = arrives(other, 53, 41000)
    #expect(stranger.emitted.count == 1)
    #expect(stranger.leftOpen == ["whether the program of port 41000 takes what comes from others"])
  }
}
