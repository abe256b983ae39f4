import Capture
import Netfilter
import Testing
import Wire

@testable import Simulation

@Suite("the host that is inferred")
struct HostInferenceTests {
  private static let server = IPv4Address("192.0.2.10") ?? .any
  private static let stranger = IPv4Address("198.51.100.7") ?? .any

  /// A segment as captured without a word on its direction.
  private static func segment(
    _ from: IPv4Address, _ to: IPv4Address, ports: (UInt16, UInt16), _ flags: TCPFlags, timeToLive: UInt8
  ) -> CapturedPacket {
    var segment = TCPBuilder(sourcePort: ports.0, destinationPort: ports.1)
    segment.flags = flags
    let header = IPv4Builder(timeToLive: timeToLive, protocolNumber: 6, source: from, destination: to)
    return CapturedPacket(
      number: 1, time: nil, linkType: .raw, bytes: segment.packet(in: header),
      provenance: Provenance(file: "made for the test"))
  }

  private static func address(_ host: HostDescription) -> IPv4Address? {
    host.interfaces.last?.addresses.first?.address
  }

  @Test(
    "is the one whose ports the rules accept, where nothing else tells",
    arguments: [
      "-A INPUT -p tcp --dport 22 -j ACCEPT", "-A INPUT -p tcp -m multiport --dports 21:25,80 -j ACCEPT",
      "-A INPUT -d 192.0.2.10 -j DROP",
    ])
  func byRules(_ rule: String) throws {
    let ruleset = try Ruleset(parsing: rule, file: "rules")
    let packets = [Self.segment(Self.stranger, Self.server, ports: (40000, 22), .syn, timeToLive: 64)]
    #expect(Self.address(HostDescription(nil, ruleset, from: packets)) == Self.server)
  }

  @Test("is a client all the same where its packets have crossed no router and the answers have")
  func client() throws {
    let ruleset = try Ruleset(parsing: "-A INPUT -p tcp --dport 22 -j ACCEPT", file: "rules")
    let packets = [
      Self.segment(Self.server, Self.stranger, ports: (40000, 22), .syn, timeToLive: 64),
      Self.segment(Self.stranger, Self.server, ports: (22, 40000), [.syn, .ack], timeToLive: 53),
      Self.segment(Self.server, Self.stranger, ports: (40000, 22), .ack, timeToLive: 64),
    ]
    #expect(Self.address(HostDescription(nil, ruleset, from: packets)) == Self.server)
  }

  @Test("fills in interfaces and routes that a host.yaml leaves out, and nothing else")
  func completes() throws {
    let given = try HostDescription(yaml: "services: [tcp/22]\nsysctls: {net.ipv4.ip_forward: 1}\n", file: "host.yaml")
    let packets = [Self.segment(Self.stranger, Self.server, ports: (40000, 22), .syn, timeToLive: 64)]
    let host = HostDescription(given, Ruleset(), from: packets)
    #expect(Self.address(host) == Self.server)
    #expect(host.routes.map(\.interface) == ["eth0"])
    #expect(host.services == given.services)
    #expect(host.sysctls == ["net.ipv4.ip_forward": 1])
    #expect(host.stack == .real)
    #expect(host.inferences.count == 1)
  }

  @Test(
    "has an interface that Linux can have, whatever the capture calls it",
    arguments: ["\\Device\\NPF_Loopback", "eth0 1", ""])
  func foreignNames(_ name: String) {
    var packet = Self.segment(Self.server, Self.stranger, ports: (40000, 22), .syn, timeToLive: 64)
    packet.interface = name
    packet.direction = .outgoing
    let host = HostDescription(nil, Ruleset(), from: [packet])
    #expect(host.interfaces.map(\.name) == ["lo", "eth0"])
    #expect(Self.address(host) == Self.server)
  }

  @Test("gives way to a host.yaml that names interfaces")
  func givenInterfaces() throws {
    let given = try HostDescription(yaml: "interfaces: [{name: ppp0}]\n", file: "host.yaml")
    let packets = [Self.segment(Self.stranger, Self.server, ports: (40000, 22), .syn, timeToLive: 64)]
    let host = HostDescription(given, Ruleset(), from: packets)
    #expect(host.interfaces.map(\.name) == ["lo", "ppp0"])
    #expect(host.routes.isEmpty)
    #expect(host.inferences.isEmpty)
  }
}
