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
}
