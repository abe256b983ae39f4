import Testing
import Wire

@testable import Simulation

@Suite("host.yaml")
struct HostFileTests {
  @Test("every key of the manual is read")
  func everything() throws {
    let host = try HostDescription(
      yaml: """
        interfaces:
          - {name: ifext, addresses: [89.238.65.123/24], mac: "52:54:00:12:34:56", peer_mac: "52:54:00:ab:cd:ef", mtu: 1400}
        routes:
          - {to: default, via: 89.238.65.1, dev: ifext}
        services: [tcp/22, udp/123]
        sysctls: {net.ipv4.ip_forward: 1}
        hz: 1000
        stack: quiet
        conntrack: on
        """, file: "host.yaml")
    #expect(host.interfaces.map(\.name) == ["lo", "ifext"])
    let external = try #require(host[interface: "ifext"])
    #expect(external.addresses.map(\.description) == ["89.238.65.123/24"])
    #expect(external.mac?.description == "52:54:00:12:34:56")
    #expect(external.peerMAC?.description == "52:54:00:ab:cd:ef")
    #expect(external.mtu == 1400)
    #expect(host.routes.first?.gateway?.description == "89.238.65.1")
    #expect(host.services == [.init(transport: .tcp, port: 22), .init(transport: .udp, port: 123)])
    #expect(host.sysctls == ["net.ipv4.ip_forward": 1])
    #expect(host.hz == 1000)
    #expect(host.stack == .quiet)
    #expect(host.conntrack == .on)
  }

  @Test("an empty file is a host with lo alone")
  func empty() throws {
    #expect(try HostDescription(yaml: "", file: "host.yaml").interfaces.map(\.name) == ["lo"])
  }

  @Test(
    "what does not fit is named with its place",
    arguments: [
      ("hz: many\n", "host.yaml:1:5: expected a number such as 250"),
      ("hz: 0\n", "host.yaml:1:5: expected 1 to 10000 timer interrupts a second"),
      ("stack: loud\n", "host.yaml:1:8: `loud` is not real or quiet"),
      ("interfaces:\n  - {addresses: [10.0.0.1/24]}\n", "host.yaml:2:5: an interface needs a name"),
      (
        "interfaces:\n  - {name: eth0, addresses: [10.0.0.1/33]}\n",
        "host.yaml:2:30: `10.0.0.1/33` is not an address such as 192.0.2.1/24"
      ),
      ("services: [tcp/ssh]\n", "host.yaml:1:12: `tcp/ssh` is not a service such as tcp/22 or udp/123"),
      ("routes:\n  - {to: default, dev: eth7}\n", "host.yaml: a route names the interface eth7, which is not listed"),
      (
        "colour: red\n",
        "host.yaml:1:1: unknown key `colour`; known are interfaces, routes, services, sysctls, hz, stack, conntrack, sets"
      ),
    ])
  func refusals(yaml: String, message: String) {
    let error = #expect(throws: HostFileError.self) { try HostDescription(yaml: yaml, file: "host.yaml") }
    #expect(error?.description == message)
  }

  @Test(
    "sets stand there as lines or as one text, or in a file of their own",
    arguments: [
      ("sets:\n  - create a hash:ip\n  - add a 10.0.0.1\n", nil),
      ("sets: |\n  create a hash:ip\n  add a 10.0.0.1\n", nil),
      ("sets: sets.ipset\n", "sets.ipset"),
    ])
  func sets(yaml: String, file: String?) throws {
    let host = try HostDescription(yaml: yaml, file: "host.yaml")
    #expect(host.setsFile == file)
    #expect(host.sets["a"]?.members.count == (file == nil ? 1 : nil))
  }

  @Test("a line of the sets that cannot be read is named with its place")
  func wrongSets() {
    let error = #expect(throws: HostFileError.self) {
      try HostDescription(yaml: "sets:\n  - create a hash:ip\n  - add b 10.0.0.1\n", file: "host.yaml")
    }
    #expect(error?.description == "host.yaml:3:5: the set with the given name does not exist: b")
  }

  @Test("text that is no YAML is refused with its line")
  func broken() {
    let error = #expect(throws: HostFileError.self) { try HostDescription(yaml: "hz: [1\nstack: }", file: "host.yaml") }
    #expect(error?.line == 2)
  }
}
