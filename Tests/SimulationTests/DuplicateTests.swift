import Capture
import Netfilter
import Testing
import Wire

@testable import Simulation

/// What TEE does with packets the kernel tells in `Resources/kernel/extensions.jsonl`.
@Suite("copies that TEE makes")
struct DuplicateTests {
  private static let host =
    "interfaces: [{name: lo, addresses: [127.0.0.1/8]}, {name: eth0, addresses: [192.0.2.1/24]}]\nstack: quiet\n"

  private static func walk(_ rules: String) throws -> Walk {
    let text = "*mangle\n\(rules)\nCOMMIT\n"
    let ruleset = try Ruleset(parsing: text, file: "rules")
    let host = SimulatedHost(try HostDescription(yaml: Self.host, file: "host.yaml"), ruleset)
    var arrival = Arrival(
      bytes: IPv4Builder(
        timeToLive: 60, protocolNumber: 17, source: try #require(IPv4Address("203.0.113.9")),
        destination: try #require(IPv4Address("192.0.2.1"))
      ).bytes(payload: [0x13, 0x88, 0, 53, 0, 8, 0, 0]),
      interface: "eth0")
    arrival.linkHeader = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0]
    return host.receive(arrival)
  }

  /// It would come in again and be copied again, for ever.
  @Test(
    "to the host itself or to everybody are not modelled",
    arguments: ["192.0.2.1", "127.0.0.1", "192.0.2.255", "255.255.255.255", "224.0.0.1"])
  func noOtherMachine(_ gateway: String) throws {
    let walk = try Self.walk("-A PREROUTING -j TEE --gateway \(gateway)")
    #expect(walk.verdict == nil)
    #expect(walk.notModelled == ["-j TEE --gateway \(gateway), which is no other machine"])
  }

  /// The copy has the other's place in memory, but not the bytes before the IP header.
  @Test("show no link-layer address in POSTROUTING that anybody can foretell")
  func linkAddresses() throws {
    let walk = try Self.walk("-A PREROUTING -j TEE --gateway 192.0.2.9\n-A POSTROUTING -j LOG --log-prefix \"copy \"")
    let copy = try #require(walk.emitted.first)
    #expect(walk.verdict == .accept)
    #expect(copy.verdict == .accept)
    let addresses = Array(repeating: "??", count: 14).joined(separator: ":")
    let line = try #require(copy.log.first?.text)
    #expect(line.hasPrefix("copy IN=eth0 OUT=eth0 MAC=\(addresses) SRC=203.0.113.9 DST=192.0.2.1 LEN=28 "))
    #expect(copy.leftOpen == ["MAC= of a copy that TEE made: the kernel shows what lay in memory before"])
  }
}
